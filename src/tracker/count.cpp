#include "tracker/count.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace fairgate::tracker {

namespace {

constexpr std::size_t most_lanes = 64;

/// Something that counts as at most one device: an origin, or a pool of them.
struct Lane {
    Word word = 0;
    std::uint32_t network = 0;
    Family family = Family::v4;
    bool pool = false;
};

struct Lanes {
    std::array<Lane, most_lanes> items;
    std::size_t count = 0;
    bool doubtful = false;  ///< many origins in a network nobody has judged yet

    void add(const Lane& lane) {
        if (count < items.size()) {
            items[count++] = lane;
        }
    }
};

Word window_mask(int slots) {
    return slots >= word_slots ? ~Word{0} : (Word{1} << static_cast<unsigned>(slots)) - 1;
}

/// A host change in a third of its visits: addresses are handed out per connection.
bool rotates(const OriginActivity& origin) {
    return origin.key.family == Family::v4 && origin.changes > 0 &&
           origin.changes * 3 >= origin.visits;
}

/// Seen often enough at one host to be a home, not a pool's address by chance.
bool settled(const OriginActivity& origin) {
    return origin.visits >= 4 && origin.changes * 6 <= origin.visits;
}

/// A pool's origins show few visits each; from three of them on, in one network, they are taken
/// for a pool unless the network is known to hand out lasting addresses.
constexpr int many_origins = 3;

struct NetworkView {
    int rotating = 0;
    int unsettled = 0;
    bool habit_rotating = false;
    bool habit_stable = false;
};

NetworkView look_at(std::span<const OriginActivity> origins, Asn asn, Family family) {
    NetworkView view;
    for (const OriginActivity& origin : origins) {
        if (origin.asn != asn || origin.key.family != family) {
            continue;
        }
        view.rotating += rotates(origin) ? 1 : 0;
        view.unsettled += settled(origin) ? 0 : 1;
        view.habit_rotating |= origin.habit == NetworkHabit::rotating;
        view.habit_stable |= origin.habit == NetworkHabit::stable;
    }
    return view;
}

bool in_pool(const OriginActivity& origin, const NetworkView& network) {
    if (network.habit_rotating) {
        return true;
    }
    if (settled(origin)) {
        return false;
    }
    const bool many = network.unsettled >= many_origins;
    return many && (network.rotating > 0 || !network.habit_stable);
}

/// The longest silence that still is this origin's ordinary one: half as long again as its mean
/// gap, but never more than a minute, since a phone that left may be back after that.
Word bridged_by_habit(Word word) {
    if (word == 0) {
        return 0;
    }
    const int span = static_cast<int>(std::bit_width(word)) - std::countr_zero(word);
    const int active = std::popcount(word);
    const int gap = (3 * span / active + 1) / 2;
    return bridged(word, std::clamp(gap, 1, 6));
}

Lanes make_lanes(std::span<const OriginActivity> origins) {
    Lanes lanes;
    for (const OriginActivity& origin : origins) {
        const NetworkView network = look_at(origins, origin.asn, origin.key.family);
        if (!in_pool(origin, network)) {
            lanes.add({bridged_by_habit(origin.word), origin.asn.value, origin.key.family, false});
            continue;
        }
        lanes.doubtful |= !network.habit_rotating && network.rotating == 0;
        Lane* pool = nullptr;
        for (std::size_t i = 0; i < lanes.count; ++i) {
            Lane& lane = lanes.items[i];
            if (lane.pool && lane.network == origin.asn.value && lane.family == origin.key.family) {
                pool = &lane;
            }
        }
        if (pool == nullptr) {
            lanes.add({origin.word, origin.asn.value, origin.key.family, true});
        } else {
            pool->word |= origin.word;
        }
    }
    return lanes;
}

/// Devices in one slot: in each network the larger of its IPv4 and IPv6 lanes, since one phone
/// often has both.
int devices_in_slot(const Lanes& lanes, unsigned slot) {
    int devices = 0;
    Word done = 0;  // lanes whose network has been counted
    for (std::size_t i = 0; i < lanes.count; ++i) {
        if ((done >> i & 1U) != 0 || (lanes.items[i].word >> slot & 1U) == 0) {
            continue;
        }
        std::array<int, 2> by_family{};
        for (std::size_t j = i; j < lanes.count; ++j) {
            const Lane& lane = lanes.items[j];
            if (lane.network == lanes.items[i].network && (lane.word >> slot & 1U) != 0) {
                ++by_family[static_cast<std::size_t>(lane.family)];
                done |= Word{1} << j;
            }
        }
        devices += std::max(by_family[0], by_family[1]);
    }
    return devices;
}

int count_sustained(const Lanes& lanes, const CountRule& rule) {
    const Word mask = window_mask(rule.window);
    Word any = 0;
    Word two = 0;
    for (std::size_t i = 0; i < lanes.count; ++i) {
        const Word word = lanes.items[i].word & mask;
        two |= any & word;
        any |= word;
    }
    if (any == 0) {
        return 0;
    }
    if (std::popcount(two) < rule.sustain) {
        return 1;  // at no time long enough were two origins active
    }
    std::array<int, most_lanes + 1> slots_with{};
    for (Word left = two; left != 0; left &= left - 1) {
        const auto slot = static_cast<unsigned>(std::countr_zero(left));
        ++slots_with[static_cast<std::size_t>(devices_in_slot(lanes, slot))];
    }
    int slots = 0;
    for (std::size_t devices = most_lanes; devices > 1; --devices) {
        slots += slots_with[devices];
        if (slots >= rule.sustain) {
            return static_cast<int>(devices);
        }
    }
    return 1;
}

int count_distinct(std::span<const OriginActivity> origins, const CountRule& rule) {
    const Word mask = window_mask(rule.interval);
    return static_cast<int>(std::ranges::count_if(origins, [mask](const OriginActivity& origin) {
        return (origin.word & mask) != 0;
    }));
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
    return closed;
}

bool may_reach(std::span<const Word> words, int devices, const CountRule& rule) {
    if (rule.counting != Counting::overlap) {
        return true;
    }
    // Counters of five bits for all slots at once; beyond 31 origins they stay full.
    std::array<Word, 5> counters{};
    for (const Word word : words) {
        Word carry = bridged_by_habit(word);
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
    return std::popcount((above | equal) & window_mask(rule.window)) >= rule.sustain;
}

int count_devices(std::span<const OriginActivity> origins, const CountRule& rule) {
    if (rule.counting != Counting::overlap) {
        return count_distinct(origins, rule);
    }
    if (origins.size() < 2) {
        return origins.empty() || (origins[0].word & window_mask(rule.window)) == 0 ? 0 : 1;
    }
    return count_sustained(make_lanes(origins), rule);
}

DeviceCount count_with_confidence(std::span<const OriginActivity> origins, const CountRule& rule) {
    DeviceCount count;
    count.devices = count_devices(origins, rule);
    if (rule.counting == Counting::overlap && make_lanes(origins).doubtful) {
        count.confidence = Confidence::medium;
        count.reasons.emplace_back(
            "three or more addresses in one network that has not been judged yet count as one"
        );
    }
    return count;
}

std::vector<CountedDevice> group_devices(
    std::span<const OriginActivity> origins, const CountRule& rule
) {
    struct Group {
        CountedDevice device;
        Word word = 0;
        bool pool = false;
        Family family = Family::v4;
        bool paired = false;
    };
    std::vector<Group> groups;
    for (const OriginActivity& origin : origins) {
        const bool pool = rule.counting == Counting::overlap &&
                          in_pool(origin, look_at(origins, origin.asn, origin.key.family));
        auto found = std::ranges::find_if(groups, [&](const Group& group) {
            const bool same_network = group.device.asn == origin.asn;
            if (rule.counting != Counting::overlap || !same_network) {
                return false;
            }
            // A pool takes all of its kind; otherwise each IPv6 origin goes with one IPv4 origin.
            return group.family == origin.key.family ? pool && group.pool : !group.paired;
        });
        if (found == groups.end()) {
            groups.push_back(
                {{{origin.key}, origin.asn, 0}, origin.word, pool, origin.key.family, false}
            );
        } else {
            found->paired = found->paired || found->family != origin.key.family;
            found->device.origins.push_back(origin.key);
            found->word |= origin.word;
        }
    }
    std::vector<CountedDevice> devices;
    for (Group& group : groups) {
        group.device.active_slots = std::popcount(group.word & window_mask(rule.window));
        if (group.device.active_slots > 0) {
            devices.push_back(std::move(group.device));
        }
    }
    std::ranges::sort(devices, [](const CountedDevice& a, const CountedDevice& b) {
        return a.active_slots != b.active_slots ? a.active_slots > b.active_slots
                                                : a.origins < b.origins;
    });
    return devices;
}

}  // namespace fairgate::tracker
