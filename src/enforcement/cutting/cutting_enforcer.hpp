#pragma once

#include "base/clock.hpp"
#include "enforcement/enforcer.hpp"
#include "sources/sockets/socket_watch.hpp"

#include <string>

namespace fairgate::enforcement::cutting {

/// A backend's enforcer that also cuts: first its deny, then the account's live connections on this
/// machine, then a look whether any are left. Of addresses that are refused only what comes from
/// these is cut. Without sockets it is that enforcer alone.
class CuttingEnforcer final : public Enforcer {
public:
    CuttingEnforcer(Enforcer& deny, sources::sockets::SocketWatch& sockets, const Clock& clock)
        : deny_(deny), sockets_(sockets), clock_(clock) {}

    std::string_view name() const override { return deny_.name(); }
    bool supports(Action action) const override { return deny_.supports(action); }
    boost::asio::awaitable<Result<Reading>> read(const Measure& measure) override;
    boost::asio::awaitable<Result<Acted>> act(const Measure& measure) override;
    boost::asio::awaitable<Result<Verification>> verify(const Measure& measure) override;
    boost::asio::awaitable<Result<Restored>> restore(const Measure& measure) override;

private:
    boost::asio::awaitable<std::string> cut(Measure measure);

    Enforcer& deny_;
    sources::sockets::SocketWatch& sockets_;
    const Clock& clock_;
};

}  // namespace fairgate::enforcement::cutting
