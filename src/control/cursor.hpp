#pragma once

#include "base/error.hpp"
#include "store/page.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Where a list goes on, as opaque text: what it is of, and the place behind which it goes on.
namespace fairgate::control {

std::string to_cursor(const std::vector<std::string>& parts);

/// FG-CTL-007 unless it was made of so many parts, the first being `kind`.
Result<std::vector<std::string>> parse_cursor(
    std::string_view cursor, std::string_view kind, std::size_t parts
);

std::optional<std::int64_t> parse_number(std::string_view text);

/// Of lists that the store keeps; an empty cursor begins at the newest.
Result<store::Cursor> store_cursor(
    std::string_view cursor, std::string_view kind, std::size_t limit
);
std::optional<std::string> next_cursor(
    const std::optional<std::int64_t>& next, std::string_view kind
);

}  // namespace fairgate::control
