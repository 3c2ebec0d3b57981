#include "daemon/firewall_watch.hpp"

#include "base/paced_clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace fairgate::daemon {

namespace {

using namespace std::chrono_literals;

constexpr Duration usual = 10s;
constexpr Duration longest = 5min;
constexpr int share = 50;  // fail2ban's client alone takes a quarter of a second each time

std::string first_of(const std::vector<enforcement::Refusal>& all) {
    return to_text(all.front().denial) +
           (all.size() > 1 ? " and " + std::to_string(all.size() - 1) + " more" : "");
}

}  // namespace

std::optional<Error> fault_of(std::string_view firewall, const enforcement::Drift& drift) {
    if (!drift.missing.empty()) {
        const std::size_t wanted = drift.missing.size() + drift.in_force.size();
        return Error{
            .code = "FG-ENF-025",
            .what = std::string(firewall) + " does not refuse " +
                    std::to_string(drift.missing.size()) + " of " + std::to_string(wanted) +
                    " addresses that it should",
            .cause = first_of(drift.missing) + ": another program took them away",
            .state = "they are put back within minutes",
            .next = "fairgate doctor --fix"
        };
    }
    if (!drift.strays.empty()) {
        return Error{
            .code = "FG-ENF-026",
            .what = std::string(firewall) + " refuses " + std::to_string(drift.strays.size()) +
                    (drift.strays.size() == 1 ? " address" : " addresses") +
                    " that no measure wants",
            .cause = first_of(drift.strays),
            .next = "fairgate doctor --fix"
        };
    }
    return std::nullopt;
}

bool is_drift(const Error& fault) {
    return fault.code == "FG-ENF-025" || fault.code == "FG-ENF-026";
}

boost::asio::awaitable<void> FirewallWatch::run() {
    boost::asio::steady_timer timer(parts_.executor);
    for (;;) {
        const auto before = std::chrono::steady_clock::now();
        const auto found = co_await look();
        hurry(found);
        const auto took =
            std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - before);
        timer.expires_after(std::clamp(took * share, usual, longest));
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

boost::asio::awaitable<Result<enforcement::Drift>> FirewallWatch::look() {
    auto found = co_await parts_.firewall.compare(parts_.open());
    remember(found);
    co_return found;
}

/// A measure that just began may find its addresses missing for a moment, so a loss has to be seen
/// twice. When the firewall was off before, everything that waited may go on, and who came in
/// meanwhile is cut.
void FirewallWatch::hurry(const Result<enforcement::Drift>& found) {
    const bool is_back = std::exchange(was_off_, !found) && found;
    std::set<MeasureId> lacking;
    if (found) {
        for (const enforcement::Refusal& refusal : found->missing) {
            lacking.insert(refusal.measures.begin(), refusal.measures.end());
        }
    }
    const std::set<MeasureId> before = std::exchange(lacking_, lacking);
    if (is_back) {
        for (const Measure& measure : parts_.open()) {
            if (measure.enforcer == parts_.firewall.name()) {
                lacking.insert(measure.id);
            }
        }
    }
    for (const MeasureId id : lacking) {
        if (is_back || before.contains(id)) {
            parts_.look_again(id);
        }
    }
}

void FirewallWatch::remember(const Result<enforcement::Drift>& found) {
    const std::optional<Error> before = std::exchange(
        fault_,
        found ? fault_of(parts_.firewall.name(), *found) : std::optional<Error>(found.error())
    );
    const bool same =
        before.has_value() == fault_.has_value() && (!before || before->code == fault_->code);
    if (same) {
        return;
    }
    const TimePoint now = parts_.clock.now();
    since_ = fault_ ? std::optional(now) : std::nullopt;
    control::Happening happened;
    happened.topic = fault_ ? control::Topic::alarm : control::Topic::daemon;
    happened.time = now;
    happened.message = fault_ ? to_line(*fault_)
                              : std::string(parts_.firewall.name()) + " is as it should be again";
    happened.replaces = "firewall";
    parts_.events.publish(std::move(happened));
}

}  // namespace fairgate::daemon
