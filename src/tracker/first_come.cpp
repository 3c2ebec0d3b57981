#include "tracker/first_come.hpp"

#include "tracker/relation.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace fairgate::tracker {

namespace {

constexpr std::uint32_t pool_block = 4096;  // addresses: what carriers hand out by turns
constexpr int visits_of_a_home = 8;
/// More of one account at once than anybody has; the oldest are forgotten.
constexpr std::size_t most_comings = 255;

bool is_home(const OriginActivity& origin) {
    return origin.visits >= visits_of_a_home && origin.changes * 6 <= origin.visits;
}

/// Whether both may be addresses that a carrier gives to one phone.
bool may_be_one_pool(const OriginActivity& a, const OriginActivity& b) {
    if (a.key.family != b.key.family) {
        return false;
    }
    if (a.asn.value != 0 && a.asn == b.asn && a.habit == NetworkHabit::rotating) {
        return true;
    }
    const std::uint32_t low = std::min(a.key.value, b.key.value);
    const std::uint32_t high = std::max(a.key.value, b.key.value);
    return a.key.family == Family::v4 && high - low < pool_block && !(is_home(a) && is_home(b));
}

std::uint32_t provider_of(const OriginActivity& origin) {
    return origin.provider.value != 0 ? origin.provider.value : origin.asn.value;
}

/// One device while it is put together.
struct Coming {
    std::vector<const OriginActivity*> origins;

    bool has(Family family) const {
        return std::ranges::any_of(origins, [family](const OriginActivity* origin) {
            return origin->key.family == family;
        });
    }
    bool takes_as_pool(const OriginActivity& other) const {
        return std::ranges::any_of(origins, [&other](const OriginActivity* origin) {
            return may_be_one_pool(*origin, other);
        });
    }
    /// IPv4 and IPv6 of one phone, as far as can be told (relation.cpp says the same of places).
    bool takes_as_partner(const OriginActivity& other) const {
        const OriginActivity& first = *origins.front();
        const OriginActivity& v6 = first.key.family == Family::v6 ? first : other;
        const std::uint32_t a = provider_of(first);
        const std::uint32_t b = provider_of(other);
        return a == b || a == 0 || b == 0 || v6.partner != Ipv4Partner::own;
    }
};

/// The device that the origin belongs to; null: it is one of its own.
Coming* find_device(std::vector<Coming>& devices, const OriginActivity& origin) {
    for (Coming& device : devices) {
        if (device.takes_as_pool(origin)) {
            return &device;
        }
    }
    Coming* found = nullptr;
    for (Coming& device : devices) {
        if (device.has(origin.key.family) || !device.takes_as_partner(origin)) {
            continue;
        }
        if (provider_of(*device.origins.front()) == provider_of(origin)) {
            return &device;
        }
        found = found == nullptr ? &device : found;
    }
    return found;
}

/// Both of one list: within a second they stand as they were marked.
bool came_earlier(const OriginActivity* a, const OriginActivity* b) {
    return a->since != b->since ? a->since < b->since : a < b;
}

}  // namespace

std::vector<CountedDevice> in_order_of_coming(
    std::span<const OriginActivity> origins, const CountRule& rule
) {
    const Word alive = newest_slots(rule.lifetime);
    std::vector<const OriginActivity*> order;
    order.reserve(origins.size());
    for (const OriginActivity& origin : origins) {
        if ((origin.word & alive) != 0) {
            order.push_back(&origin);
        }
    }
    std::ranges::sort(order, came_earlier);
    std::vector<Coming> devices;
    for (const OriginActivity* origin : order) {
        if (Coming* device = find_device(devices, *origin)) {
            device->origins.push_back(origin);
        } else {
            devices.push_back({{origin}});
        }
    }
    std::vector<CountedDevice> counted;
    counted.reserve(devices.size());
    for (const Coming& device : devices) {
        CountedDevice one;
        Word word = 0;
        for (const OriginActivity* origin : device.origins) {
            one.origins.push_back(origin->key);
            word |= origin->word;
        }
        one.asn = device.origins.front()->asn;
        one.since = device.origins.front()->since;
        one.active_slots = std::popcount(word & newest_slots(rule.window));
        counted.push_back(std::move(one));
    }
    return counted;
}

void ComingTimes::saw(AccountId account, OriginKey origin, std::int64_t second) {
    const std::int64_t lifetime = lifetime_ * slot_length.count();
    std::vector<Coming>& comings = comings_[account.value];
    const auto found = std::ranges::find(comings, origin, &Coming::origin);
    if (found == comings.end()) {
        if (comings.size() == most_comings) {
            comings.erase(std::ranges::min_element(comings, {}, &Coming::last));
        }
        comings.push_back({origin, second, second});
        return;
    }
    if (second - found->last >= lifetime) {
        *found = {origin, second, second};  // its place was free meanwhile
    } else if (second < found->since && found->since - second < lifetime) {
        found->since = second;  // a line that came late
    }
    found->last = std::max(found->last, second);
}

std::int64_t ComingTimes::since(AccountId account, OriginKey origin, std::int64_t otherwise) const {
    std::int64_t since = otherwise;
    each(account, [&](OriginKey key, std::int64_t came, std::int64_t) {
        since = key == origin ? came : since;
    });
    return since;
}

void ComingTimes::put(AccountId account, OriginKey origin, std::int64_t since) {
    for (Coming& coming : comings_[account.value]) {
        if (coming.origin == origin) {
            coming.since = std::min(coming.since, since);
        }
    }
}

void ComingTimes::forget(AccountId account, OriginKey origin) {
    if (const auto found = comings_.find(account.value); found != comings_.end()) {
        std::erase_if(found->second, [origin](const Coming& each) {
            return each.origin == origin;
        });
    }
}

void ComingTimes::forget_before(std::int64_t second) {
    for (auto& [account, comings] : comings_) {
        std::erase_if(comings, [second](const Coming& each) { return each.last < second; });
    }
    boost::unordered::erase_if(comings_, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace fairgate::tracker
