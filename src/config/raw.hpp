#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace fairgate::config {

/// Where something stands in a text. Lines and columns count from 1, columns in characters; line 0
/// means that the text has no lines (a variable, a flag).
struct Place {
    int line = 0;
    int column = 0;
    int length = 1;
};

struct Raw;
struct RawMember;
using RawList = std::vector<Raw>;
using RawTable = std::vector<RawMember>;

/// A value as it was written, before anyone asked whether it may be there.
struct Raw {
    Place place;
    std::variant<bool, std::int64_t, double, std::string, TimePoint, RawList, RawTable> value;
};

struct RawMember {
    std::string key;
    Place place;  ///< of the key
    Raw value;
};

/// "a whole number", "text", "a list": for messages.
std::string_view kind_name(const Raw& raw);

/// The value as TOML would write it, on one line.
std::string to_toml(const Raw& raw);

/// A key as TOML writes it: bare where it can be, else in quotes.
std::string written_key(std::string_view key);

/// Text in TOML's quotes: control characters escaped.
std::string quoted(std::string_view text);

}  // namespace fairgate::config
