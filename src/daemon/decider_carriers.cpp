#include "base/run_on.hpp"
#include "daemon/decider.hpp"
#include "daemon/surfaces.hpp"
#include "model/ids.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

// What a block cannot cut: connections over UDP, which have no socket of their own.

namespace fairgate::daemon {

namespace {

/// A carrier that was last heard of longer ago has been given up by the core.
constexpr Duration lately = std::chrono::minutes(10);

bool keeps_out(Action action) {
    return action == Action::block || action == Action::move_group || action == Action::revoke;
}

bool refuses_now(const Measure& measure) {
    return measure.action == Action::refuse &&
           (measure.state == MeasureState::pending || measure.state == MeasureState::active);
}

std::string uncut(const Measure& measure, const std::string& inbound) {
    return to_text(measure.id) + " cannot cut UDP: inbound \"" + inbound +
           "\" has no socket for each connection";
}

}  // namespace

/// Where no firewall is set it is so with every block: it is said once for an inbound.
void Decider::tell_uncut(const Measure& measure, const std::string& inbound) {
    constexpr std::size_t most_inbounds = 1'000;
    if (uncut_.size() >= most_inbounds || !uncut_.insert(inbound).second) {
        return;
    }
    enforcement::MeasureEvent event;
    event.measure = measure;
    event.time = parts_.clock.now();
    event.what = uncut(measure, inbound) + "; such connections end when their core gives them " +
                 "up. To refuse them set firewall.driver";
    parts_.events.publish(surface_event(event));
}

boost::asio::awaitable<void> Decider::stop_carriers(Unit& unit, Measure measure) {
    const TimePoint now = parts_.clock.now();
    const auto seen = unit.carriers.of(measure.account.name, now - lately);
    // Where the firewall itself holds the account, its block names these addresses already; and
    // where a block is only recorded, nothing is left.
    const bool elsewhere = unit.refusing != nullptr ? unit.refusing->name() != measure.enforcer
                                                    : !measure.enforcer.starts_with("recording:");
    const bool needed = keeps_out(measure.action) && !seen.empty() && elsewhere;
    if (!needed) {
        co_return;
    }
    if (unit.refusing == nullptr || !parts_.refusable || !unit.why_not_refusing().empty()) {
        tell_uncut(measure, seen.front().inbound);
        co_return;
    }
    std::vector<std::string> wanted;
    for (const UdpCarriers::Seen& each : seen) {
        wanted.push_back(each.address.text());
    }
    const Refusable may = co_await parts_.refusable(measure.account, std::move(wanted));
    Decision decision;
    decision.account = measure.account;
    decision.action = Action::refuse;
    decision.mode = Mode::enforce;
    decision.decided = now;
    decision.decided_by = "policy";
    decision.until = now + udp_idle_;
    if (measure.due) {
        decision.until = std::min(*decision.until, *measure.due);
    }
    decision.reason = uncut(measure, seen.front().inbound);
    for (const Address& address : may.addresses) {
        decision.evidence.refused.push_back(address.text());
        decision.reason += "; " + address.text() + " is refused until it has forgotten it";
    }
    for (const std::string& why : may.left_out) {
        decision.reason += "; left: " + why;
    }
    decision.evidence.verdict = decision.reason;
    decision.evidence.part_of = to_text(measure.id);
    if (may.addresses.empty()) {
        decision.state = DecisionState::warned;
        decision.until.reset();
        const auto noted = co_await write_down(decision);
        decision.id = noted ? *noted : DecisionId();
    } else {
        const std::string enforcer(unit.refusing->name());
        const auto done = co_await parts_.executor.carry_out(decision, enforcer);
        decision.id = done ? done->decision : DecisionId();
        decision.state = DecisionState::in_force;
    }
    tell(decision);
}

bool Decider::ends_carriers(const Measure& measure) const {
    const bool ends =
        measure.state == MeasureState::lifting || measure.state == MeasureState::failed;
    const auto open = ends && keeps_out(measure.action) ? parts_.executor.open_of(measure.account)
                                                        : std::vector<Measure>();
    return std::ranges::any_of(open, refuses_now);
}

boost::asio::awaitable<void> Decider::let_carriers_in(Measure lifting) {
    const std::string whole = to_text(lifting.id);
    for (const Measure& measure : parts_.executor.open_of(lifting.account)) {
        if (!refuses_now(measure)) {
            continue;
        }
        auto read = [this, id = measure.decision] { return parts_.store.decisions().get(id); };
        const auto decision = co_await run_on(parts_.store_thread, std::move(read));
        if (!decision || decision->evidence.part_of != whole) {
            continue;
        }
        enforcement::OrderedBy by;
        by.who = "fairgate";
        by.via = "enforcement";
        by.reason = whole + " ends";
        (void)co_await parts_.executor.undo(measure.id, std::move(by));
    }
}

}  // namespace fairgate::daemon
