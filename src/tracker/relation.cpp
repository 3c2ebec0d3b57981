#include "tracker/relation.hpp"

#include "tracker/apart.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace fairgate::tracker {

namespace {

void set_apart(Relation& apart, std::size_t i, std::size_t j) {
    apart[i] |= Word{1} << j;
    apart[j] |= Word{1} << i;
}

bool is_unknown(const Place& place) { return place.provider == 0; }

/// One phone often has IPv4 and IPv6 of one provider, and who knows which networks are one's.
bool may_be_dual_stack(const Place& a, const Place& b) {
    const Place& v6 = a.family == Family::v6 ? a : b;
    return a.family != b.family && (a.provider == b.provider || is_unknown(a) || is_unknown(b) ||
                                    v6.partner == Ipv4Partner::any);
}

bool present_together(const Place& a, const Place& b, Word within) {
    return (a.present & b.present & within) != 0;
}

bool may_be_one_pool(const Place& a, const Place& b) {
    return are_neighbours(a, b) &&
           (a.visits < visits_of_neighbours || b.visits < visits_of_neighbours);
}

/// Places of one provider and family. Tells which of them are not alone in it.
Word relate_inside_networks(const Places& places, Word within, Relation& apart) {
    Word divided = 0;
    for (std::size_t i = 0; i < places.count; ++i) {
        const Place& a = places.items[i];
        for (std::size_t j = i + 1; j < places.count; ++j) {
            const Place& b = places.items[j];
            if (a.provider == b.provider && a.family == b.family &&
                present_together(a, b, within) && !may_be_one_pool(a, b) &&
                are_apart(a.word, b.word)) {
                set_apart(apart, i, j);
                divided |= Word{1} << i | Word{1} << j;
            }
        }
    }
    return divided;
}

/// When anything of the place's network was active, unless several devices are in it: a network
/// that holds one device is one place, however its addresses change.
Word word_of_network(const Places& places, std::size_t which, Word divided) {
    const Place& place = places.items[which];
    if (is_unknown(place) || (divided >> which & 1U) != 0) {
        return place.word;
    }
    Word word = 0;
    for (std::size_t i = 0; i < places.count; ++i) {
        word |= places.items[i].provider == place.provider ? places.items[i].word : 0;
    }
    return word;
}

void relate_networks(const Places& places, Word within, Word divided, Relation& apart) {
    std::array<Word, Places::most> words;  // NOLINT(*-member-init): filled below
    for (std::size_t i = 0; i < places.count; ++i) {
        words[i] = word_of_network(places, i, divided);
    }
    for (std::size_t i = 0; i < places.count; ++i) {
        const Place& a = places.items[i];
        for (std::size_t j = i + 1; j < places.count; ++j) {
            const Place& b = places.items[j];
            if (a.provider != b.provider && present_together(a, b, within) &&
                !may_be_dual_stack(a, b) && are_apart(words[i], words[j])) {
                set_apart(apart, i, j);
            }
        }
    }
}

Word present_in(const Places& places, unsigned slot) {
    Word present = 0;
    for (std::size_t i = 0; i < places.count; ++i) {
        present |= (places.items[i].present >> slot & 1U) << i;
    }
    return present;
}

/// The largest set of places in `present` that are apart from each other, a device each. Found by
/// adding to every place in turn whatever fits; may find fewer than there are, never more.
Word largest_apart(const Relation& apart, Word present) {
    Word largest = present & (~present + 1);
    for (Word starts = present; starts != 0; starts &= starts - 1) {
        const auto start = static_cast<std::size_t>(std::countr_zero(starts));
        Word found = Word{1} << start;
        for (Word left = apart[start] & present; left != 0;) {
            const auto next = static_cast<std::size_t>(std::countr_zero(left));
            found |= Word{1} << next;
            left &= apart[next];
        }
        if (std::popcount(found) > std::popcount(largest)) {
            largest = found;
        }
    }
    return largest;
}

using SlotsWith = std::array<int, Places::most + 1>;  ///< by number of devices

void count_by_slot(
    const Places& places, const Relation& apart, Word within, SlotsWith& slots_with
) {
    for (Word left = within; left != 0; left &= left - 1) {
        const Word present = present_in(places, static_cast<unsigned>(std::countr_zero(left)));
        ++slots_with[static_cast<std::size_t>(std::popcount(largest_apart(apart, present)))];
    }
}

/// With so few places there are fewer sets of them than slots.
constexpr std::size_t few_places = 4;

/// The same for all slots of one set of places at once.
void count_by_set(const Places& places, const Relation& apart, Word within, SlotsWith& slots_with) {
    for (Word set = 3; set < Word{1} << places.count; ++set) {
        Word slots = within;
        for (std::size_t i = 0; i < places.count; ++i) {
            const Word present = places.items[i].present;
            slots &= (set >> i & 1U) != 0 ? present : ~present;
        }
        if (slots != 0) {
            const int devices = std::popcount(largest_apart(apart, set));
            slots_with[static_cast<std::size_t>(devices)] += std::popcount(slots);
        }
    }
}

/// The slots of the window in which any place was present, and those in which two were.
struct Presences {
    Word any = 0;
    Word two = 0;
};

Presences look_at(const Places& places, const CountRule& rule) {
    Presences seen;
    for (std::size_t i = 0; i < places.count; ++i) {
        const Word word = places.items[i].present & newest_slots(rule.window);
        seen.two |= seen.any & word;
        seen.any |= word;
    }
    return seen;
}

}  // namespace

void relate(const Places& places, Word within, Relation& apart) {
    std::fill_n(apart.begin(), places.count, Word{0});
    const Word divided = relate_inside_networks(places, within, apart);
    relate_networks(places, within, divided, apart);
}

int count_together(const Places& places, const CountRule& rule, Relation& apart) {
    const auto [any, two] = look_at(places, rule);
    if (any == 0 || std::popcount(two) < rule.sustain) {
        return any == 0 ? 0 : 1;
    }
    relate(places, two, apart);
    if (places.count == 2) {
        return apart[0] != 0 ? 2 : 1;  // the ordinary case, at a glance
    }
    SlotsWith slots_with{};
    if (places.count <= few_places) {
        count_by_set(places, apart, two, slots_with);
    } else {
        count_by_slot(places, apart, two, slots_with);
    }
    int slots = 0;
    for (std::size_t most = places.count; most > 1; --most) {
        slots += slots_with[most];
        if (slots >= rule.sustain) {
            return static_cast<int>(most);
        }
    }
    return 1;
}

Word who_was_together(
    const Places& places, const CountRule& rule, const Relation& apart, int devices
) {
    for (Word left = look_at(places, rule).two; left != 0; left &= left - 1) {
        const Word present = present_in(places, static_cast<unsigned>(std::countr_zero(left)));
        const Word together = largest_apart(apart, present);
        if (std::popcount(together) >= devices) {
            return together;
        }
    }
    return 0;
}

}  // namespace fairgate::tracker
