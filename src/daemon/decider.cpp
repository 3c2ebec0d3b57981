#include "daemon/decider.hpp"

#include "base/run_on.hpp"
#include "daemon/people.hpp"
#include "model/time.hpp"
#include "policy/decide.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::daemon {

namespace {

/// More than this waiting for the disk means that it will not come back soon; the oldest go.
constexpr std::size_t most_undecided = 1'000;

std::string in_words(const policy::LadderStep& step) {
    if (step.action == Action::warn) {
        return "a warning";
    }
    if (step.action == Action::revoke) {
        return "a block until it is released, and a new subscription";
    }
    return step.length ? "a block for " + for_people(*step.length) : "a block until it is released";
}

}  // namespace

Decider::Decider(Parts parts, policy::Ladder ladder, policy::BreakerRule breaker)
    : parts_(std::move(parts)),
      ladder_(std::move(ladder)),
      breaker_(breaker),
      breaker_window_(breaker.window) {}

boost::asio::awaitable<Result<void>> Decider::load() {
    const TimePoint since = parts_.clock.now() - ladder_.window;
    auto read = [this, since] { return parts_.store.violations().ladder(since); };
    auto history = co_await run_on(parts_.store_thread, std::move(read));
    if (!history) {
        co_return history.error();
    }
    history_ = std::move(*history);
    co_return Result<void>{};
}

boost::asio::awaitable<void> Decider::opened(Unit& unit, Opened opened) {
    const auto done = co_await write_and_decide(unit, opened);
    if (done) {
        co_return;
    }
    tell_undecided(opened.violation.account, done.error());
    if (undecided_.size() >= most_undecided) {
        undecided_.erase(undecided_.begin());
    }
    undecided_.push_back({&unit, std::move(opened)});
}

boost::asio::awaitable<void> Decider::try_again() {
    std::vector<Undecided> waiting = std::exchange(undecided_, {});
    for (Undecided& each : waiting) {
        if (each.unit->engine->open_violation(each.opened.violation.account.name) == nullptr) {
            continue;  // it is over
        }
        const auto done = co_await write_and_decide(*each.unit, each.opened);
        if (!done) {
            undecided_.push_back(std::move(each));
        }
    }
    const auto unwritten = std::exchange(unwritten_, {});
    for (const auto& [id, violation] : unwritten) {
        co_await update(violation);
    }
}

boost::asio::awaitable<Result<void>> Decider::write_and_decide(Unit& unit, Opened& opened) {
    auto done = co_await write_violation(opened);
    if (!done) {
        co_return done;
    }
    unit.engine->set_id(opened.violation.account.name, opened.violation.id);
    co_return co_await decide(unit, opened);
}

boost::asio::awaitable<void> Decider::update(Violation violation) {
    const std::int64_t id = violation.id.value;
    auto write = [this, violation] { return parts_.store.violations().update(violation); };
    const auto done = co_await run_on(parts_.store_thread, std::move(write));
    if (done) {
        unwritten_.erase(id);
    } else if (unwritten_.size() < most_undecided) {
        unwritten_.insert_or_assign(id, std::move(violation));
    }
}

boost::asio::awaitable<Result<void>> Decider::write_violation(Opened& opened) {
    if (opened.violation.id.value != 0) {
        co_return Result<void>{};
    }
    const Violation violation = opened.violation;
    auto write = [this, violation] { return parts_.store.violations().add(violation); };
    const auto id = co_await run_on(parts_.store_thread, std::move(write));
    if (!id) {
        co_return id.error();
    }
    opened.violation.id = *id;
    tell(
        control::Topic::violation,
        opened.violation,
        std::to_string(violation.devices) + " devices at once, limit " +
            std::to_string(violation.limit)
    );
    co_return Result<void>{};
}

boost::asio::awaitable<Result<void>> Decider::decide(Unit& unit, Opened& opened) {
    const TimePoint now = parts_.clock.now();
    policy::Circumstances circumstances;
    circumstances.mode = unit.engine->rules().modes.resolve(opened.facts, now);
    circumstances.online = unit.engine->count_online(now);
    circumstances.distrust = parts_.distrust(opened.nodes);
    circumstances.violations_before = history_[opened.violation.account];
    circumstances.block_as = unit.backend->block_action();
    circumstances.can_revoke = unit.acting().supports(Action::revoke);
    circumstances.acted_on_lately = is_person_held(unit, opened.violation.account);
    circumstances.score = policy::score_of(opened.evidence, violations_within(opened, now));
    if (refusing_) {
        co_await choose_refused(unit, circumstances, opened);
    }
    const bool was_open = breaker_.is_open(now);
    Decision decision = policy::decide(opened.violation, ladder_, circumstances, breaker_, now);
    if (!was_open && breaker_.is_open(now)) {
        tell_breaker(breaker_.allowed(circumstances.online));
    }
    complete(decision, opened);
    if (decision.state == DecisionState::in_force) {
        const bool refuses = decision.action == Action::refuse;
        const std::string enforcer(refuses ? unit.refusing->name() : unit.acting().name());
        auto carried_out = co_await parts_.executor.carry_out(decision, enforcer);
        if (!carried_out) {
            co_return carried_out.error();
        }
        decision.id = carried_out->decision;
        refused(unit, decision);
        co_await stop_carriers(unit, carried_out->measure);
    } else {
        const auto id = co_await write_down(decision);
        if (!id) {
            co_return id.error();
        }
        decision.id = *id;
    }
    remember(decision);
    tell(decision);
    co_return Result<void>{};
}

/// Another account of the same person is blocked: the breaker counts people.
bool Decider::is_person_held(const Unit& unit, const AccountKey& account) const {
    const auto others =
        unit.people == nullptr ? std::vector<AccountKey>() : unit.people->others(account);
    return std::ranges::any_of(others, [this](const AccountKey& other) {
        return parts_.executor.is_held(other.backend, other.name);
    });
}

/// Of the account, besides this one, within the ladder's window.
int Decider::violations_within(const Opened& opened, TimePoint now) {
    const auto& before = history_[opened.violation.account];
    return static_cast<int>(std::ranges::count_if(before, [&](TimePoint time) {
        return now - time < ladder_.window;
    }));
}

/// Who came later than the limit allows, as far as they may be refused here.
boost::asio::awaitable<void> Decider::choose_refused(
    const Unit& unit, policy::Circumstances& circumstances, Opened& opened
) {
    const AccountKey account = opened.violation.account;
    circumstances.refusing = refusing_;
    circumstances.found = opened.evidence.verdict;
    const auto before = refused_at_.find(account);
    circumstances.acted_on_lately =
        before != refused_at_.end() && parts_.clock.now() - before->second < breaker_window_;
    std::string cannot = unit.refusing == nullptr || !parts_.refusable
                             ? "no firewall is set to refuse it with (firewall.driver)"
                             : unit.why_not_refusing();
    if (!cannot.empty()) {
        circumstances.cannot_refuse = std::move(cannot);
        co_return;
    }
    circumstances.found += seen_by(unit, opened.nodes);
    std::vector<std::string> wanted = std::move(opened.evidence.refused);
    opened.evidence.refused.clear();
    const Refusable may = co_await parts_.refusable(account, std::move(wanted));
    for (const Address& address : may.addresses) {
        opened.evidence.refused.push_back(address.text());
    }
    for (const std::string& why : may.left_out) {
        circumstances.found += "; " + why;
    }
    if (may.addresses.empty()) {
        circumstances.cannot_refuse =
            may.left_out.empty() ? "no address of it was noted" : "no address of it may be refused";
    }
}

void Decider::refused(Unit& unit, const Decision& decision) {
    if (!refusing_) {
        return;
    }
    const TimePoint now = parts_.clock.now();
    refused_at_[decision.account] = now;
    std::erase_if(refused_at_, [&](const auto& entry) {
        return now - entry.second >= breaker_window_;
    });
    if (decision.action != Action::refuse) {
        return;
    }
    std::vector<Address> addresses;
    for (const std::string& text : decision.evidence.refused) {
        if (const auto address = Address::parse(text)) {
            addresses.push_back(*address);
        }
    }
    unit.engine->refuse(decision.account.name, addresses, decision.until);
}

boost::asio::awaitable<Result<DecisionId>> Decider::write_down(Decision decision) {
    auto write = [this, decision = std::move(decision)]() -> Result<DecisionId> {
        auto id = parts_.store.decisions().add(decision);
        if (id && decision.mode == Mode::shadow) {
            // What was only watched must not put anybody higher on the ladder later.
            const auto forgiven =
                parts_.store.violations().forgive(decision.account, decision.decided);
            if (!forgiven) {
                return forgiven.error();
            }
        }
        return id;
    };
    co_return co_await run_on(parts_.store_thread, std::move(write));
}

void Decider::remember(const Decision& decision) {
    Standing standing;
    standing.decided = decision.decided;
    standing.step = decision.step;
    standing.warned = decision.action == Action::warn;
    standing.held_back = standing.warned ? decision.state == DecisionState::shadow
                                         : decision.state != DecisionState::in_force;
    standing_[decision.account] = standing;
    if (decision.mode != Mode::shadow && !refusing_) {
        std::vector<TimePoint>& opened = history_[decision.account];
        opened.push_back(decision.decided);
        std::erase_if(opened, [&](TimePoint time) {
            return decision.decided - time >= ladder_.window;
        });
    }
}

void Decider::complete(Decision& decision, const Opened& opened) const {
    decision.evidence = opened.evidence;
    decision.evidence.timeline.push_back({opened.violation.opened, "over the limit"});
    decision.evidence.timeline.push_back({decision.decided, "decided: " + decision.reason});
    if (decision.until) {
        decision.evidence.next.push_back("ends by itself at " + to_rfc3339(*decision.until));
    }
    if (refusing_) {
        decision.evidence.next.emplace_back(
            "whoever holds a slot goes on; who comes again too late is refused again"
        );
    } else if (const auto step = ladder_.after(decision.step)) {
        decision.evidence.next.push_back("the next violation brings " + in_words(*step));
    }
    const std::string& name = decision.account.name;
    decision.evidence.next.push_back("release it: fairgate undo --account " + name);
    decision.evidence.next.push_back(
        "allow more: fairgate limit set " + name + " " + std::to_string(opened.violation.devices)
    );
}

boost::asio::awaitable<void> Decider::grew(Violation violation) {
    if (violation.id.value != 0) {
        co_await update(std::move(violation));
    }
}

boost::asio::awaitable<void> Decider::closed(Violation violation) {
    standing_.erase(violation.account);
    if (violation.id.value == 0) {
        co_return;
    }
    co_await update(violation);
    tell(
        control::Topic::violation,
        violation,
        "closed; over its limit for " + for_people(std::chrono::seconds(violation.seconds_over))
    );
}

std::vector<AccountKey> Decider::warned_long_enough(TimePoint now) const {
    std::vector<AccountKey> accounts;
    for (const auto& [account, standing] : standing_) {
        const bool heard = standing.warned && !standing.held_back;
        if (heard && now - standing.decided >= ladder_.warning && ladder_.after(standing.step)) {
            accounts.push_back(account);
        }
    }
    return accounts;
}

boost::asio::awaitable<void> Decider::decide_again(Unit& unit) {
    const TimePoint now = parts_.clock.now();
    if (breaker_.is_open(now)) {
        co_return;
    }
    for (const Violation& violation : unit.engine->open_violations()) {
        const AccountFacts facts = unit.engine->facts_of(violation.account.name);
        const Mode mode = unit.engine->rules().modes.resolve(facts, now).mode;
        const auto before = standing_.find(violation.account);
        const bool held_back = before == standing_.end() || before->second.held_back;
        const int limit = unit.engine->limit_of(facts).chosen.devices;
        // Rules that let it pass now come before the slot that will close it.
        const bool still_over = !unit.engine->passed_by(facts, now) && violation.devices > limit;
        if (mode != Mode::enforce || !held_back || !still_over ||
            parts_.executor.is_held(violation.account.backend, violation.account.name)) {
            continue;
        }
        // It still is the same violation, so what was decided about it does not count as another.
        std::erase_if(history_[violation.account], [&](TimePoint time) {
            return time >= violation.opened;
        });
        Opened again;
        again.violation = violation;
        again.facts = facts;
        again.evidence = unit.engine->evidence_of(violation.account.name, now);
        again.nodes = unit.engine->nodes_of(violation.account.name);
        co_await opened(unit, std::move(again));
    }
}

}  // namespace fairgate::daemon
