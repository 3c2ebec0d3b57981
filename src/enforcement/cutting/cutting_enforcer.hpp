#pragma once

#include "base/clock.hpp"
#include "enforcement/enforcer.hpp"
#include "sources/sockets/socket_watch.hpp"

#include <functional>
#include <string>
#include <utility>

namespace fairgate::enforcement::cutting {

/// A backend's enforcer that also cuts: first its deny, then the account's live connections on this
/// machine, then a look whether any are left. Of addresses that are refused only what comes from
/// these is cut. Without sockets it is that enforcer alone.
class CuttingEnforcer final : public Enforcer {
public:
    /// Whose connections a measure is about, where its account is not called as in the sockets.
    using CutWhom = std::function<AccountKey(const AccountKey&)>;

    CuttingEnforcer(
        Enforcer& deny,
        sources::sockets::SocketWatch& sockets,
        const Clock& clock,
        CutWhom whom = {}
    )
        : deny_(deny), sockets_(sockets), clock_(clock), whom_(std::move(whom)) {}

    std::string_view name() const override { return deny_.name(); }
    bool supports(Action action) const override { return deny_.supports(action); }
    boost::asio::awaitable<Result<Reading>> read(const Measure& measure) override;
    boost::asio::awaitable<Result<Acted>> act(const Measure& measure) override;
    boost::asio::awaitable<Result<Verification>> verify(const Measure& measure) override;
    boost::asio::awaitable<Result<Restored>> restore(const Measure& measure) override;

private:
    AccountKey whom(const AccountKey& account) const { return whom_ ? whom_(account) : account; }
    boost::asio::awaitable<std::string> cut(Measure measure);

    Enforcer& deny_;
    sources::sockets::SocketWatch& sockets_;
    const Clock& clock_;
    CutWhom whom_;
};

}  // namespace fairgate::enforcement::cutting
