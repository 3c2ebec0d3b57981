#pragma once

#include "agent/membership.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "http/tls_transport.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace fairgate::agent {

/// What this node shows at the hub, and how that is renewed. A newer certificate is kept beside
/// the old one until the hub has let it in, so that it does not matter who is killed when.
class Renewal {
public:
    using Keep = std::function<Result<void>(const Membership&)>;
    using Steady = std::chrono::steady_clock::time_point;
    Renewal(Membership membership, Keep keep)
        : membership_(std::move(membership)), keep_(std::move(keep)) {}

    const Membership& membership() const { return membership_; }
    /// For the next connection: the newer certificate if there is one.
    Result<http::TlsContext> context() const;

    /// The request to send, when a third of the certificate's life is left by the hub's clock,
    /// which is the one it is judged by; once an hour at most.
    std::optional<std::string> ask(TimePoint hub_time, Steady now);
    /// What the hub gave. True when it is kept and is to be shown on a new connection; false when
    /// it ends no later than the present one, or was not asked for. FG-PKI-004, FG-PKI-005
    Result<bool> take(const std::string& certificate);
    /// The hub let us in with what we showed. FG-PKI-005
    Result<void> let_in();
    /// The hub refused us: if it was for the newer certificate, the old one is shown again, and
    /// this is true. FG-PKI-005
    Result<bool> refused(const Error& why);

private:
    const pki::Identity& shown() const {
        return membership_.next ? *membership_.next : membership_.identity;
    }
    Result<void> change(Membership changed);

    Membership membership_;
    Keep keep_;
    std::optional<Steady> asked_;
    std::string key_;  ///< of the request that is not answered yet
};

}  // namespace fairgate::agent
