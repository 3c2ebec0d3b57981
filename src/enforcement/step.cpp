#include "enforcement/step.hpp"

#include "model/time.hpp"

#include <algorithm>

namespace fairgate::enforcement {

namespace {

void enter(Measure& measure, MeasureState state, TimePoint now) {
    measure.state = state;
    measure.changed = now;
    measure.attempts = 0;
    measure.retry_at.reset();
}

void step_succeeded(Measure& measure) {
    measure.attempts = 0;
    measure.retry_at.reset();
    measure.last_error.clear();
}

StepResult end_as_gone(Measure& measure, TimePoint now) {
    enter(measure, MeasureState::failed, now);
    measure.last_error = "the account is gone";
    return StepResult{.what = "the account is gone", .decision = DecisionState::released};
}

std::string with_text(const std::string& what, const std::string& text) {
    return text.empty() ? what : what + ": " + text;
}

/// A look a moment from now at the soonest, whatever the enforcer says.
TimePoint not_at_once(TimePoint at, TimePoint now) {
    return std::max(at, now + std::chrono::seconds(1));
}

std::optional<TimePoint> earlier(std::optional<TimePoint> a, std::optional<TimePoint> b) {
    return a && b ? std::min(*a, *b) : (a ? a : b);
}

bool waits_to_retry(const Measure& measure, TimePoint now) {
    return measure.retry_at && now < *measure.retry_at;
}

/// The tool is switched off or not installed: nothing of the order can come into force later.
bool went_nowhere(const Error& error) {
    return error.code == "FG-ENF-021" || error.code == "FG-RUN-001";
}

/// It will be refused again, until an administrator has changed something there. FG-MZB-038 is a
/// user of another administrator.
bool is_refusal(const Error& error) {
    return error.code.ends_with("-400") || error.code.ends_with("-403") ||
           error.code.ends_with("-422") || error.code == "FG-MZB-038";
}

StepResult ordered_in_vain(
    Measure& measure, const Verification& seen, TimePoint now, const StepSettings& settings
) {
    if (measure.orders < 2) {
        measure.acted.reset();  // so that it is ordered again
        measure.retry_at.reset();
        return StepResult{.what = with_text("has no effect, is ordered again", seen.text)};
    }
    const bool told = measure.note == seen.text && measure.state == MeasureState::active;
    measure.note = seen.text;
    if (measure.state == MeasureState::pending) {
        enter(measure, MeasureState::active, now);
    }
    measure.retry_at =
        not_at_once(seen.look_again.value_or(now + settings.look_again_in_vain), now);
    return told ? StepResult{}
                : StepResult{
                      .what = with_text("has no effect", seen.text), .attention = Attention::alarm
                  };
}

}  // namespace

bool is_final(MeasureState state) {
    return state == MeasureState::lifted || state == MeasureState::failed;
}

Next next_step(const Measure& measure, TimePoint now) {
    if (is_final(measure.state)) {
        return {Step::none, {}};
    }
    if (measure.state == MeasureState::lifting) {
        if (measure.before.empty()) {
            return {Step::finish, {}};
        }
        return waits_to_retry(measure, now) ? Next{Step::wait, measure.retry_at}
                                            : Next{Step::restore, {}};
    }
    if (measure.due && *measure.due <= now) {
        return {Step::begin_lifting, {}};
    }
    if (waits_to_retry(measure, now)) {
        return {Step::wait, earlier(measure.retry_at, measure.due)};
    }
    if (measure.before.empty()) {
        return {Step::read, {}};
    }
    if (!measure.acted) {
        return {Step::act, {}};
    }
    if (measure.state == MeasureState::pending || measure.retry_at) {
        return {Step::verify, {}};
    }
    return {Step::wait, measure.due};
}

StepResult begin_lifting(Measure& measure, const std::string& why, TimePoint now) {
    enter(measure, MeasureState::lifting, now);
    return StepResult{.what = why};
}

StepResult finish_untouched(Measure& measure, TimePoint now) {
    enter(measure, MeasureState::lifted, now);
    return StepResult{.what = "over before anything was done", .decision = DecisionState::released};
}

void take_up_again(Measure& measure, TimePoint now, const StepSettings& settings) {
    if (!measure.before.empty() && !measure.acted) {
        // The last order was sent before the lifting began, or before now.
        const TimePoint sent = measure.state == MeasureState::lifting ? measure.changed : now;
        const TimePoint doubt = sent + settings.longest_doubt;
        measure.doubt = std::max(measure.doubt.value_or(doubt), doubt);
    }
    measure.retry_at.reset();
    if (measure.state == MeasureState::active) {
        measure.retry_at = now;  // to be verified
    }
}

StepResult after_reading(Measure& measure, const Reading& reading, TimePoint now) {
    if (measure.state == MeasureState::lifting) {
        return {};  // undone meanwhile; whether `before` is empty says if there is something to do
    }
    if (reading.kind == Reading::Kind::gone) {
        return end_as_gone(measure, now);
    }
    measure.before = reading.now;
    measure.after = reading.after;
    step_succeeded(measure);
    return StepResult{.what = "read the state before"};
}

StepResult after_acting(Measure& measure, const Acted& acted, TimePoint now) {
    switch (acted.kind) {
        case Acted::Kind::gone:
            return end_as_gone(measure, now);
        case Acted::Kind::changed:
            return {};  // the executor reads it again
        case Acted::Kind::done:
            break;
    }
    measure.acted = now;
    ++measure.orders;
    if (!acted.after.empty()) {
        measure.after = acted.after;
    }
    if (measure.state != MeasureState::lifting) {
        step_succeeded(measure);
    }
    if (measure.state == MeasureState::active) {
        measure.retry_at = now;  // ordered again, because it had no effect: has it now?
    }
    return StepResult{.what = acted.text.empty() ? "ordered" : acted.text};
}

StepResult after_verifying(
    Measure& measure, const Verification& seen, TimePoint now, const StepSettings& settings
) {
    if (measure.state == MeasureState::lifting) {
        return {};  // undone meanwhile
    }
    const bool was_pending = measure.state == MeasureState::pending;
    switch (seen.kind) {
        case Verification::Kind::held:
            if (was_pending) {
                enter(measure, MeasureState::active, now);
            }
            step_succeeded(measure);
            measure.orders = 1;
            measure.note.clear();
            measure.after = seen.after.empty() ? measure.after : seen.after;
            if (seen.look_again) {
                measure.retry_at = not_at_once(*seen.look_again, now);
            }
            return StepResult{.what = was_pending ? with_text("in force", seen.text) : ""};
        case Verification::Kind::not_yet:
            step_succeeded(measure);
            measure.retry_at =
                not_at_once(seen.look_again.value_or(now + settings.look_again), now);
            return {};
        case Verification::Kind::ineffective:
            return ordered_in_vain(measure, seen, now, settings);
        case Verification::Kind::overruled:
            // Whatever else of ours is still there goes as well.
            enter(measure, MeasureState::lifting, now);
            measure.note = seen.text;
            return StepResult{
                .what = with_text("released by hand", seen.text),
                .decision = DecisionState::undone,
                .attention = Attention::audit
            };
        case Verification::Kind::gone:
            return end_as_gone(measure, now);
    }
    return {};
}

StepResult after_restoring(Measure& measure, const Restored& restored, TimePoint now) {
    if (restored.kind == Restored::Kind::gone) {
        return end_as_gone(measure, now);
    }
    if (restored.kind != Restored::Kind::conflict && measure.doubt && now < *measure.doubt) {
        // An order of ours is still on its way, for all we know: look once more when it is not.
        step_succeeded(measure);
        measure.retry_at = measure.doubt;
        return StepResult{.what = with_text("restored, is looked at again", restored.text)};
    }
    enter(measure, MeasureState::lifted, now);
    measure.last_error.clear();
    if (restored.kind == Restored::Kind::conflict) {
        measure.note = measure.note.empty() ? restored.text : measure.note;
        return StepResult{
            .what = with_text("changed by hand meanwhile, left as it is", restored.text),
            .decision = DecisionState::released,
            .attention = Attention::audit
        };
    }
    const bool already = restored.kind == Restored::Kind::already;
    return StepResult{
        .what = with_text(already ? "nothing left to restore" : "restored", restored.text),
        .decision = DecisionState::released
    };
}

StepResult after_failure(
    Measure& measure,
    Step step,
    const Error& error,
    TimePoint now,
    double spread,
    const StepSettings& settings
) {
    if (step == Step::act && !went_nowhere(error)) {
        measure.doubt = now + settings.longest_doubt;
    }
    const std::string line = to_line(error);
    const bool news = measure.last_error != line;
    const bool undone_meanwhile = measure.state == MeasureState::lifting && step != Step::restore;
    measure.last_error = line;
    if (undone_meanwhile) {
        return StepResult{.what = news ? line : ""};
    }
    const int doublings = std::min(measure.attempts, 20);
    const auto wait = is_refusal(error) ? settings.refused_retry
                                        : std::min(
                                              settings.longest_retry,
                                              settings.first_retry * (std::int64_t{1} << doublings)
                                          );
    ++measure.attempts;
    // Spread by a fifth either way, so that many measures do not come back at once.
    const auto spread_wait =
        static_cast<std::int64_t>(static_cast<double>(wait.count()) * (0.8 + 0.4 * spread));
    measure.retry_at = now + Duration(spread_wait);
    return StepResult{.what = news ? line : ""};
}

}  // namespace fairgate::enforcement
