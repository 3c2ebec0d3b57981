#pragma once

#include "base/error.hpp"

#include <optional>
#include <string_view>
#include <vector>

/// The errors an operator can meet, as docs/errors.md explains them. That page is the one table of
/// codes; it is built into the program and read from there.
namespace fairgate::errors {

struct Entry {
    std::string_view code;   ///< "FG-CFG-004"
    std::string_view title;  ///< "unknown key"
    std::string_view page;   ///< Markdown: the heading and all below it
    int exit_code = 1;       ///< of a command that fails with it
};

/// All entries in the order of the page.
const std::vector<Entry>& catalogue();

/// The entry of a code, in any case; nothing for an unknown one.
std::optional<Entry> find(std::string_view code);

/// Reads a page in the form of docs/errors.md: "## CODE: title", text, "Exit code N.".
std::vector<Entry> parse(std::string_view page);

}  // namespace fairgate::errors
