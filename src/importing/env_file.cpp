#include "importing/env_file.hpp"

#include "importing/errors.hpp"

#include <algorithm>
#include <optional>

namespace fairgate::importing {

namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_key(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == '-';
    });
}

char escaped(char c) {
    switch (c) {
        case 'n':
            return '\n';
        case 't':
            return '\t';
        case 'r':
            return '\r';
        default:
            return c;
    }
}

/// What stands between quotes; nothing when they are not closed, or something else follows.
std::optional<std::string> unquoted(std::string_view text) {
    const char quote = text.front();
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"' && i + 1 < text.size()) {
            value += escaped(text[++i]);
        } else if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == quote) {
            value += text[++i];
        } else if (text[i] == quote) {
            const std::string_view behind = trimmed(text.substr(i + 1));
            return behind.empty() || behind.front() == '#' ? std::optional(value) : std::nullopt;
        } else {
            value += text[i];
        }
    }
    return std::nullopt;
}

std::string_view without_comment(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t')) {
            return trimmed(text.substr(0, i));
        }
    }
    return text;
}

/// Why the line is none, or nothing.
std::string read_line(std::string_view line, EnvEntry& entry) {
    if (line.starts_with("export ")) {
        line = trimmed(line.substr(7));
    }
    const std::size_t sign = line.find('=');
    if (sign == std::string_view::npos) {
        return "there is no \"=\"";  // the line is not shown: it may be half of a password
    }
    const std::string_view key = trimmed(line.substr(0, sign));
    if (!is_key(key)) {
        return "what stands before the \"=\" is no name";
    }
    entry.key = key;
    const std::string_view value = trimmed(line.substr(sign + 1));
    if (value.empty() || (value.front() != '"' && value.front() != '\'')) {
        entry.value = without_comment(value);
        return "";
    }
    auto inner = unquoted(value);
    if (!inner) {
        return "the quotes behind " + entry.key + " are not closed";
    }
    entry.value = *std::move(inner);
    return "";
}

}  // namespace

EnvFile read_env(const std::string& name, std::string_view text) {
    EnvFile file;
    if (text.starts_with("\xef\xbb\xbf")) {
        text.remove_prefix(3);
    }
    int number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.empty() || line.front() == '#') {
            continue;
        }
        EnvEntry entry;
        entry.line = number;
        const std::string trouble = read_line(line, entry);
        if (trouble.empty()) {
            file.entries.push_back(std::move(entry));
        } else {
            file.faults.push_back(errors::not_that(
                name + ":" + std::to_string(number), "a line of an .env file", trouble
            ));
        }
    }
    return file;
}

}  // namespace fairgate::importing
