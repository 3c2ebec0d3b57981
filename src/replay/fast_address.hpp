#pragma once

#include "replay/simd.hpp"

#if defined(__x86_64__)

// Addresses and ports as Go's net package prints them. Each reader gives 0 for anything unusual,
// which is then for logs::read_access_line to judge.

namespace fairgate::replay {

/// For each combination of the lengths of four numbers (1 to 3 digits each): how to move their
/// digits into four lanes of four bytes, and the least value that needs no leading zero.
struct AddressShape {
    std::array<std::int8_t, 16> shuffle{};
    std::array<std::int32_t, 4> least{};
};
constexpr std::array<AddressShape, 81> make_shapes() {
    std::array<AddressShape, 81> shapes{};
    for (int index = 0; index < 81; ++index) {
        const std::array<int, 4> lengths = {
            index % 3 + 1, index / 3 % 3 + 1, index / 9 % 3 + 1, index / 27 + 1
        };
        AddressShape& shape = shapes[static_cast<std::size_t>(index)];
        int at = 0;
        for (std::size_t lane = 0; lane < 4; ++lane) {
            const int length = lengths[lane];
            for (int i = 0; i < 4; ++i) {
                const int digit = i - (4 - length);
                shape.shuffle[lane * 4 + static_cast<std::size_t>(i)] =
                    static_cast<std::int8_t>(digit < 0 ? -1 : at + digit);
            }
            shape.least[lane] = length == 1 ? -1 : length == 2 ? 9 : 99;
            at += length + 1;
        }
    }
    return shapes;
}
inline constexpr std::array<AddressShape, 81> shapes = make_shapes();

/// Reads "1.2.3.4:"; gives its length with the colon, or 0.
FAIRGATE_AVX2_INLINE std::size_t read_v4(const char* at, std::uint32_t& bits) {
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i digits = _mm_sub_epi8(text, _mm_set1_epi8('0'));
    const __m128i is_number = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
    auto others = static_cast<std::uint32_t>(~_mm_movemask_epi8(is_number)) & 0xffffU;
    const unsigned a = static_cast<unsigned>(std::countr_zero(others));
    others &= others - 1;
    const unsigned b = static_cast<unsigned>(std::countr_zero(others));
    others &= others - 1;
    const unsigned c = static_cast<unsigned>(std::countr_zero(others));
    others &= others - 1;
    const unsigned d = static_cast<unsigned>(std::countr_zero(others));
    // Lengths minus one; what is no length wraps round to something large. A full address with its
    // colon is 16 bytes at most, so d is inside what was loaded, or 32.
    const unsigned la = a - 1;
    const unsigned lb = b - a - 2;
    const unsigned lc = c - b - 2;
    const unsigned ld = d - c - 2;
    if ((la > 2) | (lb > 2) | (lc > 2) | (ld > 2)) {
        return 0;
    }
    if ((at[a] != '.') | (at[b] != '.') | (at[c] != '.') | (at[d] != ':')) {
        return 0;
    }
    const AddressShape& shape = shapes[la + lb * 3 + lc * 9 + ld * 27];
    const __m128i lanes = _mm_shuffle_epi8(
        digits, _mm_loadu_si128(reinterpret_cast<const __m128i*>(shape.shuffle.data()))
    );
    const __m128i pairs = _mm_maddubs_epi16(
        lanes, _mm_setr_epi8(0, 100, 10, 1, 0, 100, 10, 1, 0, 100, 10, 1, 0, 100, 10, 1)
    );
    const __m128i numbers = _mm_madd_epi16(pairs, _mm_set1_epi16(1));
    const __m128i least = _mm_loadu_si128(reinterpret_cast<const __m128i*>(shape.least.data()));
    const __m128i bad = _mm_or_si128(
        _mm_cmpgt_epi32(numbers, _mm_set1_epi32(255)),
        _mm_andnot_si128(_mm_cmpgt_epi32(numbers, least), _mm_set1_epi32(-1))
    );
    if (_mm_movemask_epi8(bad) != 0) {
        return 0;
    }
    const __m128i packed = _mm_shuffle_epi8(
        numbers, _mm_setr_epi8(12, 8, 4, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)
    );
    bits = static_cast<std::uint32_t>(_mm_cvtsi128_si32(packed));
    return d + 1;
}

/// The value of a lower-case hexadecimal digit; 0xff for anything else.
inline constexpr std::array<std::uint8_t, 256> hex_digits = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(0xff);
    for (std::uint8_t i = 0; i < 16; ++i) {
        values[static_cast<unsigned char>("0123456789abcdef"[i])] = i;
    }
    return values;
}();

/// Reads a group's hexadecimal digits, and moves behind them; gives how many there were.
inline int read_group(const char*& at, unsigned& value) {
    int digits = 0;
    for (;; ++at, ++digits) {
        const std::uint8_t digit = hex_digits[static_cast<unsigned char>(*at)];
        if (digit > 15) {
            return digits;
        }
        value = value << 4U | digit;
    }
}

/// Reads "[2001:db8::1]:" as Go prints it; gives its length, or 0 for anything unusual.
inline std::size_t read_v6(const char* at, std::uint64_t& upper, std::uint64_t& lower) {
    std::array<std::uint16_t, 8> groups{};
    int count = 0;
    int gap = -1;
    const char* p = at + 1;
    if (p[0] == ':' && p[1] == ':') {
        gap = 0;
        p += 2;
    }
    while (*p != ']') {
        unsigned value = 0;
        const int digits = read_group(p, value);
        if (digits == 0 || digits > 4 || count == 8) {
            return 0;
        }
        groups[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(value);
        if (*p == ':') {
            ++p;
            if (*p == ':') {
                if (gap >= 0) {
                    return 0;
                }
                gap = count;
                ++p;
            } else if (*p == ']') {
                return 0;
            }
        } else if (*p != ']') {
            return 0;
        }
    }
    if (p[1] != ':' || (gap < 0 ? count != 8 : count > 7)) {
        return 0;
    }
    std::array<std::uint64_t, 8> full{};
    const auto head = static_cast<std::size_t>(gap < 0 ? count : gap);
    const std::size_t tail = static_cast<std::size_t>(count) - head;
    for (std::size_t i = 0; i < head; ++i) {
        full[i] = groups[i];
    }
    for (std::size_t i = 0; i < tail; ++i) {
        full[full.size() - tail + i] = groups[head + i];
    }
    upper = full[0] << 48U | full[1] << 32U | full[2] << 16U | full[3];
    lower = full[4] << 48U | full[5] << 32U | full[6] << 16U | full[7];
    // Loopback, unspecified and mapped addresses are for the plain reader to judge.
    return upper == 0 ? 0 : static_cast<std::size_t>(p + 2 - at);
}

/// Reads a port from 1 to 65535 and the blank behind it; gives its length with the blank, or 0.
inline std::size_t read_port(const char* at) {
    const auto bytes = load<std::uint64_t>(at);
    const std::uint64_t digits = bytes - 0x3030303030303030U;
    // The first byte that is no digit; what a borrow spoils stands behind it.
    const std::uint64_t no_digit = ((digits + 0x7676767676767676U) | digits) & 0x8080808080808080U;
    const unsigned length = static_cast<unsigned>(std::countr_zero(no_digit)) / 8;
    if (length - 1 > 4 || at[length] != ' ') {
        return 0;
    }
    std::uint64_t value = digits << (64 - 8 * length);
    value = (value * 10 + (value >> 8U)) & 0x00ff00ff00ff00ffU;
    value = (value * 100 + (value >> 16U)) & 0x0000ffff0000ffffU;
    value = (value * 10000 + (value >> 32U)) & 0xffffffffU;
    return value - 1 < 65535 ? length + 1 : 0;
}

}  // namespace fairgate::replay

#endif
