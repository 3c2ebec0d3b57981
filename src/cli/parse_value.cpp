#include "cli/parse_value.hpp"

#include "config/suggest.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace fairgate::cli {

namespace {

Error bad_value(const std::string& value, std::string expected, std::string next = {}) {
    return {
        .code = "FG-CLI-005",
        .what = "\"" + value + "\" is not " + std::move(expected),
        .next = std::move(next)
    };
}

bool is_number(std::string_view text, int least) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number >= least;
}

bool is_device_count(std::string_view text) {
    int number = 0;
    constexpr int most = 10'000;  // as in the table of settings
    std::from_chars(text.data(), text.data() + text.size(), number);
    return text == "unlimited" || (is_number(text, 1) && number <= most);
}

Result<std::string> check_time(ValueKind kind, const std::string& value, TimePoint now) {
    if (const auto away = parse_duration(value)) {
        return to_rfc3339(kind == ValueKind::deadline ? now + *away : now - *away);
    }
    if (const auto time = parse_rfc3339(value)) {
        return to_rfc3339(*time);
    }
    return bad_value(
        value,
        "a time",
        kind == ValueKind::deadline
            ? "write 2026-12-01, 2026-12-01T08:30:00Z, or 2h for in 2 hours"
            : "write 2026-12-01, 2026-12-01T08:30:00Z, or 2h for 2 hours ago"
    );
}

Result<std::string> check_choice(std::string_view choices, const std::string& value) {
    const std::vector<std::string> known = choice_list(choices);
    if (std::ranges::find(known, value) != known.end()) {
        return value;
    }
    std::string all;
    for (const std::string& choice : known) {
        all += (all.empty() ? "" : ", ") + choice;
    }
    const auto near = config::nearest(value, known);
    return bad_value(value, "one of " + all, near ? "did you mean " + *near + "?" : "");
}

}  // namespace

std::vector<std::string> choice_list(std::string_view choices) {
    std::vector<std::string> list;
    while (!choices.empty()) {
        const std::size_t end = std::min(choices.find('|'), choices.size());
        list.emplace_back(choices.substr(0, end));
        choices.remove_prefix(std::min(end + 1, choices.size()));
    }
    return list;
}

Result<std::string> check_value(
    ValueKind kind, std::string_view choices, const std::string& value, TimePoint now
) {
    switch (kind) {
        case ValueKind::integer:
            return is_number(value, 0) ? Result<std::string>(value)
                                       : bad_value(value, "a whole number from 0");
        case ValueKind::devices:
            return is_device_count(value)
                       ? Result<std::string>(value)
                       : bad_value(value, "a number of devices", "write 1 to 10000, or unlimited");
        case ValueKind::duration:
            return parse_duration(value)
                       ? Result<std::string>(value)
                       : bad_value(value, "a duration", "write 90s, 15m, 2h, 7d or 1h30m");
        case ValueKind::time:
        case ValueKind::deadline:
            return check_time(kind, value, now);
        case ValueKind::choice:
            return check_choice(choices, value);
        case ValueKind::account:
        case ValueKind::decision:
        case ValueKind::source:
        case ValueKind::file:
            return value.empty() ? Result<std::string>(bad_value(value, "a name")) : value;
        case ValueKind::none:
        case ValueKind::text:
        case ValueKind::command:
            break;
    }
    return value;
}

}  // namespace fairgate::cli
