#include "config/raw.hpp"

#include "model/time.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <type_traits>

namespace fairgate::config {

namespace {

bool is_bare_key(std::string_view key) {
    return !key.empty() && key.find_first_not_of(
                               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                               "XYZ0123456789_-"
                           ) == std::string_view::npos;
}

std::string to_toml(double number) {
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    const std::string text(buffer.data(), end);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string to_toml(const RawList& list) {
    std::string text = "[";
    for (const Raw& element : list) {
        text += (text.size() > 1 ? ", " : "") + to_toml(element);
    }
    return text + "]";
}

std::string to_toml(const RawTable& table) {
    if (table.empty()) {
        return "{}";
    }
    std::string text = "{";
    for (const RawMember& member : table) {
        text += (text.size() > 1 ? ", " : " ") + written_key(member.key) + " = " +
                to_toml(member.value);
    }
    return text + " }";
}

}  // namespace

std::string_view kind_name(const Raw& raw) {
    constexpr std::array<std::string_view, 7> names = {
        "true or false", "a whole number", "a number", "text", "a time", "a list", "a table"
    };
    return names.at(raw.value.index());
}

std::string written_key(std::string_view key) {
    return is_bare_key(key) ? std::string(key) : quoted(key);
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            std::array<char, 8> buffer{};
            std::snprintf(buffer.data(), buffer.size(), "\\u%04X", static_cast<unsigned>(c));
            out += buffer.data();
        } else {
            out += c;
        }
    }
    return out + "\"";
}

std::string to_toml(const Raw& raw) {
    return std::visit(
        [](const auto& value) -> std::string {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<T, bool>) {
                return value ? "true" : "false";
            } else if constexpr (std::is_same_v<T, std::int64_t>) {
                return std::to_string(value);
            } else if constexpr (std::is_same_v<T, std::string>) {
                return quoted(value);
            } else if constexpr (std::is_same_v<T, TimePoint>) {
                return to_rfc3339(value);
            } else {
                return to_toml(value);
            }
        },
        raw.value
    );
}

}  // namespace fairgate::config
