#pragma once

#include "control/asker.hpp"
#include "control/check.hpp"
#include "control/desk.hpp"
#include "control/mending.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <string>
#include <vector>

namespace fairgate::control {

/// What every stage was found to be like, from the log line to the block.
struct Diagnosis {
    bool enforcing = false;
    std::vector<std::string> not_enforcing_because;
    std::vector<Check> checks;
    std::vector<Mending> mended;  ///< what a repair did, or would do
};
BOOST_DESCRIBE_STRUCT(Diagnosis, (), (enforcing, not_enforcing_because, checks, mended))

/// plan: says what would be done.
enum class Repair { none, plan, what_is_safe };

/// Looks at each stage; what is tested (the database, enforcers) is tested now. `only` names
/// stages, none means all: config, source, clock, backend, mapping, tracker, policy, store,
/// enforcer, measure. FG-CTL-004 for one there is not. Repairing comes first, so that what
/// is left is shown; it needs the scope admin.
boost::asio::awaitable<Result<Diagnosis>> diagnose(
    Desk desk, Asker asker, std::vector<std::string> only, Repair repair
);

/// What can be seen without testing anything: for `health`, cheap enough to ask every second.
std::vector<Check> look(const Live& live);

}  // namespace fairgate::control
