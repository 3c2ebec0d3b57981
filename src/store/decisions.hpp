#pragma once

#include "base/error.hpp"
#include "model/decision.hpp"
#include "store/page.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fairgate::store {

/// Empty members select everything.
struct DecisionFilter {
    std::string backend = {};
    std::string account = {};
    std::vector<DecisionState> states = {};
    std::optional<TimePoint> since = {};  ///< decided at or after
    std::optional<ViolationId> violation = {};
};

/// Decisions with their evidence, frozen: what was written comes back as it was, also after the
/// program that reads it has learned more.
class DecisionStore {
public:
    virtual ~DecisionStore() = default;

    /// FG-STO-012 if it refers to a violation that is not there.
    virtual Result<DecisionId> add(const Decision& decision) = 0;
    virtual Result<Decision> get(DecisionId id) = 0;
    virtual Result<Page<Decision>> list(const DecisionFilter& filter, const Cursor& cursor) = 0;

    /// The only things of a decision that change.
    virtual Result<void> set_state(DecisionId id, DecisionState state) = 0;
    virtual Result<void> set_until(DecisionId id, std::optional<TimePoint> until) = 0;

    /// The evidence as the JSON text that was stored, for export.
    virtual Result<std::string> evidence_text(DecisionId id) = 0;

    /// Removes up to `most` decisions made before then that are over, and the finished measures
    /// with their history, oldest first. Says how many; fewer than `most` means that it is done.
    virtual Result<int> purge(TimePoint before, int most) = 0;
};

}  // namespace fairgate::store
