#pragma once

#include "base/clock.hpp"
#include "model/decision.hpp"
#include "model/violation.hpp"
#include "policy/breaker.hpp"
#include "policy/ladder.hpp"
#include "policy/modes.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::policy {

/// What the world looks like to a decision.
struct Circumstances {
    ModeChoice mode;
    std::size_t online = 0;  ///< accounts active now
    std::optional<std::string>
        distrust;  ///< why no measure may rest on what was seen: a stale source
    std::vector<TimePoint> violations_before;  ///< when the account's earlier ones were opened
    Action block_as = Action::block;           ///< move_group where the operator prefers that
};

/// Chooses what to do about a violation that has just opened. The decision says in `state` whether
/// it is to be carried out; what was held back, and by what, is in `reason`.
Decision decide(
    const Violation& violation,
    const Ladder& ladder,
    const Circumstances& circumstances,
    Breaker& breaker,
    TimePoint now
);

}  // namespace fairgate::policy
