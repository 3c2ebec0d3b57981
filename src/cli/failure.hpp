#pragma once

#include "base/error.hpp"
#include "cli/look.hpp"

#include <string>
#include <vector>

namespace fairgate::cli {

/// The exit code of a command that fails with this error: as docs/errors.md says for its code.
int exit_code(const Error& error);

/// The error as people read it: code and what, then where, cause, state and next step.
std::string error_text(const Error& error, Color color);

/// The same as one JSON object, for --json.
std::string error_json(const Error& error);

/// Exit codes that are no errors' (docs/cli.md).
inline constexpr int found_faults = 9;
inline constexpr int over_threshold = 10;
inline constexpr int done_in_part = 7;
inline constexpr int precondition = 4;

}  // namespace fairgate::cli
