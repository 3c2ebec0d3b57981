#pragma once

#include "base/error.hpp"
#include "config/load.hpp"
#include "importing/comparison.hpp"
#include "importing/plan.hpp"

#include <string>

/// Where a plan goes: settings into a file of their own in conf.d, accounts into the database.
namespace fairgate::importing::applying {

struct Target {
    config::Sources sources;  ///< the configuration that is there
    TimePoint now;
};

/// What an import would change. Changes nothing; the daemon may run.
Result<Comparison> compare(const Plan& plan, const Target& target);

/// Does it: all of it or nothing. FG-STO-009 while a daemon runs, FG-IMP-008 when a file cannot be
/// written, FG-IMP-009 when the configuration would not be sound; what was there is then there
/// again. Blocks.
Result<Comparison> apply(const Plan& plan, const Target& target);

/// Writes what apply() would write to the configuration into a folder, accounts included, and the
/// rest as plan.json. Touches nothing else. FG-IMP-008.
Result<Comparison> look_out(const Plan& plan, const std::string& folder);  ///< the same, dry
Result<Comparison> write_out(const Plan& plan, const std::string& folder);

}  // namespace fairgate::importing::applying
