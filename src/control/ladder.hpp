#pragma once

#include "control/asker.hpp"
#include "control/change.hpp"
#include "control/desk.hpp"
#include "model/setting.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

/// What follows the first, second … violation within the window.
struct LadderNow {
    std::vector<std::string> steps;  ///< "warn", "10m", "forever", "revoke"
    Duration window{0};
    Duration warning{0};         ///< how long a warning may go unheeded
    std::optional<int> instant;  ///< a score from which on nobody is warned first
    SetIn source = SetIn::file;
    std::string by;
    std::optional<TimePoint> at;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(LadderNow, (), (steps, window, warning, instant, source, by, at, reason))

/// What is to be otherwise; what is not said stays.
struct LadderChange {
    std::vector<std::string> steps;  ///< empty: as they are
    std::optional<Duration> window;
    std::optional<Duration> warning;
    std::optional<int> instant;  ///< 0: everybody is warned first
};

boost::asio::awaitable<Result<LadderNow>> show_ladder(const Live& live, Records records);
/// FG-CTL-004 for a ladder that the file could not have.
boost::asio::awaitable<Result<Change>> set_ladder(
    Desk desk, Asker asker, LadderChange change, std::string reason, Run run
);
/// Back to what the file says.
boost::asio::awaitable<Result<Change>> reset_ladder(Desk desk, Asker asker, Run run);

}  // namespace fairgate::control
