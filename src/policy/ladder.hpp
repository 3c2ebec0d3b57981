#pragma once

#include "base/clock.hpp"
#include "model/decision.hpp"

#include <chrono>
#include <optional>
#include <vector>

namespace fairgate::policy {

/// What is done about a violation of a given number.
struct LadderStep {
    Action action = Action::warn;
    std::optional<Duration> length;  ///< of anything but a warning; none: until it is released

    bool operator==(const LadderStep&) const = default;
};

/// The steps of rising decisions: the n-th violation inside the window takes the n-th step, and
/// every one beyond them the last.
struct Ladder {
    std::vector<LadderStep> steps = {
        {Action::warn, std::nullopt},
        {Action::block, std::chrono::minutes(10)},
        {Action::block, std::chrono::minutes(30)},
        {Action::block, std::chrono::hours(1)},
        {Action::block, std::nullopt},
    };
    Duration window = std::chrono::days(7);
    Duration warning = std::chrono::minutes(10);  ///< how long a warning may go unheeded

    std::optional<int> instant = {};  ///< a score from which on nobody is warned first

    struct Chosen {
        int number = 1;  ///< from 1
        LadderStep step;
    };
    /// The step for a violation opened at `now`, given when the ones before it were opened.
    Chosen choose(const std::vector<TimePoint>& before, TimePoint now) const;
    /// The first step from number `n` on that is more than a warning; of warnings only, the last.
    Chosen first_block(int n) const;
    /// The step after number `n`, or nothing behind the last.
    std::optional<LadderStep> after(int n) const;
};

}  // namespace fairgate::policy
