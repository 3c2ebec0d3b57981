#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "store/store.hpp"

namespace fairgate::store {

/// How long what is over is kept.
struct RetentionSettings {
    Duration decisions = std::chrono::days(90);  ///< with evidence and measures; people ask late
    Duration violations = std::chrono::days(90);
    Duration audit = std::chrono::days(365);
    int rows_at_once = 200;  ///< few enough that nobody else waits for the database
};

/// Removes one step's worth of what is too old. Says how many rows went; 0: nothing is left to
/// remove. Called now and then, and again soon after as long as it removes something.
Result<int> forget_old(Store& store, const RetentionSettings& settings, TimePoint now);

}  // namespace fairgate::store
