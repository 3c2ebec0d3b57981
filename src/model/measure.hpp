#pragma once

#include "base/clock.hpp"
#include "base/strong.hpp"
#include "model/account.hpp"
#include "model/decision.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace fairgate {

using MeasureId = Strong<std::int64_t, struct MeasureIdTag>;  ///< 0: not stored yet

/// A decision being carried out on one target.
///
///     pending --acted and verified--> active --due or undone--> lifting --verified--> lifted
///     pending --undone before it acted--> lifting
///     pending, lifting --target is gone (account deleted) or a conflict an operator must see-->
///     failed
///
/// lifted and failed are final; everything else is taken up again after a restart.
enum class MeasureState { pending, active, lifting, lifted, failed };
BOOST_DESCRIBE_ENUM(MeasureState, pending, active, lifting, lifted, failed)

struct Measure {
    MeasureId id;
    DecisionId decision;
    AccountKey account;
    std::string enforcer;  ///< which one acts: "pasarguard:main", "recording"
    Action action = Action::block;
    std::string reason;
    MeasureState state = MeasureState::pending;
    std::string
        before;  ///< the target's state before we acted, as the enforcer's JSON; "" until read
    std::string after;  ///< the state we left, for the three-way comparison; "" until acted
    TimePoint created;
    std::optional<TimePoint> due;  ///< none: until an operator lifts it
    int attempts = 0;              ///< of the step it is in
    std::optional<TimePoint> retry_at;
    std::string last_error;
    TimePoint changed;

    bool operator==(const Measure&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    Measure,
    (),
    (id,
     decision,
     account,
     enforcer,
     action,
     reason,
     state,
     before,
     after,
     created,
     due,
     attempts,
     retry_at,
     last_error,
     changed)
)

}  // namespace fairgate
