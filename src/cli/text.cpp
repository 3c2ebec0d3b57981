#include "cli/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>

namespace fairgate::cli {

namespace {

struct Decoded {
    char32_t point = 0;
    std::size_t length = 1;
};

/// The character at the start, or nothing when the bytes are no UTF-8 (RFC 3629).
std::optional<Decoded> decode(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        return Decoded{first, 1};
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) {
        return std::nullopt;
    }
    char32_t point = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return std::nullopt;
        }
        point = (point << 6U) | (byte(i) & 0x3FU);
    }
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    return overlong || surrogate || point > 0x10FFFF ? std::nullopt
                                                     : std::optional(Decoded{point, length});
}

struct Range {
    char32_t first;
    char32_t last;
};

template <std::size_t N>
bool in(const std::array<Range, N>& ranges, char32_t point) {
    return std::ranges::any_of(ranges, [&](const Range& range) {
        return point >= range.first && point <= range.last;
    });
}

// Of Unicode's East Asian Width W and F, the blocks in which names are written.
constexpr std::array wide = {
    Range{0x1100, 0x115F},
    Range{0x2E80, 0x303E},
    Range{0x3041, 0x33FF},
    Range{0x3400, 0x4DBF},
    Range{0x4E00, 0x9FFF},
    Range{0xA000, 0xA4CF},
    Range{0xAC00, 0xD7A3},
    Range{0xF900, 0xFAFF},
    Range{0xFE30, 0xFE6F},
    Range{0xFF00, 0xFF60},
    Range{0xFFE0, 0xFFE6},
    Range{0x1F300, 0x1F64F},
    Range{0x1F900, 0x1F9FF},
    Range{0x20000, 0x3FFFD}
};

// Marks that stand on the letter before them, and joiners: no column of their own.
constexpr std::array combining = {
    Range{0x0300, 0x036F},
    Range{0x0483, 0x0489},
    Range{0x0591, 0x05BD},
    Range{0x0610, 0x061A},
    Range{0x064B, 0x065F},
    Range{0x0670, 0x0670},
    Range{0x06D6, 0x06DC},
    Range{0x200B, 0x200D},
    Range{0x20D0, 0x20FF},
    Range{0xFE00, 0xFE0F}
};

// What would steer the terminal or turn the reader's eye.
constexpr std::array steering = {
    Range{0x00, 0x1F},
    Range{0x7F, 0x9F},
    Range{0x200E, 0x200F},
    Range{0x2028, 0x202E},
    Range{0x2066, 0x2069},
    Range{0xFEFF, 0xFEFF}
};

std::string hex(char32_t point) {
    std::array<char, 16> buffer{};
    std::snprintf(
        buffer.data(),
        buffer.size(),
        point < 0x80 ? "\\x%02x" : "\\u%04x",
        static_cast<unsigned>(point)
    );
    return buffer.data();
}

std::string hex_byte(unsigned char byte) {
    std::array<char, 8> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "\\x%02x", static_cast<unsigned>(byte));
    return buffer.data();
}

}  // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const auto decoded = decode(text);
        if (!decoded) {
            ++width;
            text.remove_prefix(1);
            continue;
        }
        width += in(combining, decoded->point) ? 0U : in(wide, decoded->point) ? 2U : 1U;
        text.remove_prefix(decoded->length);
    }
    return width;
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto decoded = decode(text);
        if (!decoded) {
            out += hex_byte(static_cast<unsigned char>(text[0]));
            text.remove_prefix(1);
            continue;
        }
        if (in(steering, decoded->point)) {
            out += hex(decoded->point);
        } else {
            out += text.substr(0, decoded->length);
        }
        text.remove_prefix(decoded->length);
    }
    return out;
}

std::string padded(std::string_view text, std::size_t width) {
    const std::size_t own = display_width(text);
    return std::string(text) + std::string(own < width ? width - own : 0, ' ');
}

std::string padded_left(std::string_view text, std::size_t width) {
    const std::size_t own = display_width(text);
    return std::string(own < width ? width - own : 0, ' ') + std::string(text);
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
    std::string out;
    std::string line(indent, ' ');
    std::size_t used = indent;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        const std::size_t own = display_width(word);
        if (used > indent && used + 1 + own > width) {
            out += line + "\n";
            line.assign(indent, ' ');
            used = indent;
        }
        if (used > indent) {
            line += ' ';
            ++used;
        }
        line += word;
        used += own;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out + line + "\n";
}

}  // namespace fairgate::cli
