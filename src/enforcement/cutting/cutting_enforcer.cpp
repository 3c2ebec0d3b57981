#include "enforcement/cutting/cutting_enforcer.hpp"

#include <chrono>
#include <utility>

namespace fairgate::enforcement::cutting {

namespace {

using namespace std::chrono_literals;

/// A core learns of a panel's order within seconds; until then a customer who was cut may come
/// back, and is cut again.
constexpr Duration grace = 10s;
constexpr Duration soon = 2s;

bool denies(Action action) { return action != Action::warn; }

}  // namespace

boost::asio::awaitable<Result<Reading>> CuttingEnforcer::read(const Measure& measure) {
    return deny_.read(measure);
}

boost::asio::awaitable<Result<Restored>> CuttingEnforcer::restore(const Measure& measure) {
    return deny_.restore(measure);
}

/// "cut 12, left 0"; empty when there was nothing to cut.
boost::asio::awaitable<std::string> CuttingEnforcer::cut(AccountKey account) {
    const auto report = co_await sockets_.cut(std::move(account));
    if (!report) {
        co_return "its connections were not cut: " + report.error().what;
    }
    co_return report->has_value() ? kernel::to_text(**report) : "";
}

boost::asio::awaitable<Result<Acted>> CuttingEnforcer::act(const Measure& measure) {
    auto acted = co_await deny_.act(measure);
    if (!acted || acted->kind != Acted::Kind::done || !denies(measure.action)) {
        co_return acted;
    }
    const std::string text = co_await cut(measure.account);
    if (!text.empty()) {
        acted->text += (acted->text.empty() ? "" : "; ") + text;
    }
    co_return acted;
}

boost::asio::awaitable<Result<Verification>> CuttingEnforcer::verify(const Measure& measure) {
    using Kind = Verification::Kind;
    auto seen = co_await deny_.verify(measure);
    if (!seen || seen->kind != Kind::held || sockets_.live_connections(measure.account) == 0) {
        co_return seen;
    }
    const std::string text = co_await cut(measure.account);
    if (text.empty() || text.ends_with("left 0")) {
        const TimePoint now = clock_.now();
        // Who comes back after the grace is let in by something.
        const bool came_back = measure.acted && now - *measure.acted > grace;
        seen->kind = came_back ? Kind::ineffective : Kind::not_yet;
        seen->text = came_back ? "it connected again; " + text : text;
        seen->look_again = now + soon;
    } else {
        seen->text = text;  // what could not be cut, and why
    }
    co_return seen;
}

}  // namespace fairgate::enforcement::cutting
