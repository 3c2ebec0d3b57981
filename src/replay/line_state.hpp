#pragma once

#include "replay/line_batch.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace fairgate::replay {

/// What becomes of lines with a given detour, remembered by its text: a core has a dozen.
struct KnownDetour {
    enum class Fate : std::uint8_t {
        counted,
        blackholed,
        unclear,  ///< a client's own bytes may stand in it: the plain reader is to see
    };
    alignas(32) std::array<char, 32> text{};  ///< padded with zeros
    std::uint8_t length = 0;                  ///< 0: nothing known here
    Fate fate = Fate::counted;
};

struct LineParser::State {
    LineSettings settings;
    std::array<KnownDetour, 64> detours{};
    // The minute that the line before was written in: most lines share it.
    std::array<char, 16> minute_text{};
    std::int64_t minute = 0;
    const char* taint_end = nullptr;
    std::uint64_t offset = 0;
    const char* block = nullptr;
};

inline constexpr std::size_t most_bad_lines = 5;  // per block

inline tracker::Mark& next_mark(LineBatch& batch, std::uint32_t tag) {
    const std::size_t shard = (std::size_t{tag & 0xffffU} * batch.shards.size()) >> 16U;
    LineBatch::Shard& target = batch.shards[shard];
    return target.marks[target.count++];
}

inline void note_time(LineBatch& batch, std::int64_t second, tracker::Slot slot) {
    batch.newest = std::max(batch.newest, slot);
    batch.first_second = std::min(batch.first_second, second);
    batch.last_second = std::max(batch.last_second, second);
}

/// Reads one line of any kind.
void take_plain_line(LineParser::State& state, std::string_view line, LineBatch& batch);

/// Reads lines from `at` while they look as expected; gives where it stopped, which is `end` or
/// the start of a line that needs take_plain_line. Needs AVX2.
const char* take_fast_lines(
    LineParser::State& state, const char* at, const char* end, LineBatch& batch
);
bool can_take_fast_lines();

}  // namespace fairgate::replay
