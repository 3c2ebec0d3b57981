#include "demo/people.hpp"

#include "sim/traffic/networks.hpp"
#include "sim/traffic/random.hpp"
#include "sim/traffic/shape.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <tuple>
#include <utility>

namespace fairgate::demo {

namespace {

using namespace std::chrono_literals;
using namespace sim::traffic;

constexpr std::uint64_t seed = 7;

struct Role {
    std::string_view name;
    Story story;
    std::string_view words;
    Duration shares_after = 0s;
};

/// Those with a story to look at. Those who share begin one after the other.
constexpr std::array roles{
    Role{"family", Story::family_nat, "four devices of a family behind one router"},
    Role{"commuter", Story::commuter, "a phone in a train: another cell, another address"},
    Role{"carrier", Story::pool_in_20, "a carrier that gives each connection another address"},
    Role{"dualstack", Story::dual_stack_mobile, "IPv4 and IPv6 of one phone"},
    Role{"simswap", Story::sim_swap, "one carrier's SIM card, then another's"},
    Role{"forged", Story::forged, "a stranger writes log lines in this account's name"},
    Role{"sold", Story::sold, "sold on to nine homes", 5s},
    Role{"twohomes", Story::two_homes, "used in two homes at once", 1min},
    Role{"threeontwo", Story::three_on_two, "three people on a limit of two", 3min},
    Role{"visits", Story::short_visits, "a friend uses it for minutes at a time", 6min},
    Role{"v4andv6", Story::v4_and_v6, "one home has only IPv4, the other only IPv6", 9min},
};

constexpr std::array<std::string_view, 24> first_names{"alice",  "arash", "bob",   "carol", "chen",
                                                       "dara",   "erin",  "frank", "grace", "heidi",
                                                       "ivan",   "judy",  "linh",  "mina",  "omid",
                                                       "peng",   "reza",  "sara",  "trent", "wendy",
                                                       "xavier", "yusuf", "zahra", "zoe"};

int limit_of(Story story) {
    if (story == Story::family) {
        return 3;
    }
    return story == Story::two_devices || story == Story::three_on_two || story == Story::sold ? 2
                                                                                               : 1;
}

/// A /20 of a carrier cannot be told from homes without knowing whose it is; IPv4 here and IPv6
/// there are then one phone.
bool needs_networks(Story story) {
    return story == Story::pool_in_20 || story == Story::pool_of_few ||
           story == Story::pool_by_minute || story == Story::v4_and_v6;
}

/// An evening in a city. The crowd is less busy than real people are, for a small machine's sake.
Shape shape_of(const Person& person) {
    Shape shape = *find_shape("city");
    shape.nodes = node_count;
    shape.mux_share = 0;
    if (!person.words.empty()) {
        shape.gap_seconds = {1, 4};
        shape.pause_minutes = {1, 4};
    } else {
        shape.gap_seconds = {4, 20};
    }
    return shape;
}

/// One of its providers has IPv6 on home lines, and so customers enough, even among few accounts,
/// that its own IPv4 is known within minutes.
Providers providers_of_the_city(AddressSpace space) {
    Providers world = providers(space);
    std::erase_if(world.fixed, [with_v6 = 0](const Provider& each) mutable {
        return each.v6 && ++with_v6 > 1;
    });
    return world;
}

/// An evening long enough that a chapter fits behind whatever came before the sharing.
Interval evening() {
    const TimePoint begin = std::chrono::sys_days{} + 18h;
    return {begin, begin + 2 * chapter_length};
}

/// The first sharing that is plain to see.
const Sharing* plain(const Life& life) {
    const Duration enough = life.story == Story::short_visits ? Duration(4min) : Duration(8min);
    const auto found = std::ranges::find_if(life.sharing, [&](const Sharing& each) {
        return each.when.length() >= enough;
    });
    const TimePoint latest = evening().begin + chapter_length;
    return found != life.sharing.end() && found->when.begin < latest ? &*found : nullptr;
}

struct Lived {
    Life life;
    TimePoint from;  ///< of the evening: where the chapter begins
};

Lived lived(
    const Person& person, const Random& random, const Shape& shape, const Providers& world
) {
    for (std::uint64_t attempt = 0;; ++attempt) {
        Life life = live(person.story, random.fork(100 + attempt), shape, world, evening());
        if (person.is_honest()) {
            return {std::move(life), evening().begin};
        }
        const Sharing* sharing = life.limit == person.limit ? plain(life) : nullptr;
        if (sharing != nullptr) {
            const TimePoint from = sharing->when.begin - person.shares_after;
            return {std::move(life), from};
        }
    }
}

}  // namespace

std::vector<Person> people(AddressSpace space, int crowd) {
    const auto playable = [space](Story story) {
        return space == AddressSpace::routed || !needs_networks(story);
    };
    std::vector<Person> all;
    for (const Role& role : roles) {
        if (playable(role.story)) {
            all.push_back(
                {.name = std::string(role.name),
                 .story = role.story,
                 .limit = limit_of(role.story),
                 .words = role.words,
                 .shares_after = role.shares_after}
            );
        }
    }
    std::vector<Story> stories = honest_stories();
    // Without those who must be heard more often than this crowd is (flapping), or in a network
    // that has been watched for longer than a demo, to be told from two devices.
    std::erase_if(stories, [&](Story story) {
        return !playable(story) || story == Story::forged || story == Story::flapping ||
               story == Story::pool_of_few || story == Story::pool_by_minute;
    });
    for (int i = 0; i < crowd; ++i) {
        const auto number = static_cast<std::size_t>(i);
        const Story story = stories[number % stories.size()];
        std::string name(first_names[number % first_names.size()]);
        name += std::to_string(number / first_names.size() + 1);
        all.push_back(
            {.name = std::move(name), .story = story, .limit = limit_of(story), .words = {}}
        );
    }
    return all;
}

std::vector<Visit> chapter(
    const std::vector<Person>& everybody, AddressSpace space, std::uint64_t number
) {
    const Random random = Random(seed).fork(number);
    const Providers world = providers_of_the_city(space);
    std::vector<Visit> visits;
    for (std::uint32_t i = 0; i < everybody.size(); ++i) {
        const Person& person = everybody[i];
        const Random own = random.fork(i);
        const Shape shape = shape_of(person);
        Lived lives = lived(person, own, shape, world);
        const auto add = [&](TimePoint time, Visit visit) {
            visit.at = time - lives.from;
            if (visit.at >= Duration{} && visit.at < chapter_length) {
                visit.person = i;
                visits.push_back(visit);
            }
        };
        Random luck = own.fork(1);
        for (Device& device : lives.life.devices) {
            for (const Connection& each : connections(luck, device, evening(), shape)) {
                if (device.party >= person.limit && each.time - lives.from < person.shares_after) {
                    continue;  // until then it is only used by as many as may
                }
                add(each.time, {.source = each.source, .port = each.port, .node = each.node});
            }
        }
        for (const Forgery& each : lives.life.forgeries) {
            add(each.time,
                {.source = each.attacker,
                 .claimed = each.claimed,
                 .port = 40'000,
                 .kind = Visit::Kind::forged});
        }
    }
    std::ranges::sort(visits, {}, [](const Visit& each) {
        return std::tuple(each.at, each.person, each.port);
    });
    return visits;
}

}  // namespace fairgate::demo
