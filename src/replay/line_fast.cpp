#include "logs/account_name.hpp"
#include "replay/fast_address.hpp"
#include "replay/line_state.hpp"
#include "replay/simd.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

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

namespace {

using Fate = KnownDetour::Fate;

Fate ask_plain_reader(const LineParser::State& state, const char* detour, std::size_t length) {
    if (logs::forged_from({detour, length})) {
        return Fate::unclear;
    }
    std::array<char, 128> line{};
    constexpr std::string_view head = "2025/01/30 09:12:01 192.0.2.1:1 accepted tcp:x:1 [";
    constexpr std::string_view tail = "] email: x";
    std::memcpy(line.data(), head.data(), head.size());
    std::memcpy(line.data() + head.size(), detour, length);
    std::memcpy(line.data() + head.size() + length, tail.data(), tail.size());
    const std::string_view text(line.data(), head.size() + length + tail.size());
    const bool blackholed =
        logs::read_access_line(text, state.settings.rules).skip == logs::Skip::blackholed;
    return blackholed ? Fate::blackholed : Fate::counted;
}

/// The detour's fate: from memory, or by asking the plain reader.
FAIRGATE_AVX2_INLINE Fate
fate_of(LineParser::State& state, const char* detour, std::size_t length) {
    const __m256i text = first_bytes(detour, length);
    alignas(32) std::array<std::uint64_t, 4> words;  // NOLINT(*-member-init): stored to next
    _mm256_store_si256(reinterpret_cast<__m256i*>(words.data()), text);
    const std::uint64_t hash = (words[0] ^ std::rotl(words[1], 17) ^ std::rotl(words[2], 31) ^
                                std::rotl(words[3], 47) ^ length) *
                               0x9e3779b97f4a7c15U;
    KnownDetour& known = state.detours[hash >> 58U];
    const __m256i kept = _mm256_load_si256(reinterpret_cast<const __m256i*>(known.text.data()));
    if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(text, kept)) == -1 && known.length == length) {
        return known.fate;
    }
    known.fate = ask_plain_reader(state, detour, length);
    known.length = static_cast<std::uint8_t>(length);
    _mm256_store_si256(reinterpret_cast<__m256i*>(known.text.data()), text);
    return known.fate;
}

/// Reads "2025/01/30 09:12:01[.482913] "; gives its length with the blank, or 0.
FAIRGATE_AVX2_INLINE std::size_t read_time(
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
FAIRGATE_AVX2_INLINE std::size_t numbered_prefix(const char* name, std::size_t length) {
    if (!is_digit(name[0])) {
        return 0;
    }
    std::size_t digits = 1;
    while (digits < length && is_digit(name[digits])) {
        ++digits;
    }
    return digits + 1 < length && name[digits] == '.' ? digits + 1 : 0;
}

/// NameKey::of for text with 32 readable bytes.
FAIRGATE_AVX2_INLINE void set_name(tracker::NameKey& key, const char* name, std::size_t length) {
    if (length > tracker::NameKey::inline_length) {
        key = tracker::NameKey::of(std::string_view(name, length));
        return;
    }
    _mm256_store_si256(reinterpret_cast<__m256i*>(key.words.data()), first_bytes(name, length));
    key.words[3] |= std::uint64_t{length} << 56U;
}

struct Source {
    std::uint64_t upper = 0;
    std::uint64_t lower = 0;
    tracker::Family family = tracker::Family::v4;
};

/// Reads "from tcp:198.51.100.24:50412 "; gives its length, or 0.
FAIRGATE_AVX2_INLINE std::size_t read_source(const char* at, Source& source) {
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
    return port == 0 ? 0 : static_cast<std::size_t>(p - at);
}

}  // namespace

namespace {

/// Counts a line that is left out for `reason`, of which nothing more is read, unless a client's
/// own bytes may stand in it; gives the start of the next line, or nothing.
FAIRGATE_AVX2 const char* leave_out_line(const char* at, logs::Skip reason, LineBatch& batch) {
    bool marker = false;
    const char* newline = find_newline_or_marker(at, marker);
    if (marker || newline - at > 4096) {
        return nullptr;
    }
    ++batch.lines;
    ++batch.skipped[static_cast<std::size_t>(reason)];
    return newline + 1;
}

/// Lines of the core's own DNS and of the error log; nothing for any other kind of line, and where
/// nothing follows the word that tells: with its blanks cut off it is another word.
FAIRGATE_AVX2 const char* take_noise(const char* at, LineBatch& batch) {
    const auto start = load<std::uint64_t>(at);
    if (start == text8("from DNS") && at[8] == ' ' && at[9] > ' ') {
        return leave_out_line(at, logs::Skip::dns, batch);
    }
    const bool warning = start == text8("[Warning") && at[8] == ']' && at[9] == ' ' && at[10] > ' ';
    const bool info = start << 8U == text8("[Info] x") << 8U && at[7] > ' ';
    return warning || info ? leave_out_line(at, logs::Skip::error_log, batch) : nullptr;
}

}  // namespace

bool can_take_fast_lines() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
}

// One piece for its speed: docs/performance.md.
// NOLINTNEXTLINE(readability-function-*): see above
FAIRGATE_AVX2 const char* take_fast_lines(
    LineParser::State& state, const char* at, const char* end, LineBatch& batch
) {
    const logs::Names names = state.settings.names;
    while (at < end) {
        // Every load below reaches at most 64 bytes beyond the newline of its line.
        std::int64_t second = 0;
        const std::size_t time_length = read_time(state, at, second);
        Source source;
        if (time_length == 0) {
            return at;
        }
        const char* status = at + time_length;
        status += read_source(status, source);
        const auto word = load<std::uint64_t>(status);
        if (status == at + time_length || (word ^ text8("accepted")) != 0 || status[8] != ' ') {
            const char* next = status == at + time_length ? take_noise(status, batch)
                               : word == text8("rejected") && status[8] == ' '
                                   ? leave_out_line(status, logs::Skip::rejected, batch)
                                   : nullptr;
            if (next == nullptr) {
                return at;
            }
            at = next;
            continue;
        }
        const char* target = status + 9;
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
        if (detour_length - 1 > 31) {
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
        const Fate fate = fate_of(state, detour + 1, detour_length);
        if (fate != Fate::counted) [[unlikely]] {
            if (fate == Fate::unclear) {
                return at;
            }
            ++batch.lines;
            ++batch.skipped[static_cast<std::size_t>(logs::Skip::blackholed)];
            at = newline + 1;
            continue;
        }
        ++batch.lines;
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
        mark.second = tracker::second_of_slot(second);
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
