#pragma once

#include "control/asker.hpp"
#include "control/change.hpp"
#include "control/desk.hpp"
#include "model/setting.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <optional>
#include <string>

namespace fairgate::control {

struct ModeRow {
    ModeScope scope = ModeScope::global;
    std::string match;
    std::string backend;
    Mode mode = Mode::shadow;
    std::optional<TimePoint> until;
    SetIn source = SetIn::file;
    std::string by;
    std::optional<TimePoint> at;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ModeRow, (), (scope, match, backend, mode, until, source, by, at, reason))

/// What a mode is for: everything, or one rule, group or account.
struct ModeTarget {
    ModeScope scope = ModeScope::global;
    std::string match;
    std::string backend;
};

boost::asio::awaitable<Result<Listed<ModeRow>>> list_modes(const Live& live, Records records);

boost::asio::awaitable<Result<Change>> set_mode(
    Desk desk,
    Asker asker,
    ModeTarget target,
    Mode mode,
    std::optional<Duration> length,
    std::string reason,
    Run run
);
/// Back to what the file says. FG-CTL-005 when only the file says it.
boost::asio::awaitable<Result<Change>> clear_mode(
    Desk desk, Asker asker, ModeTarget target, Run run
);

}  // namespace fairgate::control
