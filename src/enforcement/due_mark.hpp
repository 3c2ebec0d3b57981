#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fairgate::enforcement {

/// The comment by which a rule of ours is found again in another's firewall, with its time:
/// "fairgate:1764000000", in seconds since 1970 upwards; "fairgate:" has no end.
std::string due_mark(std::optional<TimePoint> until);

struct DueMark {
    std::optional<TimePoint> until;
};

/// None: the comment is not ours.
std::optional<DueMark> read_due_mark(std::string_view comment);

}  // namespace fairgate::enforcement
