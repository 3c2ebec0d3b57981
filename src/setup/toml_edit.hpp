#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::setup {

/// One change of a configuration's text.
struct Edit {
    std::string table;    ///< "limits"; "backend" for an element of [[backend]]
    std::string element;  ///< the element's name; empty: a plain table
    std::string key;
    std::optional<std::string> value;  ///< as TOML; none: the line is removed

    /// "limits.general", "backend.main.url": as the configuration calls it.
    std::string path() const;
};

/// The text with these changes and with nothing else changed: comments, order and blanks stay. A
/// table or element that is not there is added at the end.
///
/// What TOML allows and people rarely write (inline tables, dotted keys for the same table) is not
/// understood here: compare what the text meant before and after (changed_only()).
std::string edited(std::string_view text, const std::vector<Edit>& edits);

/// Whether the new text is free of faults and differs from the old one in these settings only.
bool changed_only(std::string_view before, std::string_view after, const std::vector<Edit>& edits);

/// The settings of a text written anew in the plainest form, without its comments.
std::string plain_form(std::string_view text);

/// The lines that differ: "-old", "+new", with "@@" where lines are left out. Empty: no difference.
std::string difference(std::string_view before, std::string_view after);

}  // namespace fairgate::setup
