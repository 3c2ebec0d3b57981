#pragma once

#include "control/asker.hpp"
#include "control/desk.hpp"
#include "control/sources.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

/// What can block, as lists show it.
struct EnforcerRow {
    std::string name;
    bool able = true;
    std::string because;  ///< why not
    std::optional<TimePoint> since;
    std::vector<Action> actions;
    bool cuts = false;               ///< ends live connections on this machine
    bool refuses_addresses = false;  ///< a firewall: whoever comes from there
    bool ends_by_itself = false;     ///< lifts in time even if this program is gone
    std::int64_t holds = 0;          ///< measures in force by it
    std::int64_t waiting = 0;        ///< that begin or end
    std::vector<std::string> acts_for;
    std::string last_error;
};
BOOST_DESCRIBE_STRUCT(
    EnforcerRow,
    (),
    (name,
     able,
     because,
     since,
     actions,
     cuts,
     refuses_addresses,
     ends_by_itself,
     holds,
     waiting,
     acts_for,
     last_error)
)

std::vector<EnforcerRow> list_enforcers(const Live& live);

/// Tries it step by step: a firewall refuses an address that nobody has, and lets it through
/// again. Needs the scope write; written to the audit trail. FG-DMN-004.
boost::asio::awaitable<Result<Tested>> test_enforcer(Desk desk, Asker asker, std::string enforcer);

}  // namespace fairgate::control
