#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fairgate::cli {

/// What a command writes to: terminals or not, and how wide.
struct Terminal {
    bool out = false;
    bool err = false;
    bool in = false;
    std::size_t columns = 80;
    std::size_t rows = 24;
};

/// tabs: columns with tabs between, what a table becomes where nobody looks.
enum class Format : std::uint8_t { table, wide, tabs, json, jsonl, csv };

enum class Color : std::uint8_t { off, on };
enum class Symbols : std::uint8_t { unicode, ascii };
enum class TimeStyle : std::uint8_t { relative, rfc3339 };
enum class Zone : std::uint8_t { local, utc };
enum class Truncate : std::uint8_t { columns, nothing };

/// How things are written. Decided once from flags, environment and terminal.
struct Look {
    Format format = Format::table;
    Color color = Color::off;
    Symbols symbols = Symbols::unicode;
    TimeStyle time = TimeStyle::relative;
    Zone zone = Zone::utc;
    Truncate truncate = Truncate::columns;
    std::size_t columns = 80;
    TimePoint now;

    bool for_people() const { return format == Format::table || format == Format::wide; }
};

struct Invocation;
struct Surroundings;

/// Reads --output, --color and the rest; NO_COLOR, FORCE_COLOR and TERM=dumb are honoured.
Look look_for(const Invocation& invocation, const Surroundings& around);

enum class Paint : std::uint8_t { plain, bold, dim, red, green, yellow, cyan };
std::string painted(std::string_view text, Paint paint, Color color);

/// "● ok", "▲ over", "■ blocked", "○ shadow"; "[ok]" without symbols.
std::string state_text(std::string_view state, const Look& look);

/// "4m ago", "in 2h", or RFC 3339; "-" for what is no time.
std::string time_text(std::string_view rfc3339, const Look& look);

/// The time of day, with the date when it is not today: for lists of moments close together.
std::string clock_text(TimePoint time, const Look& look);

/// A sentence of the daemon's for people: its times (RFC 3339) as this machine's clock shows them.
/// Those inside a command to copy stay as they are.
std::string prose(std::string_view text, const Look& look);

}  // namespace fairgate::cli
