#pragma once

#include "base/clock.hpp"
#include "model/decision.hpp"
#include "model/violation.hpp"
#include "policy/breaker.hpp"
#include "policy/ladder.hpp"
#include "policy/modes.hpp"
#include "policy/score.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::policy {

/// Where who came first is left alone: what is done about those who came later.
struct Refusing {
    enum class Otherwise : std::uint8_t { record, block };
    Duration ban_time = std::chrono::minutes(1);  ///< always the same
    Otherwise otherwise = Otherwise::record;      ///< when their addresses cannot be refused

    bool operator==(const Refusing&) const = default;
};

/// What the world looks like to a decision.
struct Circumstances {
    ModeChoice mode;
    std::size_t online = 0;  ///< accounts active now
    std::optional<std::string>
        distrust;  ///< why no measure may rest on what was seen: a stale source
    std::vector<TimePoint> violations_before;  ///< when the account's earlier ones were opened
    Action block_as = Action::block;           ///< move_group where the operator prefers that
    bool can_revoke = false;           ///< what holds the account can make its subscription anew
    Score score;                       ///< what speaks against one household
    std::optional<Refusing> refusing;  ///< in place of the ladder
    std::optional<std::string> cannot_refuse;  ///< why none of the addresses may be
    std::string found;  ///< what was found, in words; empty: the number of devices
    /// It was acted on within the breaker's time, and is not one more of those at fault.
    bool acted_on_lately = false;
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
