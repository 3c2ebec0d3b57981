#include "logs/account_name.hpp"
#include "replay/line_state.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// The lines that make up nearly all of a log, read 32 bytes at a time:
//
//     2025/01/30 09:12:01[.482913] [from ][tcp:]198.51.100.24:50412 accepted TARGET [DETOUR] email:
//     NAME
//
// Each step proves that the line has this form or gives it up to the plain reader, so both agree on
// every input (replay_test compares them on millions of mangled lines). What made it fast, measured
// on a million lines: no search for the newline of its own, since each step stops at one; the
// minute compared with that of the line before instead of being read; four numbers of an address in
// one multiplication; the detour looked up among those already seen.

namespace fairgate::replay {

#if defined(__x86_64__)

#define FAIRGATE_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt")))

namespace {

template <class T>
T load(const char* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

constexpr std::uint64_t text8(const char (&text)[9]) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i) {
        value |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
    return value;
}
constexpr std::uint32_t text4(const char (&text)[5]) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) {
        value |= std::uint32_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
    return value;
}

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }

/// All of the bytes that `mask` has 0xff in are digits.
bool are_digits(std::uint64_t bytes, std::uint64_t mask) {
    const std::uint64_t high = bytes & 0xf0f0f0f0f0f0f0f0U;
    const std::uint64_t carry = (bytes + 0x0606060606060606U) & 0xf0f0f0f0f0f0f0f0U;
    return (((high ^ 0x3030303030303030U) | (carry ^ 0x3030303030303030U)) & mask) == 0;
}

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
constexpr std::array<AddressShape, 81> shapes = make_shapes();

/// Reads "1.2.3.4:"; gives its length with the colon, or 0.
FAIRGATE_AVX2 std::size_t read_v4(const char* at, std::uint32_t& bits) {
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

/// Reads "[2001:db8::1]:" as Go prints it; gives its length, or 0 for anything unusual.
std::size_t read_v6(const char* at, std::uint64_t& upper, std::uint64_t& lower) {
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
        int digits = 0;
        for (;; ++p, ++digits) {
            const auto c = static_cast<unsigned char>(*p);
            const unsigned decimal = c - '0';
            const unsigned letter = c - 'a';
            if (decimal <= 9) {
                value = value << 4U | decimal;
            } else if (letter <= 5) {
                value = value << 4U | (letter + 10);
            } else {
                break;
            }
        }
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
    const int tail = gap < 0 ? 0 : count - gap;
    for (int i = 0; i < count - tail; ++i) {
        full[static_cast<std::size_t>(i)] = groups[static_cast<std::size_t>(i)];
    }
    for (int i = 0; i < tail; ++i) {
        full[static_cast<std::size_t>(8 - tail + i)] = groups[static_cast<std::size_t>(gap + i)];
    }
    upper = full[0] << 48U | full[1] << 32U | full[2] << 16U | full[3];
    lower = full[4] << 48U | full[5] << 32U | full[6] << 16U | full[7];
    // Loopback, unspecified and mapped addresses are for the plain reader to judge.
    return upper == 0 ? 0 : static_cast<std::size_t>(p + 2 - at);
}

/// Reads a port from 1 to 65535 and the blank behind it; gives its length with the blank, or 0.
std::size_t read_port(const char* at) {
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

/// The first blank or newline at or behind `at`.
FAIRGATE_AVX2 const char* find_blank(const char* at) {
    for (;; at += 32) {
        const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
        const __m256i hit = _mm256_or_si256(
            _mm256_cmpeq_epi8(text, _mm256_set1_epi8(' ')),
            _mm256_cmpeq_epi8(text, _mm256_set1_epi8('\n'))
        );
        const auto mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(hit));
        if (mask != 0) {
            return at + std::countr_zero(mask);
        }
    }
}

FAIRGATE_AVX2 const char* find_newline(const char* at) {
    for (;; at += 32) {
        const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
        const auto mask = static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(text, _mm256_set1_epi8('\n')))
        );
        if (mask != 0) {
            return at + std::countr_zero(mask);
        }
    }
}

/// The bracket of the first "] email: " on this line, or nothing.
FAIRGATE_AVX2 const char* find_email(const char* at) {
    for (;; at += 32) {
        const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
        const __m256i ahead = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 2));
        auto hits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_and_si256(
            _mm256_cmpeq_epi8(text, _mm256_set1_epi8(']')),
            _mm256_cmpeq_epi8(ahead, _mm256_set1_epi8('e'))
        )));
        const auto newlines = static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(text, _mm256_set1_epi8('\n')))
        );
        const auto end = static_cast<unsigned>(std::countr_zero(newlines));  // 32: none
        for (; hits != 0; hits &= hits - 1) {
            const auto i = static_cast<unsigned>(std::countr_zero(hits));
            if (i > end) {
                break;
            }
            if (load<std::uint64_t>(at + i) == text8("] email:") && at[i + 8] == ' ') {
                return at + i;
            }
        }
        if (newlines != 0) {
            return nullptr;
        }
    }
}

/// Whether the detour leads to a blackhole, from memory or by asking the plain reader.
FAIRGATE_AVX2 bool is_blackholed(LineParser::State& state, const char* begin, std::size_t length) {
    const std::uint32_t ends = load<std::uint32_t>(begin) ^ load<std::uint32_t>(begin + length - 4);
    KnownDetour& known = state.detours[(ends * 0x9e3779b1U + length) >> 8U & 63U];
    if (known.length == length) {
        const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(begin));
        const __m256i kept =
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(known.text.data()));
        const auto same =
            static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(text, kept)));
        if (_bzhi_u32(~same, static_cast<unsigned>(length)) == 0) {
            return known.blackholed;
        }
    }
    std::array<char, 128> line{};
    constexpr std::string_view head = "2025/01/30 09:12:01 192.0.2.1:1 accepted tcp:x:1 [";
    constexpr std::string_view tail = "] email: x";
    std::memcpy(line.data(), head.data(), head.size());
    std::memcpy(line.data() + head.size(), begin, length);
    std::memcpy(line.data() + head.size() + length, tail.data(), tail.size());
    const logs::AccessLine read = logs::read_access_line(
        std::string_view(line.data(), head.size() + length + tail.size()), state.settings.rules
    );
    known.blackholed = read.skip == logs::Skip::blackholed;
    known.length = static_cast<std::uint8_t>(length);
    std::memcpy(known.text.data(), begin, length);
    return known.blackholed;
}

/// Reads "2025/01/30 09:12:01[.482913] "; gives its length with the blank, or 0.
FAIRGATE_AVX2 std::size_t read_time(
    LineParser::State& state, const char* at, std::int64_t& second
) {
    const __m128i minute = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i known =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(state.minute_text.data()));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(minute, known)) != 0xffff) {
        std::array<char, 19> whole{};
        std::memcpy(whole.data(), at, 16);
        std::memcpy(whole.data() + 16, ":00", 3);
        logs::LogTime time;
        if (logs::read_log_time(std::string_view(whole.data(), 19), time) != 19) {
            return 0;
        }
        std::memcpy(state.minute_text.data(), at, 16);
        state.minute = time.second;
    }
    const unsigned tens = static_cast<unsigned char>(at[17]) - static_cast<unsigned>('0');
    const unsigned ones = static_cast<unsigned char>(at[18]) - static_cast<unsigned>('0');
    if ((at[16] != ':') | (tens > 5) | (ones > 9)) {
        return 0;
    }
    second = state.minute + tens * 10 + ones;
    if (at[19] == ' ') {
        return 20;
    }
    const auto fraction = load<std::uint64_t>(at + 19);
    constexpr std::uint64_t frame = 0xff000000000000ffU;
    if ((fraction & frame) != (text8(".000000 ") & frame) || !are_digits(fraction, ~frame)) {
        return 0;
    }
    return 27;
}

/// Stands for the length of the digits and the dot that most names begin with.
FAIRGATE_AVX2 std::size_t numbered_prefix(const char* name, std::size_t length) {
    if (!is_digit(name[0])) {
        return 0;
    }
    std::size_t digits = 1;
    while (digits < length && is_digit(name[digits])) {
        ++digits;
    }
    return digits + 1 < length && name[digits] == '.' ? digits + 1 : 0;
}

alignas(32) constexpr std::array<std::uint8_t, 64> ones_then_zeros = [] {
    std::array<std::uint8_t, 64> bytes{};
    for (std::size_t i = 0; i < 32; ++i) {
        bytes[i] = 0xff;
    }
    return bytes;
}();

/// NameKey::of for text with 32 readable bytes.
FAIRGATE_AVX2 void set_name(tracker::NameKey& key, const char* name, std::size_t length) {
    if (length > tracker::NameKey::inline_length) {
        key = tracker::NameKey::of(std::string_view(name, length));
        return;
    }
    const __m256i mask =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ones_then_zeros.data() + 32 - length));
    const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(name));
    _mm256_store_si256(reinterpret_cast<__m256i*>(key.words.data()), _mm256_and_si256(text, mask));
    key.words[3] |= std::uint64_t{length} << 56U;
}

struct Source {
    std::uint64_t upper = 0;
    std::uint64_t lower = 0;
    tracker::Family family = tracker::Family::v4;
};

/// Reads "from tcp:198.51.100.24:50412 accepted "; gives its length, or 0.
FAIRGATE_AVX2 std::size_t read_source(const char* at, Source& source) {
    const char* p = at;
    if (load<std::uint32_t>(p) == text4("from") && p[4] == ' ') {
        p += 5;
    }
    if (const auto net = load<std::uint32_t>(p); net == text4("tcp:") || net == text4("udp:")) {
        p += 4;
    }
    std::size_t length = 0;
    if (*p == '[') {
        length = read_v6(p, source.upper, source.lower);
        source.family = tracker::Family::v6;
    } else {
        std::uint32_t bits = 0;
        length = read_v4(p, bits);
        source.upper = bits;
        if (bits >> 24U == 127 || bits == 0) {
            return 0;
        }
    }
    if (length == 0) {
        return 0;
    }
    p += length;
    const std::size_t port = read_port(p);
    p += port;
    if (port == 0 || load<std::uint64_t>(p) != text8("accepted") || p[8] != ' ') {
        return 0;
    }
    return static_cast<std::size_t>(p + 9 - at);
}

}  // namespace

bool can_take_fast_lines() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
}

FAIRGATE_AVX2 const char* take_fast_lines(
    LineParser::State& state, const char* at, const char* end, LineBatch& batch
) {
    const logs::Names names = state.settings.names;
    while (at < end) {
        // Every load below reaches at most 64 bytes beyond the newline of its line.
        std::int64_t second = 0;
        const std::size_t time_length = read_time(state, at, second);
        Source source;
        const std::size_t source_length =
            time_length == 0 ? 0 : read_source(at + time_length, source);
        if (source_length == 0) {
            return at;
        }
        const char* target = at + time_length + source_length;
        const char* detour = find_blank(target) + 1;
        if (detour[-1] != ' ' || *detour != '[' || detour == target + 1) {
            return at;
        }
        if (load<std::uint64_t>(detour - 8) == text8("[Masked ")) {
            return at;  // the only target that holds a blank
        }
        const char* bracket = find_email(detour);
        if (bracket == nullptr) {
            return at;
        }
        const auto detour_length = static_cast<std::size_t>(bracket - detour - 1);
        if (detour_length > 32 || detour_length < 4) {
            return at;
        }
        const char* name = bracket + 9;
        const char* newline = find_newline(name);
        auto length = static_cast<std::size_t>(newline - name);
        while (length > 0 && (name[length - 1] == ' ' || name[length - 1] == '\r')) {
            --length;
        }
        if (length == 0 || newline - at > 4096) {
            return at;
        }
        ++batch.lines;
        if (is_blackholed(state, detour + 1, detour_length)) {
            ++batch.skipped[static_cast<std::size_t>(logs::Skip::blackholed)];
            at = newline + 1;
            continue;
        }
        if (names == logs::Names::standard) {
            const std::size_t prefix = numbered_prefix(name, length);
            name += prefix;
            length -= prefix;
        } else {
            const std::string_view mapped = logs::account_name({name, length}, names);
            name = mapped.data();
            length = mapped.size();
        }
        at = newline + 1;
        if (length == 0) {
            ++batch.left_out[static_cast<std::size_t>(LeftOut::unknown_account)];
            continue;
        }
        second -= state.settings.zone_offset;
        const tracker::Slot slot = tracker::slot_of_second(second);
        if (slot < state.settings.since || slot > state.settings.until) {
            ++batch.left_out[static_cast<std::size_t>(LeftOut::out_of_range)];
            continue;
        }
        tracker::NameKey key;
        set_name(key, name, length);
        const std::uint32_t tag = key.tag();
        tracker::Mark& mark = next_mark(batch, tag);
        mark.name = key;
        mark.upper = source.upper;
        mark.lower = source.lower;
        mark.family = source.family;
        mark.slot = slot;
        mark.tag = tag;
        note_time(batch, second, slot);
        mark.seen = batch.newest;
        ++batch.observations;
    }
    return end;
}

#else

bool can_take_fast_lines() { return false; }
const char* take_fast_lines(LineParser::State&, const char* at, const char*, LineBatch&) {
    return at;
}

#endif

}  // namespace fairgate::replay
