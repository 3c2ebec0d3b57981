#pragma once

#include "control/decisions.hpp"
#include "control/desk.hpp"
#include "control/sources.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

struct AccountCounts {
    std::int64_t online = 0;
    std::int64_t known = 0;
    std::int64_t over = 0;
    std::int64_t blocked = 0;
};
BOOST_DESCRIBE_STRUCT(AccountCounts, (), (online, known, over, blocked))

struct MeasureCounts {
    std::int64_t active = 0;
    std::int64_t pending = 0;  ///< not yet acted
    std::int64_t lifting = 0;
    std::int64_t failed = 0;  ///< failing at this moment, or given up in the last 24 hours
};
BOOST_DESCRIBE_STRUCT(MeasureCounts, (), (active, pending, lifting, failed))

struct BackendRow {
    std::string name;
    BackendState state = BackendState::starting;
    std::string version;
    std::optional<std::int64_t> accounts;
    std::optional<TimePoint> synced;
    std::string error;
};
BOOST_DESCRIBE_STRUCT(BackendRow, (), (name, state, version, accounts, synced, error))

/// What `fairgate status` shows.
struct Status {
    std::string version;
    TimePoint started;
    int config_revision = 0;
    Mode mode = Mode::shadow;
    std::optional<TimePoint> mode_until;
    std::vector<std::string> not_enforcing_because;
    AccountCounts accounts;
    MeasureCounts measures;
    std::vector<SourceRow> sources;
    std::vector<BackendRow> backends;
    std::vector<DecisionRow> decisions;  ///< the last five
    std::vector<std::string> notices;    ///< what else should be known: the clock was set, …
    std::string advice;
};
BOOST_DESCRIBE_STRUCT(
    Status,
    (),
    (version,
     started,
     config_revision,
     mode,
     mode_until,
     not_enforcing_because,
     accounts,
     measures,
     sources,
     backends,
     decisions,
     notices,
     advice)
)

/// A store that cannot be read is one more reason in not_enforcing_because, not an error.
boost::asio::awaitable<Result<Status>> status(const Live& live, Records records);

std::vector<BackendRow> list_backends(const Live& live);

}  // namespace fairgate::control
