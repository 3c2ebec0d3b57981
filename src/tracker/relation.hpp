#pragma once

#include "tracker/count.hpp"
#include "tracker/places.hpp"

#include <array>

// Which places of an account are different devices, and how many of these were active at once.

namespace fairgate::tracker {

/// For each place the set of those that are another device than it, as bits.
using Relation = std::array<Word, Places::most>;

/// Looks at every pair of places that were present in one slot of `within`; allocates nothing.
void relate(const Places& places, Word within, Relation& apart);

/// The most devices that were present together in at least rule.sustain slots of the window.
/// Fills `apart` when the answer is more than one.
int count_together(const Places& places, const CountRule& rule, Relation& apart);

/// Which places these `devices` were, in the newest slot that had so many of them; as bits.
Word who_was_together(
    const Places& places, const CountRule& rule, const Relation& apart, int devices
);

/// The newest `slots` slots.
inline Word newest_slots(int slots) {
    return slots >= word_slots ? ~Word{0} : (Word{1} << static_cast<unsigned>(slots)) - 1;
}

}  // namespace fairgate::tracker
