#include "store/retention.hpp"

namespace fairgate::store {

Result<int> forget_old(Store& store, const RetentionSettings& settings, TimePoint now) {
    auto decisions = store.decisions().purge(now - settings.decisions, settings.rows_at_once);
    if (!decisions || *decisions > 0) {
        return decisions;
    }
    auto violations = store.violations().purge(now - settings.violations, settings.rows_at_once);
    if (!violations || *violations > 0) {
        return violations;
    }
    return store.audit().purge(now - settings.audit, settings.rows_at_once);
}

}  // namespace fairgate::store
