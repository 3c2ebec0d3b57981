#pragma once

#include "base/clock.hpp"
#include "daemon/socket_watch.hpp"
#include "enforcement/enforcer.hpp"

#include <string>

namespace fairgate::daemon {

/// A backend's enforcer that also cuts: first its deny, then the account's live connections on this
/// machine, then a look whether any are left. Without sockets it is that enforcer alone.
class CuttingEnforcer final : public enforcement::Enforcer {
public:
    CuttingEnforcer(enforcement::Enforcer& deny, SocketWatch& sockets, const Clock& clock)
        : deny_(deny), sockets_(sockets), clock_(clock) {}

    std::string_view name() const override { return deny_.name(); }
    bool supports(Action action) const override { return deny_.supports(action); }
    boost::asio::awaitable<Result<enforcement::Reading>> read(const Measure& measure) override;
    boost::asio::awaitable<Result<enforcement::Acted>> act(const Measure& measure) override;
    boost::asio::awaitable<Result<enforcement::Verification>> verify(const Measure& measure
    ) override;
    boost::asio::awaitable<Result<enforcement::Restored>> restore(const Measure& measure) override;

private:
    boost::asio::awaitable<std::string> cut(AccountKey account);

    enforcement::Enforcer& deny_;
    SocketWatch& sockets_;
    const Clock& clock_;
};

}  // namespace fairgate::daemon
