#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How a directory keeps its users over a restart: a line each, fields between tabs. A hundred
/// thousand are written in some milliseconds; as JSON it would be a tenth of a second, in which
/// nothing else goes on.
namespace fairgate::backends::panel {

/// Fields are any text: what would end a field or a line is escaped.
void add_line(std::string& text, std::initializer_list<std::string_view> fields);

void each_line(
    std::string_view text, const std::function<void(const std::vector<std::string>& fields)>& take
);

/// Nothing for what is not a number from end to end.
std::optional<std::int64_t> number_in(std::string_view field);

}  // namespace fairgate::backends::panel
