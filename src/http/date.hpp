#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fairgate::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7), of whole seconds.
std::string to_date(TimePoint time);

/// The same back; the two obsolete forms are not read.
std::optional<TimePoint> parse_date(std::string_view text);

}  // namespace fairgate::http
