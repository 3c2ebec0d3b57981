#pragma once

#include <boost/describe.hpp>

#include <optional>
#include <string_view>

namespace fairgate {

/// shadow records, warn records and tells, enforce acts. Ordered from lenient to strict, so the
/// most lenient of several is the smallest.
enum class Mode { shadow, warn, enforce };
BOOST_DESCRIBE_ENUM(Mode, shadow, warn, enforce)

std::string_view to_text(Mode mode);
std::optional<Mode> parse_mode(std::string_view text);

}  // namespace fairgate
