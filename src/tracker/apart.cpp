#include "tracker/apart.hpp"

#include "tracker/count.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace fairgate::tracker {

namespace {

// Logarithms in 32nds, as whole numbers, so that every machine comes to the same result.
constexpr double unit = 32;

/// The logarithm by its series, since std::log is none at compile time; x > 0.
constexpr double natural_log(double x) {
    constexpr double ln_2 = 0.693147180559945309;
    double whole = 0;
    for (; x > 1.5; x /= 2) {
        whole += ln_2;
    }
    for (; x < 0.75; x *= 2) {
        whole -= ln_2;
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

struct Moves {
    std::array<int, word_slots + 1> moved{};   ///< to be at the other place after so many slots
    std::array<int, word_slots + 1> stayed{};  ///< to be at the same one

    constexpr Moves() {
        double even = 1;  // how much more likely the same place still is than the other
        for (std::size_t slots = 0; slots < moved.size(); ++slots) {
            moved[slots] = slots == 0 ? scaled_log(1e-9) : scaled_log((1 - even) / 2);
            stayed[slots] = scaled_log((1 + even) / 2);
            even *= 1 - 2 * moves_in_a_slot;
        }
    }
};
constexpr Moves moves;

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

enum Seen : std::uint8_t { first_alone, second_alone, both };

/// How likely an active slot shows each of Seen if two devices are as busy as these places.
std::array<int, 3> likely_of_two(Word first, Word second) {
    const auto active = [](Word word) { return static_cast<unsigned>(std::popcount(word)) + 1; };
    const auto slots = [](Word word) {
        return static_cast<unsigned>(std::popcount(bridged(word, pause_slots))) + 2;
    };
    const unsigned on_1 = active(first);
    const unsigned on_2 = active(second);
    const unsigned off_1 = slots(first) - on_1;
    const unsigned off_2 = slots(second) - on_2;
    const int any = log_of((on_1 + off_1) * (on_2 + off_2) - off_1 * off_2);
    return {
        log_of(on_1) + log_of(off_2) - any,
        log_of(off_1) + log_of(on_2) - any,
        log_of(on_1) + log_of(on_2) - any
    };
}

/// The restless phone, followed from the oldest slot to the newest.
class OneDevice {
public:
    /// Starts with what its oldest slot shows. `busy`: how likely a slot is active at all; a move
    /// inside a slot is seen only if there was activity on both sides of it.
    OneDevice(int busy, Seen seen, int slot) : busy_(busy), at_(seen) { note(seen, slot); }

    /// How likely it is to show `seen` in `slot`.
    int likely(Seen seen, int slot) {
        const int likely = seen == both ? show_both(slot) : show_one(seen, slot);
        note(seen, slot);
        return likely;
    }

private:
    static constexpr int before_all = 2 * word_slots;

    int show_both(int slot) {
        if (moved_ - slot <= lingers_slots) {
            constexpr int lingers = scaled_log(old_radio_lingers);
            return lingers + busy_;
        }
        move(slot);
        return moves.moved[1] + busy_;
    }

    int show_one(Seen seen, int slot) {
        constexpr int quickly = scaled_log(returns_quickly);
        constexpr int not_quickly = scaled_log(1 - returns_quickly);
        const auto passed = static_cast<std::size_t>(previous_ - slot);
        if (at_ == both) {
            constexpr int either = scaled_log(0.5);
            at_ = seen;
            return either;
        }
        const bool left_just_now = last_[other()] - slot <= quick_slots;
        if (seen == at_) {
            return left_just_now ? not_quickly : moves.stayed[passed];
        }
        move(slot);
        return left_just_now ? quickly : moves.moved[passed];
    }

    void note(Seen seen, int slot) {
        if (seen != second_alone) {
            last_[0] = slot;
        }
        if (seen != first_alone) {
            last_[1] = slot;
        }
        previous_ = slot;
    }

    Seen other() const {
        return at_ == both ? both : at_ == first_alone ? second_alone : first_alone;
    }

    void move(int slot) {
        at_ = other();
        moved_ = slot;
    }

    int busy_;
    Seen at_;  ///< both: nobody can tell
    int previous_ = before_all;
    int moved_ = before_all;
    std::array<int, 2> last_{before_all, before_all};
};

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
    Word left = (first | second) & region;
    const std::array<int, 3> two = likely_of_two(first, second);
    const auto seen_in = [first, second](int slot) {
        const bool in_first = (first >> static_cast<unsigned>(slot) & 1U) != 0;
        const bool in_second = (second >> static_cast<unsigned>(slot) & 1U) != 0;
        return in_first && in_second ? both : in_first ? first_alone : second_alone;
    };
    const int busy = logs[static_cast<std::size_t>(std::popcount(left))] -
                     logs[static_cast<std::size_t>(oldest - newest + 1)];
    OneDevice one(busy, seen_in(oldest), oldest);
    const int needed = std::max(proof, proof_when_busy + 3 * busy);
    int evidence = 0;
    for (left &= ~(Word{1} << static_cast<unsigned>(oldest)); left != 0 && evidence < needed;) {
        const int slot = static_cast<int>(std::bit_width(left)) - 1;
        left &= ~(Word{1} << static_cast<unsigned>(slot));
        const Seen seen = seen_in(slot);
        const int gain = two[seen] - one.likely(seen, slot);
        evidence = std::max(0, evidence + std::min(gain, most_per_slot));
    }
    return evidence >= needed;
}

}  // namespace fairgate::tracker
