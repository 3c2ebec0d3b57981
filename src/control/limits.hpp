#pragma once

#include "control/accounts.hpp"
#include "control/asker.hpp"
#include "control/change.hpp"
#include "control/desk.hpp"
#include "control/in_force.hpp"
#include "model/limit.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

/// Which limit is meant: of an account, of those a pattern, a group or an owner selects, or the
/// general one.
struct LimitTarget {
    LimitOrigin origin = LimitOrigin::account;
    std::string match;
    std::string backend;
};

struct LimitRow {
    LimitOrigin origin = LimitOrigin::account;
    std::string match;
    std::string backend;
    DeviceNumber devices;
    SetIn source = SetIn::file;
    std::string by;
    std::optional<TimePoint> at;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(LimitRow, (), (origin, match, backend, devices, source, by, at, reason))

/// The target that words mean: ("account", "main/ali"), ("general", ""). FG-CTL-004; FG-LIM-001
/// for a pattern that is none.
Result<LimitTarget> limit_target(
    const Live& live, const std::string& scope, const std::string& match
);

boost::asio::awaitable<Result<Listed<LimitRow>>> list_limits(const Live& live, Records records);
/// FG-CTL-006 when it is not set.
boost::asio::awaitable<Result<LimitRow>> show_limit_rule(
    const Live& live, Records records, LimitTarget target
);

boost::asio::awaitable<Result<Change>> set_limit(
    Desk desk, Asker asker, LimitTarget target, int devices, std::string reason, Run run
);
/// FG-CTL-005 when it is set in the file.
boost::asio::awaitable<Result<Change>> clear_limit(
    Desk desk, Asker asker, LimitTarget target, Run run
);

/// The accounts that would be over at this moment if the limit were set.
boost::asio::awaitable<Result<Listed<AccountRow>>> preview_limit(
    const Live& live, Records records, LimitTarget target, int devices
);

}  // namespace fairgate::control
