#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/command.hpp"

#include <string>
#include <string_view>

namespace fairgate::cli {

/// Checks a value of the command line and gives it in the form in which it is used: times in
/// RFC 3339, everything else as it was. FG-CLI-005 otherwise.
Result<std::string> check_value(
    ValueKind kind, std::string_view choices, const std::string& value, TimePoint now
);

/// "json|csv" as a list.
std::vector<std::string> choice_list(std::string_view choices);

}  // namespace fairgate::cli
