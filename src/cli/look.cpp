#include "cli/look.hpp"

#include "cli/context.hpp"
#include "cli/text.hpp"
#include "model/time.hpp"

#include <array>
#include <ctime>

namespace fairgate::cli {

namespace {

bool is_set(const config::Environment& environment, std::string_view name) {
    const auto found = environment.find(name);
    return found != environment.end() && !found->second.empty();
}

Format format_for(const Invocation& invocation, const Terminal& terminal) {
    const std::string said =
        invocation.has("json") ? "json" : invocation.flag("output").value_or("");
    if (said == "json") {
        return Format::json;
    }
    if (said == "jsonl") {
        return Format::jsonl;
    }
    if (said == "csv") {
        return Format::csv;
    }
    if (said == "wide") {
        return Format::wide;
    }
    return said == "table" || terminal.out ? Format::table : Format::tabs;
}

Color color_for(const Invocation& invocation, const Surroundings& around) {
    const std::string said = invocation.flag("color").value_or("auto");
    if (said != "auto") {
        return said == "always" ? Color::on : Color::off;
    }
    if (is_set(around.environment, "FORCE_COLOR")) {
        return Color::on;
    }
    const auto term = around.environment.find("TERM");
    const bool dumb = term != around.environment.end() && term->second == "dumb";
    return around.terminal.out && !dumb && !is_set(around.environment, "NO_COLOR") ? Color::on
                                                                                   : Color::off;
}

struct Mark {
    std::string_view state;
    std::string_view symbol;
    Paint paint;
};

constexpr std::array marks = {
    Mark{"ok", "●", Paint::green},       Mark{"live", "●", Paint::green},
    Mark{"enforce", "●", Paint::green},  Mark{"released", "●", Paint::green},
    Mark{"over", "▲", Paint::yellow},    Mark{"warn", "▲", Paint::yellow},
    Mark{"warned", "▲", Paint::yellow},  Mark{"warning", "▲", Paint::yellow},
    Mark{"silent", "▲", Paint::yellow},  Mark{"stale", "▲", Paint::yellow},
    Mark{"blocked", "■", Paint::red},    Mark{"in_force", "■", Paint::red},
    Mark{"failed", "■", Paint::red},     Mark{"error", "■", Paint::red},
    Mark{"shadow", "○", Paint::dim},     Mark{"exempt", "○", Paint::dim},
    Mark{"ready", "●", Paint::green},    Mark{"offline", "○", Paint::dim},
    Mark{"disabled", "○", Paint::dim},   Mark{"undone", "○", Paint::dim},
    Mark{"starting", "○", Paint::dim},   Mark{"paused", "○", Paint::dim},
    Mark{"ended", "○", Paint::dim},      Mark{"active", "■", Paint::red},
    Mark{"pending", "▲", Paint::yellow}, Mark{"lifting", "▲", Paint::yellow},
    Mark{"lifted", "●", Paint::green},   Mark{"planned", "○", Paint::dim},
    Mark{"mended", "●", Paint::green},
};

std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

/// The time in this machine's zone, with its offset.
std::string local_text(TimePoint time) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    const long offset = parts.tm_gmtoff / 60;
    const int away = static_cast<int>(offset < 0 ? -offset : offset);
    return std::to_string(parts.tm_year + 1900) + "-" + two_digits(parts.tm_mon + 1) + "-" +
           two_digits(parts.tm_mday) + "T" + two_digits(parts.tm_hour) + ":" +
           two_digits(parts.tm_min) + ":" + two_digits(parts.tm_sec) + (offset < 0 ? "-" : "+") +
           two_digits(away / 60) + ":" + two_digits(away % 60);
}

struct Parts {
    std::string date;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

Parts parts_of(TimePoint time, Zone zone) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    if (zone == Zone::utc) {
        ::gmtime_r(&seconds, &parts);
    } else {
        ::localtime_r(&seconds, &parts);
    }
    Parts read;
    read.date = std::to_string(parts.tm_year + 1900) + "-" + two_digits(parts.tm_mon + 1) + "-" +
                two_digits(parts.tm_mday);
    read.hour = parts.tm_hour;
    read.minute = parts.tm_min;
    read.second = parts.tm_sec;
    return read;
}

/// The largest unit only: "4m", "3h", "2d".
std::string short_duration(Duration length) {
    using namespace std::chrono;
    const auto seconds = duration_cast<std::chrono::seconds>(length).count();
    if (seconds < 60) {
        return std::to_string(seconds) + "s";
    }
    if (seconds < 3600) {
        return std::to_string(seconds / 60) + "m";
    }
    if (seconds < 48L * 3600) {
        const auto minutes = seconds / 60 % 60;
        return std::to_string(seconds / 3600) + "h" +
               (seconds < 6L * 3600 && minutes != 0 ? std::to_string(minutes) + "m" : "");
    }
    return std::to_string(seconds / 86400) + "d";
}

}  // namespace

Look look_for(const Invocation& invocation, const Surroundings& around) {
    Look look;
    look.format = format_for(invocation, around.terminal);
    look.color = color_for(invocation, around);
    look.symbols = invocation.has("ascii") ? Symbols::ascii : Symbols::unicode;
    look.zone = invocation.has("utc") ? Zone::utc : Zone::local;
    look.truncate = invocation.has("no-trunc") ? Truncate::nothing : Truncate::columns;
    look.columns = around.terminal.columns;
    look.now = around.clock->now();
    const std::string said =
        invocation.flag("time").value_or(look.for_people() ? "relative" : "rfc3339");
    look.time = said == "relative" ? TimeStyle::relative : TimeStyle::rfc3339;
    if (look.format == Format::csv || look.format == Format::json || look.format == Format::jsonl) {
        look.zone = Zone::utc;
    }
    return look;
}

std::string painted(std::string_view text, Paint paint, Color color) {
    if (color == Color::off || paint == Paint::plain) {
        return std::string(text);
    }
    constexpr std::array<std::string_view, 7> codes = {"0", "1", "2", "31", "32", "33", "36"};
    return "\x1b[" + std::string(codes.at(static_cast<std::size_t>(paint))) + "m" +
           std::string(text) + "\x1b[0m";
}

std::string state_text(std::string_view state, const Look& look) {
    std::string text = printable(state);
    if (!look.for_people()) {
        return text;
    }
    for (const Mark& mark : marks) {
        if (mark.state == state) {
            const std::string whole = look.symbols == Symbols::ascii
                                          ? "[" + text + "]"
                                          : std::string(mark.symbol) + " " + text;
            return painted(whole, mark.paint, look.color);
        }
    }
    return text;
}

std::string time_text(std::string_view rfc3339, const Look& look) {
    const auto time = parse_rfc3339(rfc3339);
    if (!time) {
        return rfc3339.empty() ? "-" : printable(rfc3339);
    }
    if (look.time == TimeStyle::rfc3339) {
        return look.zone == Zone::utc ? to_rfc3339(*time) : local_text(*time);
    }
    // The daemon's clock and ours need not tick together.
    if (*time - look.now < std::chrono::seconds(1) && look.now - *time < std::chrono::seconds(1)) {
        return "now";
    }
    return *time <= look.now
               ? short_duration(look.now - *time) + " ago"
               : "in " + short_duration(std::chrono::ceil<std::chrono::seconds>(*time - look.now));
}

std::string clock_text(TimePoint time, const Look& look) {
    const Parts at = parts_of(time, look.zone);
    const Parts today = parts_of(look.now, look.zone);
    const std::string clock =
        two_digits(at.hour) + ":" + two_digits(at.minute) + ":" + two_digits(at.second);
    return at.date == today.date ? clock : at.date + " " + clock;
}

std::string prose(std::string_view text, const Look& look) {
    if (look.time == TimeStyle::rfc3339 || !look.for_people()) {
        return std::string(text);
    }
    constexpr std::size_t shortest = 20;  // 2026-02-06T09:12:01Z
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
    const auto begins = [&](std::size_t at) {
        for (std::size_t i = 0; i < shape.size(); ++i) {
            const bool digit = text[at + i] >= '0' && text[at + i] <= '9';
            if (shape[i] == 'd' ? !digit : text[at + i] != shape[i]) {
                return false;
            }
        }
        return true;
    };
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        if (text.size() - at < shortest || !begins(at)) {
            out += text[at++];
            continue;
        }
        const std::size_t end = text.find_first_not_of("0123456789.", at + shape.size());
        const bool whole = end != std::string_view::npos && text[end] == 'Z';
        const auto time = parse_rfc3339(whole ? text.substr(at, end + 1 - at) : "");
        const bool copied = out.ends_with("--until ") || out.ends_with("--since ");
        if (!time || copied) {
            out += text[at++];
            continue;
        }
        out += clock_text(*time, look);
        at = end + 1;
    }
    return out;
}

}  // namespace fairgate::cli
