#pragma once

#include "tracker/slot.hpp"

// Two places of one account: two devices, or one that goes back and forth?
//
// One device is at one place at a time, so its activity comes in runs, and a change of place takes
// a while to be undone. Two devices know nothing of each other, so their activity mixes:
//
//     A  ####__###_#######________####     one phone, Wi-Fi and back
//     B  _________________########____
//
//     A  ##_###_#_####_##_####_#_#####     two people
//     B  #_##_###_##_#####_##_####_#_#
//
// Every active slot is weighed by how much more likely it is with two devices, each as busy as it
// usually is, than with one that moves about every two minutes, which is a phone at the very edge
// of coverage. A slot with both, or a return within half a minute, speaks for two; silence at a
// place that is never silent otherwise speaks for one. What speaks for two is added up, what
// speaks for one taken off, never below nothing (a CUSUM test); so a long quiet afternoon takes
// nothing from the proof of the two minutes after it.

namespace fairgate::tracker {

/// Whether two places are proven to be two devices, by the slots each was active in.
bool are_apart(Word first, Word second);

}  // namespace fairgate::tracker
