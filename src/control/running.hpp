#pragma once

#include "control/asker.hpp"
#include "control/change.hpp"
#include "control/desk.hpp"
#include "store/audit.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What keeps the daemon itself going: configuration, breaker, learned networks, who did what.
namespace fairgate::control {

struct AuditRow {
    std::int64_t id = 0;
    TimePoint time;
    std::string who;
    std::string via;
    std::string action;
    std::string object;
    json::Value before;
    json::Value after;
    std::string reason;
    std::string request_id;
};
BOOST_DESCRIBE_STRUCT(
    AuditRow, (), (id, time, who, via, action, object, before, after, reason, request_id)
)

struct AuditSearch {
    std::string who;
    std::string action;
    std::string object;
    std::optional<TimePoint> since;
    std::size_t limit = 50;
    std::string cursor;
};

/// Who did what, the newest first.
boost::asio::awaitable<Result<Listed<AuditRow>>> list_audit(Records records, AuditSearch search);

struct NetworkRow {
    std::string scope;  ///< "AS64500"
    TimePoint learned;
    int accounts = 0;
    double median_origins = 0;
    std::string confirmed_by;
};
BOOST_DESCRIBE_STRUCT(NetworkRow, (), (scope, learned, accounts, median_origins, confirmed_by))

/// Networks that are carriers' pools, as learned or confirmed.
std::vector<NetworkRow> list_rotating_networks(const Live& live);

/// Builds everything new from the configuration file; on a fault nothing changes.
boost::asio::awaitable<Result<Change>> reload(Desk desk, Asker asker, Run run);

/// Lets blocks be enforced again.
boost::asio::awaitable<Result<Change>> close_breaker(Desk desk, Asker asker, Run run);

}  // namespace fairgate::control
