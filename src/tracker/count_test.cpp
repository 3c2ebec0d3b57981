#include "tracker/count.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

namespace fairgate::tracker {
namespace {

constexpr Word busy = ~Word{0};

std::uint32_t v4(unsigned a, unsigned b, unsigned c) { return a << 24U | b << 16U | c << 8U; }

OriginActivity home(std::uint32_t network, Word word, std::uint32_t asn) {
    return {{network, Family::v4}, word, Asn{asn}, NetworkHabit::stable, 30, 0};
}

OriginActivity home_v6(std::uint32_t number, Word word, std::uint32_t asn) {
    return {{number, Family::v6}, word, Asn{asn}, NetworkHabit::stable, 30, 0};
}

/// One of many /24 that a carrier gives connections at random.
OriginActivity pooled(std::uint32_t network, Word word, std::uint32_t asn) {
    return {{network, Family::v4}, word, Asn{asn}, NetworkHabit::unjudged, 3, 2};
}

int count(const std::vector<OriginActivity>& origins) {
    return count_devices(origins, CountRule{});
}

TEST(Count, two_homes_at_once_are_two_devices) {
    EXPECT_EQ(count({home(v4(81, 1, 1), busy, 1), home(v4(92, 1, 1), busy, 2)}), 2);
}

TEST(Count, two_homes_of_one_provider_are_two_devices) {
    EXPECT_EQ(count({home(v4(81, 1, 1), busy, 1), home(v4(81, 77, 1), busy, 1)}), 2);
}

TEST(Count, nine_homes_at_once_are_nine_devices) {
    std::vector<OriginActivity> origins;
    for (unsigned i = 0; i < 9; ++i) {
        origins.push_back(home(v4(81, 20 * i, 1), busy, i % 2));
    }
    EXPECT_EQ(count(origins), 9);
}

TEST(Count, two_homes_without_a_network_table_are_two_devices) {
    EXPECT_EQ(count({home(v4(81, 1, 1), busy, 0), home(v4(92, 1, 1), busy, 0)}), 2);
}

OriginActivity with_partner(OriginActivity origin, Ipv4Partner partner) {
    origin.partner = partner;
    return origin;
}

TEST(Count, ipv4_and_ipv6_of_two_networks_of_one_provider_are_one_device) {
    OriginActivity v6 = home_v6(1, busy, 105);
    EXPECT_EQ(count({home(v4(81, 1, 1), busy, 5), v6}), 2);
    v6.provider = Asn{5};
    EXPECT_EQ(count({home(v4(81, 1, 1), busy, 5), v6}), 1);
}

TEST(Count, ipv6_of_a_network_nobody_knows_yet_may_belong_to_any_ipv4) {
    const OriginActivity v6 = with_partner(home_v6(1, busy, 105), Ipv4Partner::any);
    EXPECT_EQ(count({home(v4(81, 1, 1), busy, 5), v6}), 1);
    EXPECT_EQ(count({home(v4(81, 1, 1), busy, 5), home(v4(92, 1, 1), busy, 105), v6}), 2)
        << "the account has IPv4 of that network too";
}

TEST(Count, two_networks_of_which_too_few_customers_are_known_are_two_with_low_confidence) {
    const OriginActivity v6 = with_partner(home_v6(1, busy, 105), Ipv4Partner::assumed);
    const std::vector<OriginActivity> origins{home(v4(81, 1, 1), busy, 5), v6};
    const DeviceCount counted = count_with_confidence(origins, CountRule{});
    EXPECT_EQ(counted.devices, 2);
    EXPECT_EQ(counted.confidence, Confidence::low);
    EXPECT_EQ(counted.reasons.size(), 1U);
}

TEST(Count, a_handover_is_one_device) {
    EXPECT_EQ(count({home(v4(81, 1, 1), busy << 8U, 1), home(v4(37, 1, 1), 0x3ff, 2)}), 1);
}

TEST(Count, two_devices_of_which_one_changes_its_network_are_two) {
    const Word before = busy << 10U;
    const Word after = 0x7ff;
    EXPECT_EQ(
        count(
            {home(v4(81, 1, 1), before, 1),
             home(v4(37, 1, 1), after, 2),
             home(v4(92, 1, 1), busy, 3)}
        ),
        2
    );
}

TEST(Count, ipv4_and_ipv6_of_one_network_are_one_device) {
    EXPECT_EQ(count({home(v4(81, 1, 1), busy, 1), home_v6(7, busy, 1)}), 1);
}

TEST(Count, ipv4_and_ipv6_of_two_networks_are_two_devices) {
    EXPECT_EQ(count({home(v4(81, 1, 1), busy, 1), home_v6(7, busy, 2)}), 2);
}

TEST(Count, ipv4_and_ipv6_of_unknown_networks_are_one_device) {
    EXPECT_EQ(count({home(v4(81, 1, 1), busy, 0), home_v6(7, busy, 0)}), 1);
}

TEST(Count, a_pool_across_a_20_is_one_device) {
    std::vector<OriginActivity> origins;
    for (unsigned i = 0; i < 16; ++i) {
        origins.push_back(pooled(v4(95, 160, 16 + i), busy, 3));
    }
    EXPECT_EQ(count(origins), 1);
}

TEST(Count, a_pool_and_a_home_are_two_devices) {
    std::vector<OriginActivity> origins{home(v4(81, 1, 1), busy, 1)};
    for (unsigned i = 0; i < 16; ++i) {
        origins.push_back(pooled(v4(95, 160, 16 + i), Word{0x1001001001001001} << i, 3));
    }
    EXPECT_EQ(count(origins), 2);
}

TEST(Count, many_origins_counted_in_a_network_nobody_knows_are_of_low_confidence) {
    std::vector<OriginActivity> origins;
    for (unsigned i = 0; i < 3; ++i) {
        origins.push_back(home(v4(81, 50 * i, 1), busy, 1));
        origins.back().habit = NetworkHabit::unjudged;
    }
    const DeviceCount counted = count_with_confidence(origins, CountRule{});
    EXPECT_EQ(counted.devices, 3);
    EXPECT_EQ(counted.confidence, Confidence::low);
    EXPECT_FALSE(counted.reasons.empty());
}

TEST(Count, distinct_counts_what_was_there_within_its_interval) {
    const CountRule rule{.counting = Counting::distinct};
    const std::vector<OriginActivity> origins{
        home(v4(81, 1, 1), busy << 8U, 1), home(v4(37, 1, 1), 0xff, 2), home(v4(37, 2, 1), 0x20, 2)
    };
    EXPECT_EQ(count_devices(origins, rule), 2);
    EXPECT_EQ(group_devices(origins, rule).size(), 2U);
}

std::vector<OriginActivity> any_origins() {
    const auto word = rc::gen::apply(
        [](Word a, Word b, unsigned older, unsigned newer) {
            return (a | b) & (busy << newer % 16) & (busy >> older % 32);
        },
        rc::gen::arbitrary<Word>(),
        rc::gen::arbitrary<Word>(),
        rc::gen::inRange(0U, 64U),
        rc::gen::inRange(0U, 64U)
    );
    const auto origin = rc::gen::apply(
        [](unsigned place,
           unsigned asn,
           Word active,
           unsigned habit,
           unsigned visits,
           unsigned changes) {
            const bool is_v4 = place % 4 != 0;
            return OriginActivity{
                {is_v4 ? v4(81, place / 16, place % 16) : place, is_v4 ? Family::v4 : Family::v6},
                active,
                Asn{asn},
                static_cast<NetworkHabit>(habit),
                static_cast<std::uint8_t>(visits),
                static_cast<std::uint8_t>(std::min(visits, changes))
            };
        },
        rc::gen::inRange(0U, 256U),
        rc::gen::inRange(0U, 4U),
        word,
        rc::gen::inRange(0U, 3U),
        rc::gen::inRange(1U, 40U),
        rc::gen::inRange(0U, 40U)
    );
    std::vector<OriginActivity> origins =
        *rc::gen::resize(12, rc::gen::container<std::vector<OriginActivity>>(origin));
    std::ranges::sort(origins, {}, &OriginActivity::key);
    const auto doubled = std::ranges::unique(origins, {}, &OriginActivity::key);
    origins.erase(doubled.begin(), doubled.end());
    return origins;
}

RC_GTEST_PROP(Count, what_may_not_be_reached_is_never_counted, ()) {
    const std::vector<OriginActivity> origins = any_origins();
    std::vector<Word> words;
    for (const OriginActivity& origin : origins) {
        words.push_back(origin.word);
    }
    const CountRule rule{.sustain = *rc::gen::inRange(1, 10)};
    const int devices = count_devices(origins, rule);
    RC_TAG(devices);
    if (devices > 0) {
        RC_ASSERT(may_reach(words, devices, rule));
    }
}

RC_GTEST_PROP(Count, there_are_never_more_devices_than_origins, ()) {
    const std::vector<OriginActivity> origins = any_origins();
    RC_ASSERT(count(origins) <= static_cast<int>(origins.size()));
}

RC_GTEST_PROP(Count, places_of_long_ago_elsewhere_change_nothing, ()) {
    std::vector<OriginActivity> origins = any_origins();
    origins.resize(std::min<std::size_t>(origins.size(), *rc::gen::inRange(0U, 6U)));
    const int devices = count(origins);
    for (std::uint8_t elsewhere = 0; elsewhere < 6; ++elsewhere) {
        origins.push_back(home(v4(200, elsewhere, 1), Word{5} << 40U, 9000U + elsewhere));
    }
    RC_ASSERT(count(origins) == devices);
}

RC_GTEST_PROP(Count, the_order_of_the_origins_does_not_matter_to_two_of_them, ()) {
    std::vector<OriginActivity> origins = any_origins();
    origins.resize(std::min<std::size_t>(origins.size(), 2));
    const int devices = count(origins);
    std::ranges::reverse(origins);
    RC_ASSERT(count(origins) == devices);
}

RC_GTEST_PROP(Count, the_groups_shown_are_at_least_the_devices_counted, ()) {
    const std::vector<OriginActivity> origins = any_origins();
    const std::vector<CountedDevice> groups = group_devices(origins, CountRule{});
    RC_ASSERT(static_cast<int>(groups.size()) >= count(origins));
    RC_ASSERT((count(origins) == 0) == groups.empty());
    if (count(origins) == 1) {
        RC_ASSERT(groups.size() == 1U);
    }
    std::vector<OriginKey> shown;
    for (const CountedDevice& group : groups) {
        shown.insert(shown.end(), group.origins.begin(), group.origins.end());
    }
    std::ranges::sort(shown);
    RC_ASSERT(std::ranges::adjacent_find(shown) == shown.end());
}

RC_GTEST_PROP(Count, confidence_changes_nothing_about_the_count, ()) {
    const std::vector<OriginActivity> origins = any_origins();
    const DeviceCount counted = count_with_confidence(origins, CountRule{});
    RC_ASSERT(counted.devices == count(origins));
    RC_ASSERT((counted.confidence == Confidence::high) == counted.reasons.empty());
}

RC_GTEST_PROP(Bridged, only_gaps_are_filled, (Word word)) {
    const int most = *rc::gen::inRange(0, 10);
    const Word filled = bridged(word, most);
    RC_ASSERT((filled & word) == word);
    RC_ASSERT(std::bit_width(filled) == std::bit_width(word));
    RC_ASSERT(std::countr_zero(filled) == std::countr_zero(word));
}

}  // namespace
}  // namespace fairgate::tracker
