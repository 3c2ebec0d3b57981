#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace fairgate {

/// "2026-11-22T05:14:12Z", with as many fractional digits (3 or 6) as are not zero. RFC 3339, UTC.
std::string to_rfc3339(TimePoint time);

/// Reads RFC 3339 with `Z` or an offset; also a bare date ("2026-12-01", midnight UTC).
/// A time without a zone is taken as UTC, as panels before PasarGuard 5.2 write it.
Result<TimePoint> parse_rfc3339(std::string_view text);

/// "90s", "15m", "2h", "7d", "250ms", and sums such as "1h30m". A bare number is refused.
Result<Duration> parse_duration(std::string_view text);

/// The shortest exact form that parse_duration reads: "15m", "1h30m", "10s".
std::string to_text(Duration duration);

/// For people: "4 m 50 s", "2 h", "3 d 4 h": two units at most.
std::string for_people(Duration duration);

}  // namespace fairgate
