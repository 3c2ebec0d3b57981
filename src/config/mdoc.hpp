#pragma once

#include <string>
#include <string_view>

// Text for manual pages, in the macros of mdoc(7).

namespace fairgate::config::mdoc {

/// A backslash, and a dot or quote at the start of a line, have a meaning there.
std::string escaped(std::string_view text);

/// Escaped, with sentences on lines of their own.
std::string prose(std::string_view text);

}  // namespace fairgate::config::mdoc
