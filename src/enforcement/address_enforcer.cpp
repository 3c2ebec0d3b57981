#include "enforcement/address_enforcer.hpp"

#include "base/json.hpp"
#include "base/run_on.hpp"
#include "model/json.hpp"

#include <boost/describe.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace fairgate::enforcement {

namespace {

/// Measure::before and Measure::after.
struct Refused {
    std::vector<Denial> refused;
};
BOOST_DESCRIBE_STRUCT(Refused, (), (refused))

// How soon a flush is noticed. Where each look starts a program it is not done every moment.
constexpr auto look_again_soon = std::chrono::seconds(30);
constexpr auto look_again_later = std::chrono::minutes(5);
constexpr auto a_moment = std::chrono::seconds(2);

Result<Hold> hold_of(const Measure& measure) {
    auto refused = json::read<Refused>(measure.after, json::Unknown::ignore);
    if (!refused) {
        return refused.error();
    }
    return Hold{measure.id, measure.account.name, std::move(refused->refused), measure.due};
}

/// Where a firewall knows no ports, or no single connections, the whole address is refused.
std::vector<Denial> widened(const std::vector<Denial>& denials, const BlockerAbilities& able) {
    std::vector<Denial> once;
    for (const Denial& denial : denials) {
        const bool knows = denial.peer_port != 0 ? able.connections : able.doors;
        const Denial wide = knows ? denial : Denial{.address = denial.address};
        if (std::ranges::find(once, wide) == once.end()) {
            once.push_back(wide);
        }
    }
    return once;
}

std::string count_of(std::size_t number) {
    return std::to_string(number) + (number == 1 ? " address" : " addresses");
}

std::string text_of(const SharedBlocks::Report& report) {
    std::string text = count_of(report.wanted - report.left_out) + " refused";
    if (report.left_out != 0) {
        text += ", " + std::to_string(report.left_out) + " left out (" + report.why + ")";
    }
    return text;
}

}  // namespace

std::vector<Denial> refused_by(const Measure& measure) {
    auto refused = json::read<Refused>(measure.after, json::Unknown::ignore);
    return refused ? std::move(refused->refused) : std::vector<Denial>();
}

std::string refused_text(std::vector<Denial> denials) {
    return json::write(Refused{std::move(denials)});
}

AddressEnforcer::AddressEnforcer(
    std::unique_ptr<AddressBlocker> blocker,
    SharedBlocks::Never never,
    Find find,
    boost::asio::any_io_executor worker,
    const Clock& clock
)
    : name_("firewall:" + std::string(blocker->name())),
      blocker_(std::move(blocker)),
      blocks_(*blocker_, std::move(never)),
      find_(std::move(find)),
      worker_(std::move(worker)),
      clock_(clock) {}

boost::asio::awaitable<Result<Reading>> AddressEnforcer::read(const Measure& measure) {
    Reading reading{Reading::Kind::found, measure.before, measure.after};
    if (!measure.after.empty()) {
        co_return reading;  // taken up again: these, and no others, were or will be refused
    }
    auto found = co_await find_(measure);
    if (!found) {
        co_return found.error();
    }
    reading.now = json::write(Refused());
    reading.after = json::write(Refused{widened(*found, blocker_->abilities())});
    co_return reading;
}

boost::asio::awaitable<Result<Acted>> AddressEnforcer::act(const Measure& measure) {
    auto hold = hold_of(measure);
    if (!hold) {
        co_return hold.error();
    }
    auto work = [this, hold = *std::move(hold), now = clock_.now()] {
        return blocks_.hold(hold, now);
    };
    const auto report = co_await run_on(worker_, std::move(work));
    if (!report) {
        co_return report.error();
    }
    Acted acted{Acted::Kind::done, {}, text_of(*report)};
    co_return acted;
}

boost::asio::awaitable<Result<Verification>> AddressEnforcer::verify(const Measure& measure) {
    auto hold = hold_of(measure);
    if (!hold) {
        co_return hold.error();
    }
    const TimePoint now = clock_.now();
    auto work = [this, hold = *std::move(hold), now] { return blocks_.look(hold, now); };
    const auto report = co_await run_on(worker_, std::move(work));
    if (!report) {
        co_return report.error();
    }
    const bool soon = blocker_->abilities().ends_by_itself;
    Verification seen{Verification::Kind::held, text_of(*report), {}};
    seen.look_again = now + (soon ? Duration(look_again_soon) : Duration(look_again_later));
    const bool just_ordered = measure.acted && now < *measure.acted + blocker_->abilities().takes;
    if (report->missing != 0 && just_ordered) {
        seen.kind = Verification::Kind::not_yet;
        seen.look_again = now + a_moment;
    } else if (report->missing != 0) {
        seen.kind = Verification::Kind::ineffective;
        seen.text = count_of(report->missing) + " of " + std::to_string(report->wanted) +
                    " no longer in " + std::string(blocker_->name());
    }
    co_return seen;
}

boost::asio::awaitable<Result<Restored>> AddressEnforcer::restore(const Measure& measure) {
    auto hold = hold_of(measure);
    if (!hold) {
        co_return hold.error();
    }
    auto work = [this, hold = *std::move(hold), now = clock_.now()] {
        return blocks_.release(hold, now);
    };
    const auto released = co_await run_on(worker_, std::move(work));
    if (!released) {
        co_return released.error();
    }
    Restored restored;
    restored.kind = *released == 0 ? Restored::Kind::already : Restored::Kind::restored;
    restored.text = *released == 0 ? "" : count_of(*released) + " let through again";
    co_return restored;
}

boost::asio::awaitable<Result<>> AddressEnforcer::ready() {
    auto work = [this, now = clock_.now()] { return blocker_->ready(now); };
    co_return co_await run_on(worker_, std::move(work));
}

/// Those that cannot be read want nothing.
Wants AddressEnforcer::wants_of(const std::vector<Measure>& open) const {
    Wants wants;
    for (const Measure& measure : open) {
        if (measure.enforcer != name_) {
            continue;
        }
        auto hold = hold_of(measure);
        if (!hold) {
            continue;
        }
        const bool active = measure.state == MeasureState::active;
        (active ? wants.in_force : wants.changing).push_back(*std::move(hold));
    }
    return wants;
}

Result<Drift> AddressEnforcer::compare_now(Wants wants, TimePoint now) {
    const auto out = [&wants](const Hold& hold, const Denial& denial, std::string why) {
        wants.left_out.push_back({denial, hold.until, {hold.measure}, std::move(why)});
    };
    if (auto done = blocks_.leave_out(wants.in_force, out); !done) {
        return done.error();
    }
    wants.is_held = [this](const Denial& denial) { return blocks_.is_held(denial); };
    return enforcement::compare(*blocker_, wants, now);
}

boost::asio::awaitable<Result<Drift>> AddressEnforcer::compare(const std::vector<Measure>& open) {
    auto work = [this, wants = wants_of(open), now = clock_.now()] {
        return compare_now(wants, now);
    };
    co_return co_await run_on(worker_, std::move(work));
}

boost::asio::awaitable<Result<std::size_t>> AddressEnforcer::let_strays_through(
    const std::vector<Measure>& open
) {
    auto work = [this, wants = wants_of(open), now = clock_.now()]() -> Result<std::size_t> {
        if (auto there = blocker_->ready(now); !there) {
            return there.error();
        }
        const auto drift = compare_now(wants, now);
        if (!drift) {
            return drift.error();
        }
        std::vector<Denial> strays;
        for (const Refusal& stray : drift->strays) {
            strays.push_back(stray.denial);
        }
        auto gone = blocker_->unblock(strays, now);
        return gone ? Result<std::size_t>(strays.size()) : gone.error();
    };
    co_return co_await run_on(worker_, std::move(work));
}

boost::asio::awaitable<Result<TryOut>> AddressEnforcer::try_out() {
    auto work = [this, now = clock_.now()] { return enforcement::try_out(*blocker_, now); };
    co_return co_await run_on(worker_, std::move(work));
}

}  // namespace fairgate::enforcement
