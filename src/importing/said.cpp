#include "importing/said.hpp"

#include "importing/errors.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace fairgate::importing {

namespace {

using namespace std::chrono_literals;

constexpr double latest_second = 253'402'300'799.0;  // the end of the year 9999

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string_view view(const boost::json::string& text) { return {text.data(), text.size()}; }

template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number number{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failed == std::errc{} && end == text.data() + text.size();
    return whole && !text.empty() ? std::optional(number) : std::nullopt;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return result;
}

Error wrong(const Said& said, std::string_view expected) {
    return errors::wrong_value(said.where, expected, shown(said.value));
}

/// Length of the UTF-8 character that begins here; 0 when none does. RFC 3629.
std::size_t character_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char first = byte(0);
    const std::size_t length = first < 0x80U                     ? 1U
                               : first >= 0xc2U && first < 0xe0U ? 2U
                               : first >= 0xe0U && first < 0xf0U ? 3U
                               : first >= 0xf0U && first < 0xf5U ? 4U
                                                                 : 0U;
    if (length == 0 || at + length > text.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80U) {
            return 0;
        }
    }
    const bool too_long =
        (first == 0xe0U && byte(1) < 0xa0U) || (first == 0xf0U && byte(1) < 0x90U);
    const bool surrogate = first == 0xedU && byte(1) >= 0xa0U;
    const bool too_large = first == 0xf4U && byte(1) >= 0x90U;
    return too_long || surrogate || too_large ? 0 : length;
}

}  // namespace

Result<std::int64_t> whole_of(const Said& said) {
    std::optional<std::int64_t> number;
    if (const auto* text = said.value.if_string()) {
        number = number_in<std::int64_t>(trimmed(view(*text)));
    } else if (said.value.is_int64()) {
        number = said.value.get_int64();
    } else if (const auto* real = said.value.if_double()) {
        const bool fits = std::abs(*real) < latest_second && std::trunc(*real) == *real;
        number = fits ? std::optional(static_cast<std::int64_t>(*real)) : std::nullopt;
    }
    return number ? Result<std::int64_t>(*number)
                  : Result<std::int64_t>(wrong(said, "a whole number"));
}

Result<bool> truth_of(const Said& said) {
    if (said.value.is_bool()) {
        return said.value.get_bool();
    }
    const auto text = text_of(said);
    const std::string word = text ? lower(trimmed(*text)) : "";
    if (word == "true" || word == "1" || word == "yes" || word == "on") {
        return true;
    }
    if (word == "false" || word == "0" || word == "no" || word == "off" || word == "none") {
        return false;
    }
    return wrong(said, "true or false");
}

Result<std::string> text_of(const Said& said) {
    if (const auto* text = said.value.if_string()) {
        return std::string(view(*text));
    }
    if (said.value.is_number()) {
        return json::serialize(said.value);
    }
    return wrong(said, "text");
}

Result<std::vector<std::string>> list_of(const Said& said) {
    std::vector<std::string> list;
    if (is_unset(said.value)) {
        return list;
    }
    if (const auto* array = said.value.if_array()) {
        for (const json::Value& each : *array) {
            auto text = text_of({said.where, each});
            if (!text) {
                return text.error();
            }
            list.push_back(*std::move(text));
        }
        return list;
    }
    const auto text = text_of(said);
    if (!text) {
        return wrong(said, "a list");
    }
    std::string_view rest = *text;
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        if (const std::string_view part = trimmed(rest.substr(0, comma)); !part.empty()) {
            list.emplace_back(part);
        }
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return list;
}

Result<TimePoint> moment_of(const Said& said) {
    std::optional<double> seconds;
    if (said.value.is_number()) {
        seconds = said.value.to_number<double>();
    } else if (const auto* written = said.value.if_string()) {
        const std::string_view text = trimmed(view(*written));
        seconds = number_in<double>(text);
        if (!seconds) {
            std::string standard(text);
            if (standard.size() > 10 && standard[10] == ' ') {
                standard[10] = 'T';
            }
            const auto time = parse_rfc3339(standard);
            return time ? time : Result<TimePoint>(wrong(said, "a time"));
        }
    }
    if (!seconds || !(*seconds >= 0 && *seconds <= latest_second)) {
        return wrong(said, "a time");
    }
    return TimePoint(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*seconds)));
}

bool is_unset(const json::Value& value) {
    if (value.is_null()) {
        return true;
    }
    const auto* text = value.if_string();
    return text != nullptr && (text->empty() || lower(view(*text)) == "none");
}

std::string shown(const json::Value& value) {
    const auto* text = value.if_string();
    return shown_within(text != nullptr ? std::string(view(*text)) : json::serialize(value), 80);
}

std::string shown_within(std::string text, std::size_t most) {
    if (text.size() <= most) {
        return text;
    }
    std::size_t end = 0;
    while (end < most) {
        const std::size_t length = character_at(text, end);
        if (end + std::max<std::size_t>(length, 1) > most) {
            break;
        }
        end += std::max<std::size_t>(length, 1);
    }
    text.resize(end);
    return text + "…";
}

std::string trouble_with_name(std::string_view name) {
    if (name.empty()) {
        return "it is empty";
    }
    if (name.size() > 256) {
        return "it is longer than 256 bytes";
    }
    for (std::size_t at = 0; at < name.size();) {
        const std::size_t length = character_at(name, at);
        if (length == 0) {
            return "it is not UTF-8";
        }
        const auto byte = static_cast<unsigned char>(name[at]);
        if (byte < 0x20U || byte == 0x7fU) {
            return "it holds control characters";
        }
        at += length;
    }
    return "";
}

const json::Value* Members::take(std::string_view key) {
    const auto found = object_->find(key);
    if (found == object_->end()) {
        return nullptr;
    }
    taken_[static_cast<std::size_t>(found - object_->begin())] = true;
    return &found->value();
}

std::string Members::where(std::string_view key) const {
    return where_ + (where_.ends_with(':') ? " " : ".") + std::string(key);
}

Said Members::said(std::string_view key, const json::Value& value) const {
    return {where(key), value};
}

std::vector<Said> Members::rest() const {
    std::vector<Said> all;
    std::size_t place = 0;
    for (const auto& [key, value] : *object_) {
        if (!taken_[place++]) {
            all.push_back(said({key.data(), key.size()}, value));
        }
    }
    return all;
}

}  // namespace fairgate::importing
