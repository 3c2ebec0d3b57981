#include "sim/traffic/traffic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace fairgate::sim::traffic {
namespace {

using namespace std::chrono_literals;

const Shape& shape(std::string_view name) { return *find_shape(name); }

Interval six_hours() {
    const std::chrono::sys_days day{std::chrono::year{2026} / 3 / 7};
    return {day + 12h, day + 18h};
}

Life life_of(Story story, std::uint64_t seed, AddressSpace space = AddressSpace::routed) {
    return live(story, Random(seed), shape("city"), providers(space), six_hours());
}

std::string log_of(Traffic& traffic) {
    std::string text;
    for (std::size_t i = 0; i < traffic.size(); ++i) {
        traffic.append(i, text);
    }
    return text;
}

TrafficSettings small(std::string_view name, std::uint64_t seed) {
    return {
        .seed = seed,
        .accounts = 50,
        .length = 1h,
        .shape = shape(name),
        .space = AddressSpace::routed,
        .day = std::chrono::sys_days{std::chrono::year{2026} / 3 / 7}
    };
}

std::set<Network> networks_of(Life& life, int v4_length, int v6_length) {
    Random random(9);
    std::set<Network> seen;
    for (Device& device : life.devices) {
        for (const Connection& each : connections(random, device, six_hours(), shape("city"))) {
            seen.emplace(each.source, each.source.is_v4() ? v4_length : v6_length);
        }
    }
    return seen;
}

TEST(Traffic, equal_settings_give_equal_bytes) {
    for (const Shape& each : shapes()) {
        Traffic first(small(each.name, 7));
        Traffic second(small(each.name, 7));
        Traffic other(small(each.name, 8));
        EXPECT_EQ(log_of(first), log_of(second)) << each.name;
        EXPECT_EQ(first.truth_json(), second.truth_json()) << each.name;
        EXPECT_NE(log_of(first), log_of(other)) << each.name;
    }
}

TEST(Traffic, entries_come_in_the_order_in_which_they_reach_the_log) {
    const Traffic traffic(small("bursty", 3));
    ASSERT_GT(traffic.size(), 1000U);
    for (std::size_t i = 1; i < traffic.size(); ++i) {
        ASSERT_LE(traffic.time_of(i - 1), traffic.time_of(i));
    }
}

TEST(Traffic, every_account_has_a_name_of_its_own) {
    const Traffic traffic(small("city", 3));
    std::set<std::string> names;
    for (const AccountTruth& account : traffic.accounts()) {
        EXPECT_TRUE(names.insert(account.name).second);
        EXPECT_TRUE(account.email == account.name || account.email.ends_with("." + account.name));
    }
}

TEST(Story, an_honest_account_never_has_more_parties_than_its_limit) {
    for (const Story story : honest_stories()) {
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            const Life life = life_of(story, seed);
            EXPECT_TRUE(sharing_of(life.devices, life.limit).empty()) << name_of(story);
        }
    }
}

TEST(Story, a_sharer_shares_ten_minutes_and_more) {
    for (const Story story : sharing_stories(AddressSpace::routed)) {
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            const Life life = life_of(story, seed);
            Duration total{};
            for (const Sharing& each : life.sharing) {
                total += each.when.length();
                EXPECT_GT(each.devices, life.limit);
            }
            EXPECT_GE(total, 10min) << name_of(story);
        }
    }
}

TEST(Story, sharing_is_the_time_in_which_more_parties_than_allowed_are_in_use) {
    const TimePoint noon = six_hours().begin;
    const auto device = [&](int party, int from, int to) {
        Device made;
        made.party = party;
        made.sessions = {{.when = {noon + minutes(from), noon + minutes(to)}, .app = App::video}};
        return made;
    };
    // The tablet of party 0 changes nothing; the third party makes it three.
    const std::vector<Device> devices{
        device(0, 0, 30), device(0, 5, 50), device(1, 20, 40), device(2, 30, 35)
    };
    const std::vector<Sharing> sharing = sharing_of(devices, 1);
    ASSERT_EQ(sharing.size(), 1U);
    EXPECT_EQ(sharing[0].when.begin, noon + 20min);
    EXPECT_EQ(sharing[0].when.end, noon + 40min);
    EXPECT_EQ(sharing[0].devices, 3);
}

TEST(Story, carrier_pools_and_privacy_addresses_stay_within_their_prefix) {
    Life narrow = life_of(Story::pool_in_24, 5);
    EXPECT_EQ(networks_of(narrow, 24, 64).size(), 1U);
    EXPECT_GT(networks_of(narrow, 32, 64).size(), 50U);
    std::size_t identifiers = 0;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        Life privacy = life_of(Story::privacy_v6, seed);
        EXPECT_EQ(networks_of(privacy, 24, 64).size(), 1U);
        Life again = life_of(Story::privacy_v6, seed);
        identifiers += networks_of(again, 32, 128).size();
    }
    EXPECT_GT(identifiers, 10U);
    Life wide = life_of(Story::pool_in_20, 5);
    EXPECT_GT(networks_of(wide, 24, 64).size(), 10U);
}

TEST(Story, a_family_behind_one_line_has_one_address) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        Life family = life_of(Story::family_nat, seed);
        EXPECT_GE(family.devices.size(), 3U);
        const std::set<Network> seen = networks_of(family, 32, 64);
        EXPECT_LE(seen.size(), 2U);
        EXPECT_LE(
            std::ranges::count_if(seen, [](const Network& n) { return n.base().is_v4(); }), 1
        );
    }
}

TEST(Story, two_homes_of_one_provider_are_two_networks) {
    Life shared = life_of(Story::two_homes_one_isp, 5);
    EXPECT_EQ(networks_of(shared, 24, 64).size(), 2U);
}

TEST(Lines, each_core_writes_its_own_form) {
    const std::chrono::sys_days day{std::chrono::year{2026} / 2 / 6};
    const LineFacts facts{
        .time = day + 9h + 12min + 1s + 5us,
        .source = *Address::parse("198.51.100.24"),
        .port = 50412,
        .protocol = Protocol::mux,
        .email = "17.alice",
        .variety = 7
    };
    const auto line = [&](Core core) {
        std::string out;
        LineWriter(core, 0).accepted(facts, out);
        return out.substr(0, out.find(" accepted"));
    };
    EXPECT_EQ(
        line(Core::xray_with_microseconds),
        "2026/02/06 09:12:01.000005 from tcp:198.51.100.24:50412"
    );
    EXPECT_EQ(line(Core::xray_with_from), "2026/02/06 09:12:01 from tcp:198.51.100.24:50412");
    EXPECT_EQ(line(Core::xray_plain), "2026/02/06 09:12:01 tcp:198.51.100.24:50412");
    std::string v2ray;
    LineWriter(Core::v2ray, 0).accepted(facts, v2ray);
    EXPECT_EQ(
        v2ray,
        "2026/02/06 09:12:01 tcp:198.51.100.24:50412 accepted udp:203.0.113.80:443 "
        "[direct] email: 17.alice\n"
    );
}

TEST(Lines, a_forgery_keeps_to_the_bytes_a_customer_controls) {
    const LineFacts facts{
        .time = TimePoint{},
        .source = *Address::parse("198.51.100.99"),
        .port = 1,
        .protocol = Protocol::vless,
        .email = "1234567890.a_rather_long_account_name_32",
        .variety = 0
    };
    std::string out;
    LineWriter(Core::xray_with_microseconds, 0).forged(facts, *Address::parse("2001:db8::1"), out);
    EXPECT_EQ(std::ranges::count(out, '\n'), 2);
    EXPECT_LE(out.size() - out.find("name: ") - 6, 255U);
}

}  // namespace
}  // namespace fairgate::sim::traffic
