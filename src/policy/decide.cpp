#include "policy/decide.hpp"

#include "model/time.hpp"

namespace fairgate::policy {

namespace {

std::string in_words(const LadderStep& step) {
    if (step.action == Action::warn) {
        return "a warning";
    }
    if (step.action == Action::refuse) {
        return "refusing it" + (step.length ? " for " + for_people(*step.length) : std::string());
    }
    std::string what = "a block";
    if (step.action == Action::move_group) {
        what = "the restricted group";
    } else if (step.action == Action::revoke) {
        what = "a block and a new subscription";
    } else if (step.action != Action::block) {
        what = "a measure";
    }
    return what + (step.length ? " for " + for_people(*step.length) : " until released");
}

/// Why a block that the ladder asks for is not enforced, or nothing.
std::optional<std::string> held_back(
    const Violation& violation,
    Action chosen,
    const Circumstances& circumstances,
    Breaker& breaker,
    TimePoint now
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
    if (circumstances.cannot_refuse && chosen == Action::refuse) {
        return circumstances.cannot_refuse;
    }
    const bool stops = circumstances.acted_on_lately
                           ? breaker.is_open(now)
                           : breaker.ask(now, circumstances.online) == Breaker::Answer::stop;
    if (stops) {
        return "the circuit breaker is open: too many accounts would be blocked at once";
    }
    return std::nullopt;
}

/// The same every time: who uses it counts on a ban that ends when they said.
Ladder::Chosen choose(const Refusing& refusing, const Circumstances& circumstances) {
    const bool block =
        circumstances.cannot_refuse && refusing.otherwise == Refusing::Otherwise::block;
    return {1, {block ? Action::block : Action::refuse, refusing.ban_time}};
}

bool skips_warning(
    const Ladder& ladder, const Circumstances& circumstances, Confidence confidence
) {
    return ladder.instant && confidence != Confidence::low &&
           circumstances.score.total() >= *ladder.instant;
}

Ladder::Chosen climb(
    const Ladder& ladder, const Circumstances& circumstances, Confidence confidence, TimePoint now
) {
    Ladder::Chosen chosen = ladder.choose(circumstances.violations_before, now);
    if (chosen.step.action == Action::warn && skips_warning(ladder, circumstances, confidence)) {
        chosen = ladder.first_block(chosen.number);
    }
    if (chosen.step.action == Action::revoke && !circumstances.can_revoke) {
        chosen.step.action = Action::block;  // as much of it as can be done there
    }
    return chosen;
}

std::string reason_for(
    const Violation& violation, const Ladder::Chosen& chosen, const Circumstances& circumstances
) {
    const std::string found = !circumstances.found.empty()
                                  ? circumstances.found
                                  : std::to_string(violation.devices) + " devices at once, limit " +
                                        std::to_string(violation.limit);
    const std::string asks = circumstances.refusing
                                 ? "first_come asks for "
                                 : "violation " + std::to_string(chosen.number) + " asks for ";
    return found + "; " + asks + in_words(chosen.step);
}

}  // namespace

Decision decide(
    const Violation& violation,
    const Ladder& ladder,
    const Circumstances& circumstances,
    Breaker& breaker,
    TimePoint now
) {
    Ladder::Chosen chosen = circumstances.refusing
                                ? choose(*circumstances.refusing, circumstances)
                                : climb(ladder, circumstances, violation.confidence, now);
    if (chosen.step.action == Action::block) {
        chosen.step.action = circumstances.block_as;
    }
    Decision decision;
    decision.account = violation.account;
    decision.violation = violation.id;
    decision.action = chosen.step.action;
    decision.mode = circumstances.mode.mode;
    decision.decided = now;
    decision.step = chosen.number;
    decision.decided_by = "policy";
    decision.reason = reason_for(violation, chosen, circumstances);
    if (!circumstances.refusing && decision.action != Action::warn &&
        skips_warning(ladder, circumstances, violation.confidence)) {
        decision.reason += "; nobody is warned who scores " + std::to_string(*ladder.instant) +
                           ": " + circumstances.score.text();
    }
    if (decision.action == Action::warn) {
        decision.state =
            circumstances.mode.mode == Mode::shadow ? DecisionState::shadow : DecisionState::warned;
        return decision;
    }
    if (chosen.step.length) {
        decision.until = now + *chosen.step.length;
    }
    const auto why_not = held_back(violation, decision.action, circumstances, breaker, now);
    decision.state = DecisionState::in_force;
    if (why_not) {
        decision.reason += "; not enforced, because " + *why_not;
        decision.state =
            circumstances.mode.mode == Mode::shadow ? DecisionState::shadow : DecisionState::warned;
    }
    return decision;
}

}  // namespace fairgate::policy
