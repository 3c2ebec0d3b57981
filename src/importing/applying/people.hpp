#pragma once

#include "base/error.hpp"
#include "importing/comparison.hpp"
#include "importing/plan.hpp"
#include "store/store.hpp"

#include <vector>

namespace fairgate::importing::applying {

enum class Run { dry, real };

/// Limits, exemptions, open punishments as measures, and the ladder's memory. What was taken over
/// once is not taken over again, also when it is over by now; what somebody has set here is kept.
/// Call inside a transaction; after an error it must be given up.
Result<std::vector<Difference>> put_people(
    store::Store& store, const Plan& plan, TimePoint now, Run run
);

}  // namespace fairgate::importing::applying
