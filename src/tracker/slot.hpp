#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>

namespace fairgate::tracker {

/// Time is counted in slots of ten seconds since 1970: long enough that one web page falls into
/// one slot, short enough that a hand-over between two networks touches one slot only.
using Slot = std::int32_t;
inline constexpr std::chrono::seconds slot_length{10};

/// The slots that one word remembers: ten minutes and forty seconds.
inline constexpr int word_slots = 64;

/// Bit i is set when there was activity in the i-th slot before the newest one.
using Word = std::uint64_t;

inline Slot slot_of_second(std::int64_t second) {
    return static_cast<Slot>(second >= 0 ? second / 10 : (second - 9) / 10);
}
/// 0 to 9
inline std::uint8_t second_of_slot(std::int64_t second) {
    return static_cast<std::uint8_t>(second - slot_of_second(second) * slot_length.count());
}
inline Slot slot_of(TimePoint time) {
    return slot_of_second(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count()
    );
}
inline TimePoint start_of(Slot slot) { return TimePoint(slot_length * slot); }
inline TimePoint end_of(Slot slot) { return start_of(slot + 1); }

/// The word of something last active in slot `last`, as seen from slot `now`.
inline Word aligned(Word word, Slot last, Slot now) {
    const Slot age = now - last;
    if (age < 0) {
        return word << static_cast<unsigned>(-age < word_slots ? -age : 0);
    }
    return age < word_slots ? word << static_cast<unsigned>(age) : 0;
}

}  // namespace fairgate::tracker
