#pragma once

#include "control/asker.hpp"
#include "control/change.hpp"
#include "control/desk.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <optional>
#include <string>

namespace fairgate::control {

struct ExemptionRow {
    std::string account;
    std::string backend;  ///< empty: at any
    std::optional<TimePoint> until;
    SetIn source = SetIn::file;
    std::string by;
    std::optional<TimePoint> at;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ExemptionRow, (), (account, backend, until, source, by, at, reason))

boost::asio::awaitable<Result<Listed<ExemptionRow>>> list_exemptions(
    const Live& live, Records records
);
/// FG-CTL-006 when the account is not exempt.
boost::asio::awaitable<Result<ExemptionRow>> show_exemption(
    const Live& live, Records records, std::string account
);

/// Never limits an account, until a time. It need not be known yet.
boost::asio::awaitable<Result<Change>> add_exemption(
    Desk desk,
    Asker asker,
    std::string account,
    std::optional<TimePoint> until,
    std::string reason,
    Run run
);
/// FG-CTL-005 when it is set in the file.
boost::asio::awaitable<Result<Change>> remove_exemption(
    Desk desk, Asker asker, std::string account, Run run
);

}  // namespace fairgate::control
