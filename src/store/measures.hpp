#pragma once

#include "base/error.hpp"
#include "model/measure.hpp"
#include "store/page.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fairgate::store {

/// Empty members select everything.
struct MeasureFilter {
    std::string backend = {};
    std::string account = {};
    std::string enforcer = {};
    std::vector<MeasureState> states = {};
    std::optional<DecisionId> decision = {};
    std::optional<TimePoint> since = {};          ///< created at or after
    std::optional<TimePoint> changed_since = {};  ///< came into its state at or after
};

/// The journal of what is being done to accounts. What add() and record() have answered is on the
/// disk: a crash of the machine does not lose it.
class MeasureJournal {
public:
    virtual ~MeasureJournal() = default;

    /// FG-STO-012 if it refers to a decision that is not there.
    virtual Result<MeasureId> add(const Measure& measure, const std::string& what) = 0;
    /// The measure as it is now, and one line of its history; an empty `what` writes none.
    virtual Result<void> record(const Measure& measure, const std::string& what, TimePoint now) = 0;
    virtual Result<Measure> get(MeasureId id) = 0;
    virtual Result<Page<Measure>> list(const MeasureFilter& filter, const Cursor& cursor) = 0;
    /// All that are neither lifted nor failed, oldest first.
    virtual Result<std::vector<Measure>> unfinished() = 0;
    /// Oldest first.
    virtual Result<std::vector<MeasureStep>> history(MeasureId id) = 0;
};

}  // namespace fairgate::store
