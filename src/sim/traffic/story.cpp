#include "sim/traffic/story.hpp"

#include "sim/traffic/plots.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <utility>

namespace fairgate::sim::traffic {

namespace {

constexpr std::array<std::string_view, 28> names{
    "home_phone",   "handover",        "flapping",          "commuter",
    "pool_in_24",   "pool_in_20",      "pool_of_few",       "pool_by_minute",
    "privacy_v6",   "dual_stack_home", "dual_stack_mobile", "family_nat",
    "family",       "two_devices",     "vpn_exit",          "sim_swap",
    "visitor",      "forged",          "two_homes",         "two_homes_one_isp",
    "two_mobiles",  "mobile_and_home", "pool_and_home",     "v4_and_v6",
    "short_visits", "quiet_homes",     "three_on_two",      "sold"
};
static_assert(names.size() == static_cast<std::size_t>(Story::sold) + 1);

std::vector<Story> range(Story first, Story last) {
    std::vector<Story> out;
    for (auto i = static_cast<int>(first); i <= static_cast<int>(last); ++i) {
        out.push_back(static_cast<Story>(i));
    }
    return out;
}

/// Shared plainly enough that a fair count must notice: a quarter of an hour in all and five
/// minutes in a row; of short visits, ten minutes and three.
bool shares_enough(Story story, const std::vector<Sharing>& sharing) {
    Duration total{};
    Duration longest{};
    for (const Sharing& each : sharing) {
        total += each.when.length();
        longest = std::max(longest, each.when.length());
    }
    const bool brief = story == Story::short_visits;
    return total >= minutes(brief ? 10 : 15) && longest >= minutes(brief ? 3 : 5);
}

}  // namespace

std::string_view name_of(Story story) { return names[static_cast<std::size_t>(story)]; }

bool is_honest(Story story) { return story <= Story::forged; }

const std::vector<Story>& honest_stories() {
    static const std::vector<Story> all = range(Story::home_phone, Story::forged);
    return all;
}

const std::vector<Story>& sharing_stories(AddressSpace space) {
    static const std::vector<Story> all = range(Story::two_homes, Story::sold);
    static const std::vector<Story> without_asn = [] {
        // Without ASNs a pool is many homes, and IPv4 here with IPv6 there is one dual-stack phone.
        std::vector<Story> some = all;
        std::erase(some, Story::v4_and_v6);
        std::erase(some, Story::pool_and_home);
        return some;
    }();
    return space == AddressSpace::routed ? all : without_asn;
}

std::vector<Sharing> sharing_of(const std::vector<Device>& devices, int limit) {
    // +1 and -1 at the ends of every sitting; a party counts once however many devices it uses.
    struct Edge {
        TimePoint time;
        int change;
        int party;
        auto operator<=>(const Edge&) const = default;
    };
    std::vector<Edge> edges;
    for (const Device& device : devices) {
        for (const Session& session : device.sessions) {
            edges.push_back({.time = session.when.begin, .change = 1, .party = device.party});
            edges.push_back({.time = session.when.end, .change = -1, .party = device.party});
        }
    }
    std::ranges::sort(edges);
    std::map<int, int> in_use;
    std::vector<Sharing> out;
    int parties = 0;
    for (const Edge& edge : edges) {
        int& sittings = in_use[edge.party];
        const bool was = sittings > 0;
        sittings += edge.change;
        const int before = parties;
        parties += static_cast<int>(sittings > 0) - static_cast<int>(was);
        if (before <= limit && parties > limit) {
            out.push_back({.when = {edge.time, edge.time}, .devices = parties});
        } else if (before > limit && parties <= limit) {
            out.back().when.end = edge.time;
        }
        if (parties > limit) {
            out.back().devices = std::max(out.back().devices, parties);
        }
    }
    std::erase_if(out, [](const Sharing& each) { return each.when.length() <= Duration{}; });
    return out;
}

Life live(
    Story story,
    const Random& random,
    const Shape& shape,
    const Providers& providers,
    Interval window
) {
    // People who happen never to meet are not sharers: try again, with less patience each time.
    for (std::uint64_t attempt = 0;; ++attempt) {
        Random luck = random.fork(attempt);
        Stage stage{
            .random = luck,
            .shape = shape,
            .providers = providers,
            .window = window,
            .places = Places(luck, shape, providers)
        };
        const double eagerness = 2.0 + static_cast<double>(attempt);
        Life life =
            is_honest(story) ? live_honestly(story, stage) : live_sharing(story, stage, eagerness);
        life.story = story;
        if (is_honest(story)) {
            return life;
        }
        life.sharing = sharing_of(life.devices, life.limit);
        if (shares_enough(story, life.sharing) || attempt == 50) {
            return life;
        }
    }
}

}  // namespace fairgate::sim::traffic
