// Orders about what blocks: enforcers, the firewall, measures that are to be looked at again.
#include "daemon/order_desk.hpp"
#include "model/time.hpp"
#include "rules/rules.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::daemon {

namespace {

using namespace std::chrono_literals;

// A program for each address, and a panel that is slow: what takes longer goes on without us.
constexpr auto patience = 30s;
constexpr auto moment = 50ms;

Error no_enforcer(const std::string& name) {
    return Error{
        .code = "FG-DMN-004",
        .what = "there is no enforcer \"" + name + "\"",
        .state = "nothing was changed",
        .next = "fairgate enforcer list"
    };
}

/// What acts on who came too late, where that is not the whole account.
std::optional<control::Check> check_first_come(const config::Settings& settings, const Unit& unit) {
    const auto refusing = rules::refusing(settings);
    if (!refusing) {
        return std::nullopt;
    }
    control::Check check;
    check.stage = "enforcer";
    check.name = unit.backend->name() + ": first_come";
    const std::string cannot =
        unit.refusing == nullptr ? "no firewall is set" : unit.why_not_refusing();
    if (cannot.empty()) {
        check.what = "who comes later than the limit allows is refused by " +
                     std::string(unit.refusing->name()) + " for " + for_people(refusing->ban_time) +
                     "; no account is disabled for it";
        return check;
    }
    check.state = control::CheckState::warning;
    check.code = "FG-DMN-014";
    check.what = "who comes later than the limit allows is only recorded: " + cannot;
    check.next =
        "set firewall.driver, or first_come.act = \"account\"; then: fairgate config check";
    return check;
}

void add(std::vector<control::Check>& to, std::optional<control::Check> check) {
    if (check) {
        to.push_back(*std::move(check));
    }
}

}  // namespace

const Unit* OrderDesk::unit_of_enforcer(const std::string& enforcer) const {
    for (const auto& unit : parts_.world.units) {
        if (unit->acting().name() == enforcer || unit->backend->name() == enforcer) {
            return unit.get();
        }
    }
    return nullptr;
}

boost::asio::awaitable<Result<std::vector<control::Check>>> OrderDesk::test_enforcer(
    std::string enforcer
) {
    const enforcement::AddressEnforcer* firewall = parts_.acting.firewall();
    if (firewall != nullptr && firewall->name() == enforcer) {
        auto checks = co_await parts_.acting.test_firewall();
        for (const auto& unit : parts_.world.units) {
            if (parts_.acting.is_firewall(unit->acting())) {
                add(checks, check_first_come(*parts_.world.settings, *unit));
            }
        }
        co_return checks;
    }
    const Unit* unit = unit_of_enforcer(enforcer);
    if (unit == nullptr) {
        co_return no_enforcer(enforcer);
    }
    auto checks = co_await parts_.acting.test(*unit);
    add(checks, check_first_come(*parts_.world.settings, *unit));
    co_return checks;
}

boost::asio::awaitable<Result<std::vector<control::Check>>> OrderDesk::try_enforcer(
    std::string enforcer
) {
    const enforcement::AddressEnforcer* firewall = parts_.acting.firewall();
    if (firewall != nullptr && firewall->name() == enforcer) {
        co_return co_await parts_.acting.try_firewall();
    }
    const Unit* unit = unit_of_enforcer(enforcer);
    if (unit == nullptr) {
        co_return no_enforcer(enforcer);
    }
    co_return co_await parts_.acting.try_out(*unit);
}

boost::asio::awaitable<Result<control::FirewallNow>> OrderDesk::look_at_firewall() {
    control::FirewallNow now;
    FirewallWatch* watch = parts_.acting.firewall_watch();
    if (watch == nullptr) {
        co_return now;
    }
    auto drift = co_await watch->look();
    if (!drift) {
        co_return drift.error();
    }
    now.enforcer = parts_.acting.firewall()->name();
    now.drift = *std::move(drift);
    co_return now;
}

boost::asio::awaitable<Result<std::optional<std::string>>> OrderDesk::why_never_blocked(
    Address address
) {
    co_return co_await parts_.acting.why_never_blocked(address);
}

boost::asio::awaitable<void> OrderDesk::look_again(std::vector<MeasureId> measures) {
    for (const MeasureId id : measures) {
        parts_.enforcement.look_again(id);
    }
    const auto until = std::chrono::steady_clock::now() + patience;
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    const auto at_rest = [this](MeasureId id) { return parts_.enforcement.is_at_rest(id); };
    while (!std::ranges::all_of(measures, at_rest) && std::chrono::steady_clock::now() < until) {
        timer.expires_after(moment);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

boost::asio::awaitable<Result<std::size_t>> OrderDesk::let_strays_through() {
    enforcement::AddressEnforcer* firewall = parts_.acting.firewall();
    if (firewall == nullptr) {
        co_return std::size_t{0};
    }
    co_return co_await firewall->let_strays_through(parts_.enforcement.open());
}

}  // namespace fairgate::daemon
