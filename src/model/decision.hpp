#pragma once

#include "base/clock.hpp"
#include "base/strong.hpp"
#include "model/account.hpp"
#include "model/evidence.hpp"
#include "model/mode.hpp"
#include "model/violation.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace fairgate {

using DecisionId = Strong<std::int64_t, struct DecisionIdTag>;  ///< 0: not stored yet

/// What policy can choose. refuse: some addresses of the account, which its evidence names, are
/// refused, and the account itself goes on.
enum class Action { warn, block, throttle, move_group, revoke, refuse };
BOOST_DESCRIBE_ENUM(Action, warn, block, throttle, move_group, revoke, refuse)

/// shadow and warned are recorded and never act. The rest follows the measure:
///
///     in_force --due time--> released
///     in_force --operator--> undone
enum class DecisionState { shadow, warned, in_force, released, undone };
BOOST_DESCRIBE_ENUM(DecisionState, shadow, warned, in_force, released, undone)

/// What policy, or an operator by hand, decided about an account, and why.
struct Decision {
    DecisionId id;
    AccountKey account;
    ViolationId violation;  ///< 0 for a decision made by hand
    Action action = Action::warn;
    Mode mode = Mode::shadow;  ///< the mode that applied when it was made
    DecisionState state = DecisionState::shadow;
    TimePoint decided;
    std::optional<TimePoint> until;  ///< none: until released by an operator
    int step = 0;                    ///< of the ladder, from 1; 0 for a decision made by hand
    std::string reason;              ///< one sentence
    std::string decided_by;          ///< "policy", or the operator's name
    Evidence evidence;
};
BOOST_DESCRIBE_STRUCT(
    Decision,
    (),
    (id, account, violation, action, mode, state, decided, until, step, reason, decided_by, evidence
    )
)

}  // namespace fairgate
