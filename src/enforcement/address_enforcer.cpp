#include "enforcement/address_enforcer.hpp"

#include "base/json.hpp"
#include "base/run_on.hpp"
#include "model/json.hpp"

#include <boost/describe.hpp>

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

Result<Hold> hold_of(const Measure& measure) {
    auto refused = json::read<Refused>(measure.after, json::Unknown::ignore);
    if (!refused) {
        return refused.error();
    }
    return Hold{measure.id, measure.account.name, std::move(refused->refused), measure.due};
}

/// Those that cannot be read want nothing.
std::vector<Hold> holds_of(const std::vector<Measure>& measures) {
    std::vector<Hold> holds;
    for (const Measure& measure : measures) {
        if (auto hold = hold_of(measure)) {
            holds.push_back(*std::move(hold));
        }
    }
    return holds;
}

std::vector<Denial> denials_of(const std::vector<Hold>& holds) {
    std::vector<Denial> denials;
    for (const Hold& hold : holds) {
        denials.insert(denials.end(), hold.denials.begin(), hold.denials.end());
    }
    return denials;
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
    reading.after = json::write(Refused{*std::move(found)});
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
    if (report->missing != 0) {
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

boost::asio::awaitable<Result<Drift>> AddressEnforcer::compare(const std::vector<Measure>& in_force
) {
    auto work = [this, wanted = denials_of(holds_of(in_force)), now = clock_.now()] {
        return enforcement::compare(*blocker_, wanted, now);
    };
    co_return co_await run_on(worker_, std::move(work));
}

boost::asio::awaitable<Result<Drift>> AddressEnforcer::mend(const std::vector<Measure>& in_force) {
    auto work = [this, holds = holds_of(in_force), now = clock_.now()] {
        return mend_now(holds, now);
    };
    co_return co_await run_on(worker_, std::move(work));
}

Result<Drift> AddressEnforcer::mend_now(const std::vector<Hold>& holds, TimePoint now) {
    const std::vector<Denial> wanted = denials_of(holds);
    auto drift = enforcement::compare(*blocker_, wanted, now);
    if (!drift) {
        return drift;
    }
    for (const Hold& hold : holds) {
        if (auto held = blocks_.hold(hold, now); !held) {
            return held.error();
        }
    }
    if (auto gone = blocker_->unblock(drift->strays, now); !gone) {
        return gone.error();
    }
    return enforcement::compare(*blocker_, wanted, now);
}

boost::asio::awaitable<Result<TryOut>> AddressEnforcer::try_out() {
    auto work = [this, now = clock_.now()] { return enforcement::try_out(*blocker_, now); };
    co_return co_await run_on(worker_, std::move(work));
}

}  // namespace fairgate::enforcement
