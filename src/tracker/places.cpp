#include "tracker/places.hpp"

#include <algorithm>
#include <bit>

namespace fairgate::tracker {

namespace {

constexpr std::uint32_t pool_block = 4096;  // addresses: a /20, aligned or not

/// A host change in a third of its visits: addresses are handed out per connection.
bool rotates(const OriginActivity& origin) {
    return origin.key.family == Family::v4 && origin.changes > 0 &&
           origin.changes * 3 >= origin.visits;
}

/// Seen often enough at one host to be a home, not a pool's address by chance.
bool settled(const OriginActivity& origin) {
    return origin.visits >= 4 && origin.changes * 6 <= origin.visits;
}

bool same_network(const OriginActivity& a, const OriginActivity& b) {
    return a.asn == b.asn && a.key.family == b.key.family;
}

/// Which pool an origin belongs to, if any, while places are being found.
class PoolFinder {
public:
    explicit PoolFinder(std::span<const OriginActivity> origins)
        : origins_(origins), count_(std::min(origins.size(), in_pool_.size())) {
        std::fill_n(in_pool_.begin(), count_, std::uint8_t{0});
        find_blocks();
        find_by_network();
    }

    bool in_pool(std::size_t i) const { return in_pool_[i] != 0; }
    /// Pools of an unknown network are told apart by where they are.
    std::uint32_t part(std::size_t i) const { return in_pool_[i]; }

private:
    static constexpr std::uint8_t anywhere = 255;

    /// Origins side by side.
    void find_blocks() {
        std::array<std::uint8_t, 255> order;  // NOLINT(*-member-init): filled below
        std::size_t v4 = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            if (origins_[i].key.family == Family::v4) {
                order[v4++] = static_cast<std::uint8_t>(i);
            }
        }
        std::sort(
            order.begin(),
            order.begin() + static_cast<std::ptrdiff_t>(v4),
            [&](auto a, auto b) { return origins_[a].key.value < origins_[b].key.value; }
        );
        std::uint8_t block = 0;
        for (std::size_t from = 0, to = 0; from < v4; from = to) {
            const std::uint32_t first = origins_[order[from]].key.value;
            int rotating = 0;
            for (to = from; to < v4 && origins_[order[to]].key.value - first < pool_block; ++to) {
                rotating += rotates(origins_[order[to]]) ? 1 : 0;
            }
            const auto together = static_cast<int>(to - from);
            if (together < many_origins && (together < 2 || rotating == 0)) {
                continue;
            }
            block = static_cast<std::uint8_t>(std::min(block + 1, 250));
            for (std::size_t i = from; i < to; ++i) {
                in_pool_[order[i]] = block;
            }
        }
    }

    /// Origins anywhere in a network.
    void find_by_network() {
        for (std::size_t i = 0; i < count_; ++i) {
            if (in_pool_[i] == 0 && belongs_by_network(i)) {
                in_pool_[i] = anywhere;
            }
        }
    }

    bool belongs_by_network(std::size_t which) const {
        const OriginActivity& origin = origins_[which];
        if (origin.habit == NetworkHabit::rotating) {
            return true;
        }
        if (settled(origin)) {
            return false;
        }
        int unsettled = 0;
        int rotating = 0;
        bool has_block = false;
        for (std::size_t i = 0; i < count_; ++i) {
            if (same_network(origins_[i], origin)) {
                unsettled += settled(origins_[i]) ? 0 : 1;
                rotating += rotates(origins_[i]) ? 1 : 0;
                has_block |= in_pool_[i] != 0 && in_pool_[i] != anywhere;
            }
        }
        if (origin.asn.value != 0 && has_block) {
            return true;
        }
        return unsettled >= many_origins && (rotating > 0 || origin.habit != NetworkHabit::stable);
    }

    std::span<const OriginActivity> origins_;
    std::array<std::uint8_t, 255> in_pool_;  // NOLINT(*-member-init): filled first
    std::size_t count_;
};

}  // namespace

Word bridged_by_habit(Word word) {
    if (word == 0) {
        return 0;
    }
    const int span = static_cast<int>(std::bit_width(word)) - std::countr_zero(word);
    const int active = std::popcount(word);
    const int gap = (3 * span / active + 1) / 2;
    return bridged(word, std::clamp(gap, 1, longest_silence));
}

bool are_neighbours(const Place& first, const Place& second) {
    return first.family == Family::v4 && second.family == Family::v4 &&
           std::max(first.first, second.first) - std::min(first.first, second.first) < pool_block;
}

namespace {

Place place_of(const OriginActivity& origin, bool pool, std::uint32_t part) {
    return Place{
        .word = 0,
        .present = 0,
        .asn = origin.asn.value,
        .provider = origin.provider.value != 0 ? origin.provider.value : origin.asn.value,
        .visits = 0,
        .first = ~std::uint32_t{0},
        .part = part,
        .family = origin.key.family,
        .partner = origin.partner,
        .pool = pool,
        .doubtful = pool && origin.habit != NetworkHabit::rotating,
        .unjudged = origin.asn.value != 0 && origin.habit == NetworkHabit::unjudged
    };
}

/// The index of the origin's place, which is added unless it is a pool that is there already.
std::size_t place_for(Places& places, const Place& wanted) {
    const auto end = places.items.begin() + static_cast<std::ptrdiff_t>(places.count);
    const auto found = std::find_if(places.items.begin(), end, [&](const Place& place) {
        return wanted.pool && place.pool && place.asn == wanted.asn && place.part == wanted.part &&
               place.family == wanted.family;
    });
    const auto at = static_cast<std::size_t>(found - places.items.begin());
    if (found == end && at < Places::most) {
        places.items[places.count++] = wanted;
    }
    return at;
}

/// Of an account that shows IPv4 of the same network, its IPv6 needs no other partner.
void settle_partners(Places& places) {
    const std::span all(places.items.data(), places.count);
    for (Place& v6 : all) {
        const bool has_own =
            v6.partner != Ipv4Partner::own && std::ranges::any_of(all, [&v6](const Place& place) {
                return place.family == Family::v4 && place.provider == v6.provider;
            });
        v6.partner = has_own ? Ipv4Partner::own : v6.partner;
    }
}

}  // namespace

void find_places(std::span<const OriginActivity> origins, Places& places) {
    const PoolFinder pools(origins);
    places.count = 0;
    for (std::size_t i = 0; i < std::min(origins.size(), places.of.size()); ++i) {
        const OriginActivity& origin = origins[i];
        const bool pool = pools.in_pool(i);
        const std::uint32_t part = pool && origin.asn.value == 0 ? pools.part(i) : 0;
        const std::size_t at = place_for(places, place_of(origin, pool, part));
        if (at == Places::most) {
            places.of[i] = Places::none;
            continue;
        }
        places.of[i] = static_cast<std::uint8_t>(at);
        Place& place = places.items[at];
        place.word |= origin.word;
        place.visits += origin.visits;
        place.first = std::min(place.first, origin.key.value);
    }
    for (std::size_t i = 0; i < places.count; ++i) {
        places.items[i].present = bridged_by_habit(places.items[i].word);
    }
    settle_partners(places);
}

}  // namespace fairgate::tracker
