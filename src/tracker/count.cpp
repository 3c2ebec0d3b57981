#include "tracker/count.hpp"

#include "tracker/first_come.hpp"
#include "tracker/places.hpp"
#include "tracker/relation.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace fairgate::tracker {

namespace {

int count_those_who_came(std::span<const OriginActivity> origins, const CountRule& rule) {
    return static_cast<int>(in_order_of_coming(origins, rule).size());
}

int count_distinct(std::span<const OriginActivity> origins, const CountRule& rule) {
    const Word mask = newest_slots(rule.interval);
    return static_cast<int>(std::ranges::count_if(origins, [mask](const OriginActivity& origin) {
        return (origin.word & mask) != 0;
    }));
}

/// Each activity and the longest silence after it that a place may have filled.
Word lingering(Word word) {
    word |= word >> 1U;
    word |= word >> 2U;
    static_assert(longest_silence == 1 + 2 + 3);
    return word | word >> 3U;
}

}  // namespace

Word bridged(Word word, int most) {
    // Closing: widen towards the past by `most`, then narrow by as much; only gaps stay filled.
    // Steps of 1, 2, 4, … slots make up any width.
    Word closed = word;
    for (int done = 0, step = 1; done < most; done += step, step *= 2) {
        step = std::min(step, most - done);
        closed |= closed << static_cast<unsigned>(step);
    }
    for (int done = 0, step = 1; done < most; done += step, step *= 2) {
        step = std::min(step, most - done);
        // What was pushed out at the old end would have been filled there.
        closed &=
            closed >> static_cast<unsigned>(step) | ~(~Word{0} >> static_cast<unsigned>(step));
    }
    // Nothing is filled before the oldest sign of life, however near to the old end it is.
    return word == 0 ? word : closed & ~Word{0} >> static_cast<unsigned>(std::countl_zero(word));
}

bool may_reach(std::span<const Word> words, int devices, const CountRule& rule) {
    if (rule.counting != Counting::overlap) {
        return true;
    }
    if (devices <= 1) {
        return std::ranges::any_of(words, [&](Word word) {
            return (word & newest_slots(rule.window)) != 0;
        });
    }
    // Counters of five bits for all slots at once; beyond 31 origins they stay full.
    std::array<Word, 5> counters{};
    // A pool's silences are filled between different origins of it; two of two are no pool.
    const bool pools = words.size() > 2;
    for (const Word word : words) {
        Word carry = pools ? lingering(word) : bridged_by_habit(word);
        for (Word& bit : counters) {
            const Word sum = bit ^ carry;
            carry &= bit;
            bit = sum;
        }
        for (Word& bit : counters) {
            bit |= carry;
        }
    }
    const auto least = static_cast<unsigned>(std::min(devices, 31));
    Word above = 0;
    Word equal = ~Word{0};
    for (unsigned bit = 5; bit-- > 0;) {
        if ((least >> bit & 1U) != 0) {
            equal &= counters[bit];
        } else {
            above |= equal & counters[bit];
            equal &= ~counters[bit];
        }
    }
    return std::popcount((above | equal) & newest_slots(rule.window)) >= rule.sustain;
}

int count_devices(std::span<const OriginActivity> origins, const CountRule& rule) {
    if (rule.counting == Counting::first_come) {
        return count_those_who_came(origins, rule);
    }
    if (rule.counting != Counting::overlap) {
        return count_distinct(origins, rule);
    }
    if (origins.size() < 2) {
        return origins.empty() || (origins[0].word & newest_slots(rule.window)) == 0 ? 0 : 1;
    }
    Places places;   // NOLINT(*-member-init): filled by find_places
    Relation apart;  // NOLINT(*-member-init): filled by count_together, if at all
    find_places(origins, places);
    return count_together(places, rule, apart);
}

}  // namespace fairgate::tracker
