#include "backends/panel/kept_line.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace fairgate::backends::panel {

namespace {

void add_escaped(std::string& text, std::string_view field) {
    for (const char c : field) {
        switch (c) {
            case '\t':
                text += "\\t";
                break;
            case '\n':
                text += "\\n";
                break;
            case '\\':
                text += "\\\\";
                break;
            default:
                text += c;
        }
    }
}

std::string unescaped(std::string_view field) {
    std::string text;
    text.reserve(field.size());
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] != '\\' || i + 1 == field.size()) {
            text += field[i];
            continue;
        }
        ++i;
        text += field[i] == 't' ? '\t' : field[i] == 'n' ? '\n' : field[i];
    }
    return text;
}

/// Takes what stands before the next `end`, and the end itself, from the front.
std::string_view take_before(std::string_view& text, char end) {
    const std::size_t length = std::min(text.find(end), text.size());
    const std::string_view taken = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    return taken;
}

}  // namespace

void add_line(std::string& text, std::initializer_list<std::string_view> fields) {
    for (const std::string_view field : fields) {
        add_escaped(text, field);
        text += '\t';
    }
    text += '\n';
}

void each_line(
    std::string_view text, const std::function<void(const std::vector<std::string>& fields)>& take
) {
    std::vector<std::string> fields;
    while (!text.empty()) {
        fields.clear();
        std::string_view line = take_before(text, '\n');
        while (!line.empty()) {
            fields.push_back(unescaped(take_before(line, '\t')));
        }
        take(fields);
    }
}

std::optional<std::int64_t> number_in(std::string_view field) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(field.data(), field.data() + field.size(), number);
    const bool whole = failed == std::errc() && end == field.data() + field.size();
    return whole ? std::optional(number) : std::nullopt;
}

}  // namespace fairgate::backends::panel
