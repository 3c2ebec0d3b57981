#pragma once

#include "base/json.hpp"
#include "cli/look.hpp"

#include <string>
#include <string_view>

namespace fairgate::cli {

/// Pieces of reports: printable text of members of an answer.

/// The member at a path as text; "" when it is null.
std::string text_at(const json::Value& data, std::string_view path);

/// The elements of a list, each behind `indent`, one a line.
std::string bullet_lines(const json::Value& list, std::string_view indent);

/// A heading, painted.
std::string heading(std::string_view text, const Look& look);

/// Checks of doctor and of source test: state, name, what, and for what is wrong cause and next.
std::string check_lines(const json::Value& checks, const Look& look);

/// How many checks are in a state.
int count_checks(const json::Value& checks, std::string_view state);

/// All that `why` says of an answer; the log lines are only counted.
std::string why_text(const json::Value& data, const Look& look);

}  // namespace fairgate::cli
