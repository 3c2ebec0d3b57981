#pragma once

#include "control/change.hpp"
#include "control/desk.hpp"
#include "model/violation.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

struct ViolationRow {
    std::string id;
    std::string account;
    std::string backend;
    int devices = 0;
    int limit = 0;
    TimePoint opened;
    std::optional<TimePoint> closed;
    std::int64_t seconds_over = 0;
    std::vector<std::string> origins;
    Confidence confidence = Confidence::high;
};
BOOST_DESCRIBE_STRUCT(
    ViolationRow,
    (),
    (id, account, backend, devices, limit, opened, closed, seconds_over, origins, confidence)
)

struct ViolationSearch {
    bool open = false;
    std::string account;
    std::string backend;
    std::optional<TimePoint> since;
    std::size_t limit = 50;
    std::string cursor;
};

boost::asio::awaitable<Result<Listed<ViolationRow>>> list_violations(
    const Live& live, Records records, ViolationSearch search
);
/// FG-CTL-004 for what is no id, FG-STO-010 for one that is not there.
boost::asio::awaitable<Result<ViolationRow>> show_violation(
    const Live& live, Records records, std::string id
);

}  // namespace fairgate::control
