#pragma once

#include "config/raw.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::config {

/// What a setting's value is. How each is written stands in config/value.cpp.
enum class Kind { flag, integer, number, text, secret, duration, time, choice, step, trusted };

/// A value that may not be there, and what would be right.
struct Complaint {
    std::string code;        ///< FG-CFG-…
    std::string what;        ///< without the key: "expected a whole number, got text"
    std::string label = {};  ///< for beside the caret
    Place place = {};
};

/// Which element is meant: of an array of tables by number, of a map by key.
struct Element {
    std::size_t index = 0;
    std::string_view key;
};

struct Row;

/// How a row reaches its place in Settings. Made by bind.hpp from pointers to members.
struct Binding {
    Kind kind = Kind::text;
    bool list = false;
    std::span<const std::string_view> choices;
    std::optional<Complaint> (*set)(Settings&, const Element&, const Raw&, const Row&) = nullptr;
    /// The value in these settings; nothing when it is not set. Not for maps.
    std::optional<Raw> (*get)(const Settings&) = nullptr;
};

enum class Need { optional, required };

/// Where a row counts: in the daemon only, in a policy as well, or only among the secrets.
enum class Scope { daemon, policy, secret };

/// One setting.
struct Row {
    std::string_view path;  ///< "limits.general", "limits.accounts.*", "source[].path"
    Scope scope = Scope::daemon;
    Binding binding;
    std::string_view help;          ///< what it is, and why its default is what it is
    std::string_view example = {};  ///< as TOML, for the example file, when the default is unset
    std::string_view least = {};    ///< as written in TOML; empty: no bound
    std::string_view most = {};
    std::string_view instead = {};  ///< a word that may stand in place of a number: "unlimited"
    Need need = Need::optional;
};

/// An array of tables. With `identity`, elements of several files that have the same one are the
/// same element; without, a later file's array replaces the earlier one.
struct ArrayRow {
    std::string_view path;  ///< "source[]"
    Scope scope = Scope::daemon;
    std::string_view identity;                                            ///< "name", or empty
    std::size_t (*open)(Settings&, std::string_view identity) = nullptr;  ///< gives its number
    void (*clear)(Settings&) = nullptr;
    std::string_view help;
};

/// What a table of the file is for: one sentence for its heading.
struct SectionRow {
    std::string_view path;  ///< "limits"
    std::string_view help;
};

/// All settings, in the order in which the example file shows them.
std::span<const SectionRow> section_rows();
std::span<const ArrayRow> array_rows();
const std::vector<Row>& rows();

/// The defaults with one element in each array, so that rows of elements have a place to look at.
Settings defaults_with_elements();

/// The row of a path such as "source[].path", or nothing.
const Row* row_of(std::string_view path);
const ArrayRow* array_row_of(std::string_view path);

}  // namespace fairgate::config
