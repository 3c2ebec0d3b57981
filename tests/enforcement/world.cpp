#include "enforcement/world.hpp"

#include "base/json.hpp"
#include "model/ids.hpp"

#include <boost/describe.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace fairgate::enforcement {

namespace {

struct State {
    std::int64_t id = 0;
    std::string status;
    std::string group;
};
BOOST_DESCRIBE_STRUCT(State, (), (id, status, group))

std::string state_text(std::int64_t id, const Parts& parts) {
    return json::write(State{id, parts.status, parts.group});
}

State state_in(const std::string& text) {
    return json::read<State>(text, json::Unknown::refuse).value();
}

constexpr std::array parts_of_state = {
    std::pair{&Parts::status, &State::status}, std::pair{&Parts::group, &State::group}
};

Error timed_out() { return Error{.code = "FG-NET-003", .what = "the panel did not answer"}; }

/// What act() makes of an account.
Parts held(const Measure& measure, Parts parts) {
    if (measure.action == Action::revoke) {
        parts.status = "revoked";
        return parts;
    }
    return Parts{"disabled", "restricted"};
}

/// Whether a part that act() changes is neither as before nor as after.
bool changed_by_others(const Parts& now, const Measure& measure) {
    const State before = state_in(measure.before);
    const State after = state_in(measure.after);
    return std::ranges::any_of(parts_of_state, [&](const auto& part) {
        const auto [live, kept] = part;
        return before.*kept != after.*kept && now.*live != before.*kept && now.*live != after.*kept;
    });
}

}  // namespace

bool WorldEnforcer::is_gone(const Measure& measure) const {
    if (!world_.has(measure.account.name)) {
        return true;
    }
    return !measure.before.empty() &&
           state_in(measure.before).id != world_.account(measure.account.name).id;
}

boost::asio::awaitable<Result<Reading>> WorldEnforcer::read(const Measure& measure) {
    ++calls;
    crash_.pass();
    const Fault fault = world_.next_fault();
    if (fault != Fault::none && fault != Fault::vain) {
        co_return timed_out();
    }
    Reading reading;
    if (is_gone(measure)) {
        reading.kind = Reading::Kind::gone;
        co_return reading;
    }
    const WorldAccount& account = world_.account(measure.account.name);
    Parts parts = account.parts;
    if (!measure.before.empty()) {
        const State before = state_in(measure.before);
        const State after = state_in(measure.after);
        for (const auto& [live, kept] : parts_of_state) {
            const bool ours = before.*kept != after.*kept && parts.*live == after.*kept;
            parts.*live = ours ? before.*kept : parts.*live;
        }
    }
    reading.now = state_text(account.id, parts);
    reading.after = state_text(account.id, held(measure, parts));
    co_return reading;
}

boost::asio::awaitable<Result<Acted>> WorldEnforcer::act(const Measure& measure) {
    ++calls;
    crash_.pass();
    const Measure journaled = store_.measures().get(measure.id).value();
    if (journaled.before != measure.before || journaled.before.empty()) {
        world_.blame(to_text(measure.id) + " acted on what the journal does not know");
    }
    const Fault fault = world_.next_fault();
    if (fault == Fault::before) {
        co_return timed_out();
    }
    Acted acted;
    if (is_gone(measure)) {
        acted.kind = Acted::Kind::gone;
        co_return acted;
    }
    WorldAccount& account = world_.account(measure.account.name);
    if (changed_by_others(account.parts, measure)) {
        acted.kind = Acted::Kind::changed;
        co_return acted;
    }
    const Parts parts = held(measure, account.parts);
    if (fault == Fault::late) {
        world_.set_late(measure.account.name, parts);
        crash_.pass();
        co_return timed_out();
    }
    if (fault != Fault::vain) {
        account.parts = parts;
        account.set_by = SetBy::act;
        world_.on_change();
    }
    crash_.pass();
    if (fault == Fault::after) {
        co_return timed_out();
    }
    co_return acted;
}

boost::asio::awaitable<Result<Verification>> WorldEnforcer::verify(const Measure& measure) {
    ++calls;
    crash_.pass();
    const Fault fault = world_.next_fault();
    if (fault != Fault::none && fault != Fault::vain) {
        co_return timed_out();
    }
    Verification seen;
    if (is_gone(measure)) {
        seen.kind = Verification::Kind::gone;
        co_return seen;
    }
    const WorldAccount& account = world_.account(measure.account.name);
    if (account.parts.status != state_in(measure.after).status) {
        const bool by_hand = account.set_by == SetBy::administrator;
        seen.kind = by_hand ? Verification::Kind::overruled : Verification::Kind::ineffective;
        seen.text = "status is " + account.parts.status;
    }
    co_return seen;
}

boost::asio::awaitable<Result<Restored>> WorldEnforcer::restore(const Measure& measure) {
    ++calls;
    crash_.pass();
    const Measure written = store_.measures().get(measure.id).value();
    const bool is_due = written.due && *written.due <= world_.now();
    if (written.state != MeasureState::lifting && !is_due) {
        world_.blame(to_text(measure.id) + " restored without the journal saying so");
    }
    const Fault fault = world_.next_fault();
    if (fault == Fault::before || fault == Fault::late) {
        co_return timed_out();
    }
    Restored restored;
    if (is_gone(measure)) {
        restored.kind = Restored::Kind::gone;
        co_return restored;
    }
    restored = put_back(world_.account(measure.account.name), measure);
    world_.on_change();
    crash_.pass();
    if (fault == Fault::after) {
        co_return timed_out();
    }
    co_return restored;
}

Restored WorldEnforcer::put_back(WorldAccount& account, const Measure& measure) {
    const State before = state_in(measure.before);
    const State after = state_in(measure.after);
    Restored restored{Restored::Kind::already, {}};
    for (const auto& [live, kept] : parts_of_state) {
        std::string& now = account.parts.*live;
        if (before.*kept == after.*kept || now == before.*kept) {
            continue;
        }
        if (now != after.*kept) {
            restored.kind = Restored::Kind::conflict;
            restored.text += (restored.text.empty() ? "found " : ", ") + now;
            continue;
        }
        now = before.*kept;
        if (live == &Parts::status) {
            account.set_by = SetBy::restore;
        }
        if (restored.kind == Restored::Kind::already) {
            restored.kind = Restored::Kind::restored;
        }
    }
    return restored;
}

}  // namespace fairgate::enforcement
