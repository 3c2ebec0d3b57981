#pragma once

#include "base/error.hpp"
#include "config/raw.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fairgate::config {

/// Where values came from. A file's text is kept so that a fault can show the line.
struct Origin {
    enum class Kind { built_in, file, environment, flag };
    Kind kind = Kind::built_in;
    std::string name;  ///< path, variable or flag
    Place place;

    /// "built-in", "/etc/fairgate/fairgate.toml:12", "FAIRGATE_LIMITS__GENERAL", "--set …".
    std::string text() const;
};

/// Whether a fault may show the line it was found in.
enum class Shown { lines, keys_only };

/// A text of settings and what was found in it.
struct Document {
    Origin origin;  ///< kind and name; the place is not used
    std::vector<std::string> lines;
    RawTable root;
    std::vector<Error> faults;  ///< of the syntax
    bool complete = true;       ///< false: unknown how the text goes on after a fault
    Shown shown = Shown::lines;
};

/// Reads TOML. A faulty line is reported and passed over, so that the faults behind it are found
/// too; after a fault that may have swallowed more than its line, the rest is not judged.
Document read_toml(std::string name, std::string_view text, Shown shown = Shown::lines);

/// A fault at a place of a document: the source line with a caret below it. What may be a secret is
/// not shown: everything behind the `=` of a file of secrets, or of a key that sounds like one.
Error fault_at(
    const Document& document,
    const Place& place,
    std::string code,
    std::string what,
    std::string label
);

}  // namespace fairgate::config
