#include "tracker/apart.hpp"

#include "tracker/count.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <numbers>

namespace fairgate::tracker {

namespace {

// Logarithms in 32nds, as whole numbers, so that every machine comes to the same result.
constexpr double unit = 32;

/// The logarithm by its series, since std::log is none at compile time; x > 0.
constexpr double natural_log(double x) {
    double whole = 0;
    while (x > 1.5) {
        whole += std::numbers::ln2;
        x /= 2;
    }
    while (x < 0.75) {
        whole -= std::numbers::ln2;
        x *= 2;
    }
    const double y = (x - 1) / (x + 1);
    double term = y;
    double sum = 0;
    for (int i = 1; i < 40; i += 2) {
        sum += term / i;
        term *= y * y;
    }
    return whole + 2 * sum;
}

constexpr int scaled_log(double x) {
    const double value = unit * natural_log(x);
    return static_cast<int>(value < 0 ? value - 0.5 : value + 0.5);
}

// The one device that is never at rest. The figures are chosen on generated traffic, see
// docs/counting.md.
constexpr double moves_in_a_slot = 0.07;   ///< as if it stayed two minutes and a half
constexpr double returns_quickly = 0.12;   ///< to where it was half a minute ago
constexpr double old_radio_lingers = 0.4;  ///< that a slot after a move shows both places
constexpr int lingers_slots = 3;
constexpr int quick_slots = 2;

/// Silences up to this long are part of how busy a place is; longer ones are absence.
constexpr int pause_slots = 6;

constexpr int most_per_slot = scaled_log(6);  ///< no single slot may decide
/// Evidence from which on two places are two devices: so much against the restless phone. Where
/// most slots show nothing its moves are seldom seen, and so are those that look like two devices.
constexpr int proof_when_busy = scaled_log(260);
constexpr int proof = scaled_log(20);

/// What an active slot shows, as bits: the first place, the second.
using Seen = unsigned;
constexpr Seen first_alone = 1;
constexpr Seen second_alone = 2;
constexpr Seen both = 3;

/// What the restless phone does in an active slot; how likely each is stands in `likely`.
enum Act : std::uint8_t {
    stays,    ///< is where it was in the last active slot
    moves,    ///< is at the other place
    remains,  ///< is where it was, though it left the other place just now
    returns,  ///< is at the other place again, which it left just now
    appears,  ///< is at one place, after a slot that could have been either
    lingers,  ///< shows both, having moved just now
    crosses,  ///< shows both, because it moves
};

struct Step {
    Act act = stays;
    Seen at = first_alone;  ///< where it is then; both: nobody can tell
    bool moved = false;
};

/// `left`: the places active in one of the last quick_slots slots.
constexpr Step step_of(Seen at, Seen seen, Seen left, bool moved_just_now) {
    if (seen == both) {
        return moved_just_now ? Step{lingers, at, false}
                              : Step{crosses, at == both ? both : at ^ both, true};
    }
    if (at == both) {
        return {appears, seen, false};
    }
    if (seen == at) {
        return {(left & (at ^ both)) != 0 ? remains : stays, at, false};
    }
    return {(left & seen) != 0 ? returns : moves, seen, true};
}

constexpr std::size_t number_of(Seen at, Seen seen, Seen left, bool moved_just_now) {
    return at << 5U | seen << 3U | left << 1U | (moved_just_now ? 1U : 0U);
}

/// All of its steps, looked up for every slot of every pair of places.
constexpr std::array<Step, 128> steps = [] {
    std::array<Step, 128> all{};
    for (unsigned i = 0; i < all.size(); ++i) {
        all[i] = step_of(i >> 5U, i >> 3U & 3U, i >> 1U & 3U, (i & 1U) != 0);
    }
    return all;
}();

/// The logarithm for each act and each number of slots since the last active one.
constexpr auto likely = [] {
    std::array<std::array<std::int16_t, word_slots + 1>, crosses + 1> logs{};
    double even = 1;  // how much more likely the same place still is than the other
    for (std::size_t slots = 0; slots <= word_slots; ++slots) {
        const auto set = [&](Act act, double x) {
            logs[act][slots] = static_cast<std::int16_t>(scaled_log(x));
        };
        set(stays, (1 + even) / 2);
        set(moves, slots == 0 ? 1e-9 : (1 - even) / 2);
        set(remains, 1 - returns_quickly);
        set(returns, returns_quickly);
        set(appears, 0.5);
        set(lingers, old_radio_lingers);
        set(crosses, moves_in_a_slot);
        even *= 1 - 2 * moves_in_a_slot;
    }
    return logs;
}();

constexpr std::array<int, 128> make_logs() {
    std::array<int, 128> logs{};
    for (std::size_t i = 1; i < logs.size(); ++i) {
        logs[i] = scaled_log(static_cast<double>(i));
    }
    return logs;
}
constexpr std::array<int, 128> logs = make_logs();

int log_of(unsigned n) {
    const int shift = std::max(0, static_cast<int>(std::bit_width(n)) - 7);
    return logs[n >> static_cast<unsigned>(shift)] +
           logs[std::size_t{1} << static_cast<unsigned>(shift)];
}

/// How likely an active slot shows each of Seen if two devices are as busy as these places.
std::array<int, 4> likely_of_two(Word first, Word second) {
    const auto active = [](Word word) { return static_cast<unsigned>(std::popcount(word)) + 1; };
    const auto slots = [](Word word) {
        return static_cast<unsigned>(std::popcount(bridged(word, pause_slots))) + 2;
    };
    const unsigned on_1 = active(first);
    const unsigned on_2 = active(second);
    const unsigned off_1 = slots(first) - on_1;
    const unsigned off_2 = slots(second) - on_2;
    const int any = log_of((on_1 + off_1) * (on_2 + off_2) - off_1 * off_2);
    std::array<int, 4> shown{};
    shown[first_alone] = log_of(on_1) + log_of(off_2) - any;
    shown[second_alone] = log_of(off_1) + log_of(on_2) - any;
    shown[both] = log_of(on_1) + log_of(on_2) - any;
    return shown;
}

/// Bit `slot` of each.
Seen bits_at(Word first, Word second, int slot) {
    const auto shift = static_cast<unsigned>(slot);
    return static_cast<Seen>(first >> shift & 1U) | static_cast<Seen>(second >> shift & 1U) << 1U;
}

/// Follows the restless phone from the oldest slot to the newest; whether the evidence against it
/// came to `needed`. Without a branch on what a slot shows, since nobody can foresee it.
bool is_disproved(Word first, Word second, const std::array<int, 4>& two, int needed) {
    static_assert(quick_slots == 2);
    const Word left_first = first >> 1U | first >> 2U;
    const Word left_second = second >> 1U | second >> 2U;
    Word rest = first | second;
    int previous = static_cast<int>(std::bit_width(rest)) - 1;
    int moved = 2 * word_slots;  // before all of them
    int evidence = 0;
    Seen at = bits_at(first, second, previous);
    for (rest &= ~(Word{1} << static_cast<unsigned>(previous)); rest != 0 && evidence < needed;) {
        const int slot = static_cast<int>(std::bit_width(rest)) - 1;
        rest &= ~(Word{1} << static_cast<unsigned>(slot));
        const Seen seen = bits_at(first, second, slot);
        const Seen left = bits_at(left_first, left_second, slot);
        const Step step = steps[number_of(at, seen, left, moved - slot <= lingers_slots)];
        const int gain = two[seen] - likely[step.act][static_cast<std::size_t>(previous - slot)];
        evidence = std::max(0, evidence + std::min(gain, most_per_slot));
        at = step.at;
        moved = step.moved ? slot : moved;
        previous = slot;
    }
    return evidence >= needed;
}

}  // namespace

bool are_apart(Word first, Word second) {
    if (first == 0 || second == 0) {
        return false;
    }
    // Only where each place lies between activities of the other.
    const int oldest =
        static_cast<int>(std::min(std::bit_width(first), std::bit_width(second))) - 1;
    const int newest = std::max(std::countr_zero(first), std::countr_zero(second));
    if (oldest < newest) {
        return false;
    }
    const Word region = (~Word{0} >> static_cast<unsigned>(word_slots - 1 - oldest)) &
                        (~Word{0} << static_cast<unsigned>(newest));
    std::array<int, 4> two = likely_of_two(first, second);
    first &= region;
    second &= region;
    // How likely a slot is active at all: a move inside one is seen only if there was activity on
    // both sides of it.
    const int slots = oldest - newest + 1;
    const int busy = logs[static_cast<std::size_t>(std::popcount(first | second))] -
                     logs[static_cast<std::size_t>(slots)];
    two[both] -= busy;
    return is_disproved(first, second, two, std::max(proof, proof_when_busy + 3 * busy));
}

}  // namespace fairgate::tracker
