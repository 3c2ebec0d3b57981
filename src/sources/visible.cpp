#include "sources/visible.hpp"

#include <cstdint>

namespace fairgate::sources {

namespace {

constexpr std::string_view hex = "0123456789abcdef";

/// The length of the well-formed UTF-8 character at the start of `text` (RFC 3629), or 0.
std::size_t character(std::string_view text, std::uint32_t& code) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        code = first;
        return 1;
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) {
        return 0;
    }
    code = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) {
            return 0;
        }
        code = code << 6U | (byte(i) & 0x3FU);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

bool is_printable(std::uint32_t code) {
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    const bool turns = code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
                       (code >= 0x2066 && code <= 0x2069) || code == 0x61C || code == 0xFEFF;
    return !control && !turns;
}

}  // namespace

std::string visible(std::string_view text, std::size_t limit) {
    const bool longer = text.size() > limit;
    for (int back = 0; longer && back < 3 && (text[limit] & 0xC0) == 0x80 && limit > 0; ++back) {
        --limit;  // not in the middle of a character
    }
    text = text.substr(0, limit);
    std::string shown;
    while (!text.empty()) {
        std::uint32_t code = 0;
        const std::size_t length = character(text, code);
        const std::size_t taken = length == 0 ? 1 : length;
        if (length > 0 && is_printable(code)) {
            shown += text.substr(0, taken);
        } else {
            for (const char each : text.substr(0, taken)) {
                const auto byte = static_cast<unsigned char>(each);
                shown += {'\\', 'x', hex[byte >> 4U], hex[byte & 15U]};
            }
        }
        text.remove_prefix(taken);
    }
    return longer ? shown + "…" : shown;
}

}  // namespace fairgate::sources
