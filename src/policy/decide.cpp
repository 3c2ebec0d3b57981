#include "policy/decide.hpp"

#include "model/time.hpp"

namespace fairgate::policy {

namespace {

std::string in_words(const LadderStep& step) {
    if (step.action == Action::warn) {
        return "a warning";
    }
    std::string what = "a block";
    if (step.action == Action::move_group) {
        what = "the restricted group";
    } else if (step.action != Action::block) {
        what = "a measure";
    }
    return what + (step.length ? " for " + for_people(*step.length) : " until released");
}

/// Why a block that the ladder asks for is not enforced, or nothing.
std::optional<std::string> held_back(
    const Violation& violation, const Circumstances& circumstances, Breaker& breaker, TimePoint now
) {
    if (circumstances.distrust) {
        return circumstances.distrust;
    }
    if (violation.confidence == Confidence::low) {
        return "the counting is not sure enough for more than a warning";
    }
    if (circumstances.mode.mode != Mode::enforce) {
        return circumstances.mode.why;
    }
    if (breaker.ask(now, circumstances.online) == Breaker::Answer::stop) {
        return "the circuit breaker is open: too many accounts would be blocked at once";
    }
    return std::nullopt;
}

}  // namespace

Decision decide(
    const Violation& violation,
    const Ladder& ladder,
    const Circumstances& circumstances,
    Breaker& breaker,
    TimePoint now
) {
    const Ladder::Chosen chosen = ladder.choose(circumstances.violations_before, now);
    Decision decision;
    decision.account = violation.account;
    decision.violation = violation.id;
    decision.action =
        chosen.step.action == Action::block ? circumstances.block_as : chosen.step.action;
    decision.mode = circumstances.mode.mode;
    decision.decided = now;
    decision.step = chosen.number;
    decision.decided_by = "policy";
    decision.reason = std::to_string(violation.devices) + " devices at once, limit " +
                      std::to_string(violation.limit) + "; violation " +
                      std::to_string(chosen.number) + " asks for " +
                      in_words({decision.action, chosen.step.length});
    if (decision.action == Action::warn) {
        decision.state =
            circumstances.mode.mode == Mode::shadow ? DecisionState::shadow : DecisionState::warned;
        return decision;
    }
    if (chosen.step.length) {
        decision.until = now + *chosen.step.length;
    }
    const auto why_not = held_back(violation, circumstances, breaker, now);
    decision.state = DecisionState::in_force;
    if (why_not) {
        decision.reason += "; not enforced, because " + *why_not;
        decision.state =
            circumstances.mode.mode == Mode::shadow ? DecisionState::shadow : DecisionState::warned;
    }
    return decision;
}

}  // namespace fairgate::policy
