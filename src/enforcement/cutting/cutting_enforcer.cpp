#include "enforcement/cutting/cutting_enforcer.hpp"

#include "enforcement/address_enforcer.hpp"

#include <chrono>
#include <vector>

namespace fairgate::enforcement::cutting {

namespace {

using namespace std::chrono_literals;

/// A core learns of a panel's order within seconds; until then a customer who was cut may come
/// back, and is cut again.
constexpr Duration grace = 10s;
constexpr Duration soon = 2s;

bool denies(Action action) { return action != Action::warn; }

/// The addresses that are meant; empty: all of the account.
std::vector<Address> meant_by(const Measure& measure) {
    std::vector<Address> from;
    if (measure.action == Action::refuse) {
        for (const Denial& denial : refused_by(measure)) {
            from.push_back(denial.address);
        }
    }
    return from;
}

/// Nothing of the account is meant: no address of it is refused.
bool means_nobody(const Measure& measure) {
    return measure.action == Action::refuse && refused_by(measure).empty();
}

}  // namespace

boost::asio::awaitable<Result<Reading>> CuttingEnforcer::read(const Measure& measure) {
    return deny_.read(measure);
}

boost::asio::awaitable<Result<Restored>> CuttingEnforcer::restore(const Measure& measure) {
    return deny_.restore(measure);
}

/// "cut 12, left 0"; empty when there was nothing to cut.
boost::asio::awaitable<std::string> CuttingEnforcer::cut(Measure measure) {
    if (means_nobody(measure)) {
        co_return "";
    }
    const auto report = co_await sockets_.cut(whom(measure.account), meant_by(measure));
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
    const std::string text = co_await cut(measure);
    if (!text.empty()) {
        acted->text += (acted->text.empty() ? "" : "; ") + text;
    }
    co_return acted;
}

boost::asio::awaitable<Result<Verification>> CuttingEnforcer::verify(const Measure& measure) {
    using Kind = Verification::Kind;
    auto seen = co_await deny_.verify(measure);
    if (!seen || seen->kind != Kind::held || means_nobody(measure) ||
        sockets_.live_connections(whom(measure.account), meant_by(measure)) == 0) {
        co_return seen;
    }
    const std::string text = co_await cut(measure);
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
