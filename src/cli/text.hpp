#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fairgate::cli {

/// How many columns of a terminal the text takes: combining marks none, wide characters two.
/// `text` is printable (printable()).
std::size_t display_width(std::string_view text);

/// Text that others wrote, fit for a terminal: control characters, invalid UTF-8 and marks that
/// turn the direction of writing become "\x1b" or "\u202e". Nothing is cut.
std::string printable(std::string_view text);

/// Text with blanks behind up to a width.
std::string padded(std::string_view text, std::size_t width);
std::string padded_left(std::string_view text, std::size_t width);

/// Paragraphs broken at blanks to `width` columns, each line behind `indent` blanks.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace fairgate::cli
