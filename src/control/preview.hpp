#pragma once

#include "control/change.hpp"
#include "control/desk.hpp"
#include "model/decision.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <cstdint>
#include <string>

namespace fairgate::control {

/// An account that would have been blocked.
struct PreviewRow {
    std::string account;
    std::string backend;
    int devices = 0;  ///< the most at once
    DeviceNumber limit;
    std::string action;             ///< the first that would have been taken: "block 10m"
    std::int64_t times = 0;         ///< how often
    std::int64_t seconds_over = 0;  ///< together
    TimePoint first;
};
BOOST_DESCRIBE_STRUCT(
    PreviewRow, (), (account, backend, devices, limit, action, times, seconds_over, first)
)

/// Who would have been blocked in the last `over` if the mode had been enforce, from the decisions
/// that were recorded and not carried out; those with the most blocks first.
boost::asio::awaitable<Result<Listed<PreviewRow>>> preview_enforce(
    const Live& live, Records records, Duration over
);

}  // namespace fairgate::control
