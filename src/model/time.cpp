#include "model/time.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

namespace fairgate {

namespace {

using namespace std::chrono_literals;

/// Reads exactly `count` digits at `at`.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) {
        return std::nullopt;
    }
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return std::nullopt;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

Error bad_time(std::string_view text) {
    return Error{
        .code = "FG-TIM-001",
        .what = "\"" + std::string(text) + "\" is not a time",
        .cause = "expected RFC 3339 such as 2026-12-01T08:30:00Z, or a date such as 2026-12-01"
    };
}

Error bad_duration(std::string_view text) {
    return Error{
        .code = "FG-TIM-002",
        .what = "\"" + std::string(text) + "\" is not a duration",
        .cause = "expected a number with a unit, such as 90s, 15m, 2h, 7d or 1h30m"
    };
}

struct Unit {
    std::string_view name;
    Duration length;
};
constexpr std::array units = {
    Unit{"d", 24h}, Unit{"h", 1h}, Unit{"m", 1min}, Unit{"s", 1s}, Unit{"ms", 1ms}, Unit{"us", 1us}
};

/// Reads "+03:30", "-0800" or "Z"; gives the offset from UTC.
std::optional<Duration> zone_offset(std::string_view text) {
    if (text.empty() || text == "Z" || text == "z") {
        return Duration{0};
    }
    const std::size_t minutes_at = text.size() == 6 && text[3] == ':' ? 4 : 3;
    const auto hours = digits(text, 1, 2);
    const auto minutes = digits(text, minutes_at, 2);
    if ((text[0] != '+' && text[0] != '-') || !hours || !minutes || *hours > 23 || *minutes > 59 ||
        text.size() != minutes_at + 2) {
        return std::nullopt;
    }
    const Duration offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return text[0] == '-' ? -offset : offset;
}

/// Reads ".123456" at the start of `text`, any number of digits, and removes it.
std::optional<Duration> fraction(std::string_view& text) {
    if (text.empty() || (text[0] != '.' && text[0] != ',')) {
        return Duration{0};
    }
    std::size_t length = 1;
    std::int64_t micros = 0;
    std::int64_t place = 100'000;
    while (length < text.size() && text[length] >= '0' && text[length] <= '9') {
        micros += (text[length] - '0') * place;
        place /= 10;
        ++length;
    }
    if (length == 1) {
        return std::nullopt;
    }
    text.remove_prefix(length);
    return Duration{micros};
}

}  // namespace

std::string to_rfc3339(TimePoint time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::array<char, 48> buffer{};
    const int length = std::snprintf(
        buffer.data(),
        buffer.size(),
        "%04d-%02u-%02uT%02d:%02d:%02d",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count())
    );
    std::string text(buffer.data(), static_cast<std::size_t>(length));
    const auto micros = static_cast<int>(clock.subseconds().count());
    if (micros != 0) {
        const bool millis = micros % 1000 == 0;
        std::snprintf(
            buffer.data(),
            buffer.size(),
            millis ? ".%03d" : ".%06d",
            millis ? micros / 1000 : micros
        );
        text += buffer.data();
    }
    return text + "Z";
}

Result<TimePoint> parse_rfc3339(std::string_view text) {
    const auto year = digits(text, 0, 4);
    const auto month = digits(text, 5, 2);
    const auto day = digits(text, 8, 2);
    if (!year || !month || !day || text[4] != '-' || text[7] != '-') {
        return bad_time(text);
    }
    const std::chrono::year_month_day date{
        std::chrono::year{*year},
        std::chrono::month{static_cast<unsigned>(*month)},
        std::chrono::day{static_cast<unsigned>(*day)}
    };
    if (!date.ok()) {
        return bad_time(text);
    }
    const TimePoint midnight = std::chrono::sys_days(date);
    if (text.size() == 10) {
        return midnight;
    }
    const auto hour = digits(text, 11, 2);
    const auto minute = digits(text, 14, 2);
    const auto second = digits(text, 17, 2);
    if (!hour || !minute || !second || (text[10] != 'T' && text[10] != 't' && text[10] != ' ') ||
        text[13] != ':' || text[16] != ':' || *hour > 23 || *minute > 59 || *second > 60) {
        return bad_time(text);
    }
    std::string_view rest = text.substr(19);
    const auto part = fraction(rest);
    const auto offset = part ? zone_offset(rest) : std::nullopt;
    if (!offset) {
        return bad_time(text);
    }
    return midnight + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second) + *part - *offset;
}

Result<Duration> parse_duration(std::string_view text) {
    const std::string_view whole = text;
    Duration sum{0};
    if (text.empty()) {
        return bad_duration(whole);
    }
    while (!text.empty()) {
        std::int64_t count = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (error != std::errc{} || count < 0) {
            return bad_duration(whole);
        }
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const std::string_view name = text.substr(0, text.find_first_of("0123456789"));
        const Unit* found = nullptr;
        for (const Unit& unit : units) {
            if (unit.name == name) {
                found = &unit;
            }
        }
        constexpr std::int64_t most = Duration(std::chrono::years(100)).count();
        if (found == nullptr || count > (most - sum.count()) / found->length.count()) {
            return bad_duration(whole);
        }
        sum += found->length * count;
        text.remove_prefix(name.size());
    }
    return sum;
}

std::string to_text(Duration duration) {
    if (duration == Duration{0}) {
        return "0s";
    }
    std::string text = duration < Duration{0} ? "-" : "";
    Duration rest = duration < Duration{0} ? -duration : duration;
    for (const Unit& unit : units) {
        if (rest >= unit.length) {
            text += std::to_string(rest / unit.length) + std::string(unit.name);
            rest %= unit.length;
        }
    }
    return text;
}

std::string for_people(Duration duration) {
    if (duration < 1s && duration > -1s) {
        return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(
               )) +
               " ms";
    }
    std::string text = duration < Duration{0} ? "-" : "";
    Duration rest = duration < Duration{0} ? -duration : duration;
    int parts = 0;
    for (const Unit& unit : units) {
        if (rest >= unit.length && unit.length >= 1s && parts < 2) {
            text += (parts > 0 ? " " : "") + std::to_string(rest / unit.length) + " " +
                    std::string(unit.name);
            rest %= unit.length;
            ++parts;
        } else if (parts > 0) {
            break;
        }
    }
    return text;
}

}  // namespace fairgate
