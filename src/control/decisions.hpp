#pragma once

#include "control/asker.hpp"
#include "control/change.hpp"
#include "control/desk.hpp"
#include "model/decision.hpp"
#include "model/measure.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

/// A decision as lists show it.
struct DecisionRow {
    std::string id;
    std::string account;
    std::string backend;
    DecisionState state = DecisionState::shadow;
    Action action = Action::warn;
    Mode mode = Mode::shadow;
    int step = 0;
    TimePoint decided;
    std::optional<TimePoint> until;
    std::string reason;
    std::string decided_by;
    std::optional<std::string> violation;
};
BOOST_DESCRIBE_STRUCT(
    DecisionRow,
    (),
    (id, account, backend, state, action, mode, step, decided, until, reason, decided_by, violation)
)

struct MeasureRow {
    std::string id;
    std::string enforcer;
    Action action = Action::block;
    MeasureState state = MeasureState::pending;
    TimePoint created;
    std::optional<TimePoint> due;
    std::optional<TimePoint> acted;
    int attempts = 0;
    std::optional<TimePoint> retry_at;
    std::string last_error;
    std::string note;
    std::vector<EvidenceEvent> history;
};
BOOST_DESCRIBE_STRUCT(
    MeasureRow,
    (),
    (id, enforcer, action, state, created, due, acted, attempts, retry_at, last_error, note, history
    )
)

/// A decision and how it is carried out.
struct DecisionView : DecisionRow {
    std::vector<MeasureRow> measures;
};
BOOST_DESCRIBE_STRUCT(DecisionView, (DecisionRow), (measures))

struct DecisionSearch {
    std::vector<DecisionState> states;
    std::string account;
    std::string backend;
    std::optional<TimePoint> since;
    std::size_t limit = 50;
    std::string cursor;
};

boost::asio::awaitable<Result<Listed<DecisionRow>>> list_decisions(
    const Live& live, Records records, DecisionSearch search
);
/// FG-CTL-004 for what is no id, FG-STO-010 for one that is not there.
boost::asio::awaitable<Result<DecisionView>> show_decision(Records records, std::string id);

/// Blocks an account by hand, also in shadow mode, because somebody said so.
boost::asio::awaitable<Result<Change>> add_decision(
    Desk desk,
    Asker asker,
    std::string account,
    std::optional<Duration> length,
    std::string reason,
    Run run
);

/// Another end for a decision in force: so long from now, or none. FG-CTL-009 if it is over.
boost::asio::awaitable<Result<Change>> extend_decision(
    Desk desk, Asker asker, std::string id, std::optional<Duration> length, Run run
);

DecisionRow row_of(const Decision& decision);
MeasureRow row_of(const Measure& measure, const std::vector<MeasureStep>& steps);
Result<DecisionId> decision_id(const std::string& text);

/// The decision and the measures that carry it out. Waits for the disk.
struct DecisionAndMeasures {
    Decision decision;
    std::vector<Measure> measures;
};
Result<DecisionAndMeasures> read_decision(store::Store& store, DecisionId id);

}  // namespace fairgate::control
