#include "tracker/count.hpp"
#include "tracker/first_come.hpp"
#include "tracker/places.hpp"
#include "tracker/relation.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>

// What the count was made of, for people: slower than the count itself, and asked for only when
// there is something to explain.

namespace fairgate::tracker {

namespace {

struct Group {
    CountedDevice device;
    std::uint32_t provider = 0;
    Word word = 0;
    Word places = 0;
    bool counted = false;
};

/// The device a place belongs to that is none of its own: one it is not apart from, of its own
/// provider if possible.
Group* find_group(
    std::vector<Group>& groups, const Relation& apart, std::uint32_t provider, std::size_t place
) {
    Group* found = nullptr;
    for (Group& group : groups) {
        if ((apart[place] & group.places) != 0) {
            continue;
        }
        if (group.provider == provider) {
            return &group;
        }
        found = found == nullptr ? &group : found;
    }
    return found;
}

std::vector<Group> group_places(const Places& places, const CountRule& rule) {
    Relation apart{};
    const int devices = count_together(places, rule, apart);
    const Word window = newest_slots(rule.window);
    Word counted = devices > 1 ? who_was_together(places, rule, apart, devices) : 0;
    std::vector<Group> groups;
    for (; counted != 0; counted &= counted - 1) {
        const auto at = static_cast<std::size_t>(std::countr_zero(counted));
        const Place& place = places.items[at];
        groups.push_back({{{}, Asn{place.asn}, 0, 0}, place.provider, 0, Word{1} << at, true});
    }
    for (std::size_t i = 0; i < places.count; ++i) {
        const Word bit = Word{1} << i;
        const bool is_done = std::ranges::any_of(groups, [bit](const Group& group) {
            return (group.places & bit) != 0;
        });
        if (is_done || (places.items[i].word & window) == 0) {
            continue;
        }
        const Place& place = places.items[i];
        if (Group* group = find_group(groups, apart, place.provider, i)) {
            group->places |= bit;
        } else {
            groups.push_back({{{}, Asn{place.asn}, 0, 0}, place.provider, 0, bit, false});
        }
    }
    return groups;
}

void fill_in(
    std::vector<Group>& groups, std::span<const OriginActivity> origins, const Places& places
) {
    for (std::size_t i = 0; i < std::min(origins.size(), places.of.size()); ++i) {
        const std::uint8_t place = places.of[i];
        for (Group& group : groups) {
            if (place != Places::none && (group.places >> place & 1U) != 0) {
                group.device.origins.push_back(origins[i].key);
                group.word |= origins[i].word;
            }
        }
    }
}

std::vector<CountedDevice> each_origin(
    std::span<const OriginActivity> origins, const CountRule& rule
) {
    std::vector<CountedDevice> devices;
    for (const OriginActivity& origin : origins) {
        if ((origin.word & newest_slots(rule.interval)) != 0) {
            const int slots = std::popcount(origin.word & newest_slots(rule.window));
            devices.push_back({{origin.key}, origin.asn, slots, 0});
        }
    }
    return devices;
}

bool longer_active(const CountedDevice& a, const CountedDevice& b) {
    return a.active_slots != b.active_slots ? a.active_slots > b.active_slots
                                            : a.origins < b.origins;
}

/// Origins of the network that the account used within the window.
int origins_in(std::span<const OriginActivity> origins, const Place& place, Word window) {
    return static_cast<int>(std::ranges::count_if(origins, [&](const OriginActivity& origin) {
        return origin.asn.value == place.asn && origin.key.family == place.family &&
               (origin.word & window) != 0;
    }));
}

bool has_doubtful_pool(const Places& places, Word window) {
    return std::any_of(
        places.items.begin(),
        places.items.begin() + static_cast<std::ptrdiff_t>(places.count),
        [window](const Place& place) { return place.doubtful && (place.word & window) != 0; }
    );
}

/// Whether two of those counted are in one network about which nothing is known, and which shows
/// so many origins that it could be a pool unlike those we know.
bool may_be_unknown_pool(
    std::span<const OriginActivity> origins, const Places& places, Word together, Word window
) {
    for (Word left = together; left != 0; left &= left - 1) {
        const Place& place = places.items[static_cast<std::size_t>(std::countr_zero(left))];
        int beside = 0;
        for (Word others = together; others != 0; others &= others - 1) {
            const Place& other = places.items[static_cast<std::size_t>(std::countr_zero(others))];
            beside += other.asn == place.asn && other.family == place.family ? 1 : 0;
        }
        if (place.unjudged && beside >= 2 && origins_in(origins, place, window) >= many_origins) {
            return true;
        }
    }
    return false;
}

/// Whether two of those counted could be IPv4 and IPv6 of one line, for all that is known.
bool may_be_one_line(const Places& places, Word together) {
    for (Word left = together; left != 0; left &= left - 1) {
        const Place& v6 = places.items[static_cast<std::size_t>(std::countr_zero(left))];
        if (v6.partner != Ipv4Partner::assumed) {
            continue;
        }
        for (Word others = together; others != 0; others &= others - 1) {
            if (places.items[static_cast<std::size_t>(std::countr_zero(others))].family ==
                Family::v4) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace

std::vector<CountedDevice> group_devices(
    std::span<const OriginActivity> origins, const CountRule& rule
) {
    if (rule.counting == Counting::first_come) {
        return in_order_of_coming(origins, rule);
    }
    if (rule.counting == Counting::distinct) {
        std::vector<CountedDevice> devices = each_origin(origins, rule);
        std::ranges::sort(devices, longer_active);
        return devices;
    }
    Places places;  // NOLINT(*-member-init): filled by find_places
    find_places(origins, places);
    std::vector<Group> groups = group_places(places, rule);
    fill_in(groups, origins, places);
    for (Group& group : groups) {
        group.device.active_slots = std::popcount(group.word & newest_slots(rule.window));
    }
    std::ranges::sort(groups, [](const Group& a, const Group& b) {
        return a.counted != b.counted ? a.counted : longer_active(a.device, b.device);
    });
    std::vector<CountedDevice> devices;
    devices.reserve(groups.size());
    for (Group& group : groups) {
        devices.push_back(std::move(group.device));
    }
    return devices;
}

DeviceCount count_with_confidence(std::span<const OriginActivity> origins, const CountRule& rule) {
    DeviceCount count;
    if (rule.counting != Counting::overlap) {
        count.devices = count_devices(origins, rule);
        return count;
    }
    Places places;  // NOLINT(*-member-init): filled by find_places
    find_places(origins, places);
    Relation apart{};
    count.devices = count_together(places, rule, apart);
    const Word window = newest_slots(rule.window);
    if (has_doubtful_pool(places, window)) {
        count.confidence = Confidence::medium;
        count.reasons.emplace_back(
            "several addresses in one network that has not been judged yet count as one"
        );
    }
    if (count.devices <= 1) {
        return count;
    }
    const Word together = who_was_together(places, rule, apart, count.devices);
    if (may_be_one_line(places, together)) {
        count.confidence = Confidence::low;
        count.reasons.emplace_back(
            "IPv4 of one network and IPv6 of another, whose customers are too few to tell "
            "whether both are of one provider"
        );
    }
    if (may_be_unknown_pool(origins, places, together, window)) {
        count.confidence = Confidence::low;
        count.reasons.emplace_back(
            "three or more addresses in one network that has not been judged yet: it may hand "
            "out a new one for each connection"
        );
    }
    return count;
}

}  // namespace fairgate::tracker
