#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Values as another tool wrote them, wherever that was: a line of an .env file, a member of a JSON
/// file, a cell of a database.
namespace fairgate::importing {

struct Said {
    std::string where;  ///< ".env:3: GENERAL_LIMIT", "config.json: limits.general"
    json::Value value;
};

/// A number, also one written as text, as these tools take it. FG-IMP-004.
Result<std::int64_t> whole_of(const Said& said);
/// true, false, 1, 0, also as text ("True", "yes", "on"). FG-IMP-004.
Result<bool> truth_of(const Said& said);
/// Text, or a number as text. FG-IMP-004.
Result<std::string> text_of(const Said& said);
/// A list of texts or numbers, or one text with commas; "None" and "" are empty. FG-IMP-004.
Result<std::vector<std::string>> list_of(const Said& said);
/// Seconds since 1970, or "2026-01-31 12:00:00.123", which means UTC. FG-IMP-004.
Result<TimePoint> moment_of(const Said& said);

/// null, "", "None": nothing was said.
bool is_unset(const json::Value& value);
/// For people: without quotes; lists and objects as JSON, cut to 80 bytes.
std::string shown(const json::Value& value);
/// Text cut to so many bytes, between two characters, with "…" behind it if it was cut.
std::string shown_within(std::string text, std::size_t most);

/// Why no account can be called so, or "": empty, longer than 256 bytes, control characters, no
/// UTF-8. Everything else is a name: dots, blanks, quotes, any writing.
std::string trouble_with_name(std::string_view name);

/// The members of a JSON object or the columns of a row, and which of them nobody asked for.
class Members {
public:
    Members(std::string where, const boost::json::object& object)
        : where_(std::move(where)), object_(&object), taken_(object.size()) {}

    /// Null when it is not there. It counts as asked for either way.
    const json::Value* take(std::string_view key);
    Said said(std::string_view key, const json::Value& value) const;
    std::string where(std::string_view key) const;
    /// Those that were never taken.
    std::vector<Said> rest() const;

private:
    std::string where_;
    const boost::json::object* object_;
    std::vector<bool> taken_;  ///< by place in the object
};

}  // namespace fairgate::importing
