#include "config/document.hpp"

#include "config/suggest.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace fairgate::config {

namespace {

// More faults than this in one file say that it is not a configuration at all.
constexpr std::size_t most_syntax_faults = 20;

Place place_of(const toml::source_region& region) {
    Place place{static_cast<int>(region.begin.line), static_cast<int>(region.begin.column), 1};
    if (region.end.line == region.begin.line && region.end.column > region.begin.column) {
        place.length = static_cast<int>(region.end.column - region.begin.column);
    }
    return place;
}

TimePoint midnight_of(const toml::date& date) {
    return std::chrono::sys_days(
        std::chrono::year{date.year} / std::chrono::month{date.month} / std::chrono::day{date.day}
    );
}

/// A time without an offset is taken as UTC, as everywhere in Fairgate.
TimePoint time_of(const toml::date_time& time) {
    TimePoint point = midnight_of(time.date) + std::chrono::hours(time.time.hour) +
                      std::chrono::minutes(time.time.minute) +
                      std::chrono::seconds(time.time.second) +
                      std::chrono::microseconds(time.time.nanosecond / 1000);
    if (time.offset) {
        point -= std::chrono::minutes(time.offset->minutes);
    }
    return point;
}

Raw raw_of(const toml::node& node);

RawTable raw_of_table(const toml::table& table) {
    RawTable members;
    for (auto&& [key, value] : table) {
        members.push_back({std::string(key.str()), place_of(key.source()), raw_of(value)});
    }
    // toml++ sorts by name; people expect the order of the file.
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
    return members;
}

Raw raw_of(const toml::node& node) {
    Raw raw{place_of(node.source()), std::string{}};
    if (const auto* table = node.as_table()) {
        raw.value = raw_of_table(*table);
    } else if (const auto* array = node.as_array()) {
        RawList list;
        for (const toml::node& element : *array) {
            list.push_back(raw_of(element));
        }
        raw.value = std::move(list);
    } else if (const auto* flag = node.as_boolean()) {
        raw.value = flag->get();
    } else if (const auto* integer = node.as_integer()) {
        raw.value = integer->get();
    } else if (const auto* number = node.as_floating_point()) {
        raw.value = number->get();
    } else if (const auto* date = node.as_date()) {
        raw.value = midnight_of(date->get());
    } else if (const auto* time = node.as_date_time()) {
        raw.value = time_of(time->get());
    } else if (const auto* text = node.as_string()) {
        raw.value = text->get();
    } else {
        raw.value = std::string("a time without a date");
    }
    return raw;
}

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        lines.emplace_back(line);
    }
    return lines;
}

std::string join_lines(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

/// True for "key = value" of one line: passing over it cannot change the meaning of others.
bool stands_alone(std::string_view line) {
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos || line[start] == '[') {
        return false;
    }
    const std::string_view value =
        line.substr(line.find('=') == std::string_view::npos ? line.size() : line.find('=') + 1);
    return value.find("\"\"\"") == std::string_view::npos &&
           value.find("'''") == std::string_view::npos &&
           std::count(value.begin(), value.end(), '[') ==
               std::count(value.begin(), value.end(), ']');
}

std::string_view lower_part(std::string_view description) {
    // "Error while parsing key-value pair: expected value, saw '\n'"
    const std::size_t colon = description.find(": ");
    return colon == std::string_view::npos ? description : description.substr(colon + 2);
}

Error syntax_fault(const Document& document, const toml::parse_error& error) {
    const std::string_view description = error.description();
    Place place = place_of(error.source());
    const bool again = description.find("cannot redefine") != std::string_view::npos;
    if (std::cmp_greater(place.line, document.lines.size())) {
        place.line = static_cast<int>(document.lines.size());
    }
    if (again && place.line > 0) {
        const std::string& line = document.lines[static_cast<std::size_t>(place.line) - 1];
        const std::size_t start = std::min(line.find_first_not_of(" \t"), line.size());
        const std::size_t end = std::min(line.find_first_of(" \t=", start), line.size());
        place.column = static_cast<int>(start) + 1;
        place.length = static_cast<int>(end - start);
    }
    return fault_at(
        document,
        place,
        again ? "FG-CFG-003" : "FG-CFG-002",
        again ? "this was set before in the same file" : "this is not TOML",
        std::string(lower_part(description))
    );
}

/// One more try. Nothing when the text was read.
std::optional<toml::parse_error> try_read(const std::string& text, RawTable& root) {
    try {
        root = raw_of_table(toml::parse(text));
        return std::nullopt;
    } catch (const toml::parse_error& error) {
        return error;
    }
}

std::string caret_line(const std::string& line, const Place& place) {
    std::string caret;
    int column = 1;
    for (const char c : line) {
        if (column >= place.column) {
            break;
        }
        if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) {
            continue;  // inside a character of several bytes
        }
        caret += c == '\t' ? '\t' : ' ';
        ++column;
    }
    return caret + std::string(static_cast<std::size_t>(std::max(1, place.length)), '^');
}

bool sounds_secret(std::string_view key) {
    constexpr std::size_t slips = 3;  // "pasword", "paswd"
    if (key.ends_with("_file")) {
        return false;
    }
    for (const std::string_view word : {"pass", "token", "secret", "key"}) {
        if (key.find(word) != std::string_view::npos) {
            return true;
        }
    }
    return key.size() > slips && distance(key, "password") <= slips;
}

/// The first `=` of a line behind which a secret may stand, or npos.
std::size_t secret_start(std::string_view line) {
    for (std::size_t at = line.find('='); at != std::string::npos; at = line.find('=', at + 1)) {
        const std::size_t end = line.find_last_not_of(" \t\"'", at == 0 ? 0 : at - 1);
        const std::size_t start = line.find_last_of(" \t\"'{,.[", end);
        const std::size_t first = start == std::string::npos ? 0 : start + 1;
        if (end != std::string::npos && end >= first &&
            sounds_secret(line.substr(first, end - first + 1))) {
            return at;
        }
    }
    return std::string::npos;
}

/// A line as it can be shown: cut, control characters as '?', secrets gone.
std::string shown_line(std::string line, Shown shown) {
    constexpr std::size_t widest = 160;
    const std::size_t secret = shown == Shown::lines ? secret_start(line) : line.find('=');
    if (secret != std::string::npos && secret < line.size()) {
        line.resize(secret);
        line += "= ***";
    } else if (shown == Shown::keys_only && secret == std::string::npos && !line.starts_with('[')) {
        line = "***";
    }
    if (line.size() > widest) {
        line.resize(widest);
        while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0U) == 0x80U) {
            line.pop_back();
        }
        line += " …";
    }
    for (char& c : line) {
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) {
            c = '?';
        }
    }
    return line;
}

}  // namespace

std::string Origin::text() const {
    switch (kind) {
        case Kind::built_in:
            return "built-in";
        case Kind::file:
            return place.line > 0 ? name + ":" + std::to_string(place.line) : name;
        case Kind::environment:
        case Kind::flag:
            return name;
    }
    return name;
}

Document read_toml(std::string name, std::string_view text, Shown shown) {
    Document document;
    document.shown = shown;
    document.origin = {Origin::Kind::file, std::move(name), {}};
    document.lines = split_lines(text);
    std::vector<std::string> lines = document.lines;
    std::set<std::size_t> passed_over;
    while (const auto error = try_read(join_lines(lines), document.root)) {
        document.faults.push_back(syntax_fault(document, *error));
        const std::size_t line = error->source().begin.line;
        if (document.faults.size() >= most_syntax_faults || line == 0 || line > lines.size() ||
            !stands_alone(lines[line - 1]) || !passed_over.insert(line).second) {
            document.complete = false;
            return document;
        }
        lines[line - 1].clear();
    }
    return document;
}

Error fault_at(
    const Document& document,
    const Place& place,
    std::string code,
    std::string what,
    std::string label
) {
    Error error{.code = std::move(code), .what = std::move(what)};
    if (place.line <= 0 || static_cast<std::size_t>(place.line) > document.lines.size()) {
        error.where = document.origin.name;
        error.cause = std::move(label);
        return error;
    }
    error.where = document.origin.name + ":" + std::to_string(place.line) + ":" +
                  std::to_string(place.column);
    const std::string& line = document.lines[static_cast<std::size_t>(place.line) - 1];
    std::string number = std::to_string(place.line);
    number.insert(0, number.size() < 3 ? 3 - number.size() : 0, ' ');
    error.cause = number + " | " + shown_line(line, document.shown) + "\n" +
                  std::string(number.size(), ' ') + " | " + caret_line(line, place);
    if (!label.empty()) {
        error.cause += " " + label;
    }
    return error;
}

}  // namespace fairgate::config
