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
    DecisionId decision;  ///< the newest one it carries out
    AccountKey account;
    std::string enforcer;  ///< which one acts: "pasarguard:main", "recording"
    Action action = Action::block;
    std::string reason;
    MeasureState state = MeasureState::pending;
    std::string before;  ///< the target's state before we first acted, as the enforcer's JSON; ""
                         ///< until read, and while it is "" nothing has been done
    std::string after;   ///< the state we leave, for the three-way comparison; known with `before`
    TimePoint created;
    std::optional<TimePoint> due;    ///< none: until an operator lifts it
    std::optional<TimePoint> acted;  ///< when the enforcer took the order; none: not for sure
    int orders = 0;  ///< how often the enforcer took it since it last held: again to assert it
    std::optional<TimePoint> doubt;  ///< until then an order that was never answered may still come
                                     ///< into force
    int attempts = 0;                ///< failures in a row of the step it is in
    std::optional<TimePoint> retry_at;  ///< when it is looked at again
    std::string last_error;             ///< of the last failed attempt; of a failed measure, why
    std::string note;                   ///< what an operator should know: a conflict, no effect
    TimePoint changed;                  ///< when it came into its state

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
     acted,
     orders,
     doubt,
     attempts,
     retry_at,
     last_error,
     note,
     changed)
)

/// One line of a measure's history.
struct MeasureStep {
    MeasureId measure;
    TimePoint time;
    MeasureState state = MeasureState::pending;
    std::string what;  ///< "read the state before", "disabled in the panel", "timed out: …"

    bool operator==(const MeasureStep&) const = default;
};
BOOST_DESCRIBE_STRUCT(MeasureStep, (), (measure, time, state, what))

}  // namespace fairgate
