#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "enforcement/enforcer.hpp"
#include "model/decision.hpp"
#include "model/measure.hpp"

#include <optional>
#include <string>

/// How a measure goes from step to step: plain functions of the measure, what the enforcer
/// answered and the time. Every step may be repeated after a crash, so the order of writing and
/// doing is all that counts: what is to be restored is written before anything is done, and a
/// measure is called lifted only after it has been restored.
namespace fairgate::enforcement {

struct StepSettings {
    Duration first_retry = std::chrono::seconds(1);
    Duration longest_retry = std::chrono::seconds(60);
    /// Refused for want of a right, or as not understood: somebody must change something first, and
    /// nobody tells us when.
    Duration refused_retry = std::chrono::minutes(5);
    /// How long an order that was not answered may still come into force: a panel under load goes
    /// on with requests whose sender has given up.
    Duration longest_doubt = std::chrono::seconds(60);
    /// When there is no better time to look whether an order holds: a core learns of a disabled
    /// account within seconds, and connections that were open before end within half a minute.
    Duration look_again = std::chrono::seconds(30);
    /// How often an order that has no effect is looked at after the alarm.
    Duration look_again_in_vain = std::chrono::minutes(10);
};

/// begin_lifting writes that it is over before anything is restored. finish: nothing was done.
enum class Step { wait, read, act, verify, begin_lifting, restore, finish, none };

struct Next {
    Step step = Step::none;
    std::optional<TimePoint> at;  ///< of wait; none: until an operator says something

    bool operator==(const Next&) const = default;
};

/// What a measure needs now.
Next next_step(const Measure& measure, TimePoint now);

/// audit: an administrator should be able to find it later. alarm: should be told now.
enum class Attention { none, audit, alarm };

/// What a step has come to, beside the changes to the measure itself.
struct StepResult {
    std::string what;  ///< for the history; empty: nothing worth a line
    std::optional<DecisionState> decision = {};
    Attention attention = Attention::none;
};

StepResult begin_lifting(Measure& measure, const std::string& why, TimePoint now);
StepResult finish_untouched(Measure& measure, TimePoint now);

/// A measure found in the journal after a restart: what was asked when the last process ended is
/// not known, so it is looked at before anything else.
void take_up_again(Measure& measure, TimePoint now, const StepSettings& settings);

// What the enforcer answered. The measure may have been undone while it was asked.
StepResult after_reading(Measure& measure, const Reading& reading, TimePoint now);
StepResult after_acting(Measure& measure, const Acted& acted, TimePoint now);
StepResult after_verifying(
    Measure& measure, const Verification& seen, TimePoint now, const StepSettings& settings
);
StepResult after_restoring(Measure& measure, const Restored& restored, TimePoint now);

/// The enforcer failed, or did not answer, in this step. `spread` (0 to 1) is the jitter.
StepResult after_failure(
    Measure& measure,
    Step step,
    const Error& error,
    TimePoint now,
    double spread,
    const StepSettings& settings
);

bool is_final(MeasureState state);

}  // namespace fairgate::enforcement
