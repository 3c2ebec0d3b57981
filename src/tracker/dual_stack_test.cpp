#include "tracker/dual_stack.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace fairgate::tracker {
namespace {

constexpr Asn home{1};
constexpr Asn home_v6{101};
constexpr Asn mobile{2};
constexpr Asn tunnel{6939};

/// `accounts` customers of `v6`, looked at once each, with IPv4 of these networks.
void look(DualStack& known, Asn v6, std::uint32_t accounts, const std::vector<Asn>& v4) {
    for (std::uint32_t tag = 0; tag < accounts; ++tag) {
        known.add_sample(tag, v6, v4);
    }
}

TEST(DualStack, a_provider_whose_ipv6_has_an_asn_of_its_own_is_one_provider) {
    DualStack known;
    look(known, home_v6, 20, {home});
    look(known, home_v6, 2, {mobile});
    known.judge();
    EXPECT_EQ(known.provider(home_v6), known.provider(home));
    EXPECT_EQ(known.partner(home_v6), Ipv4Partner::own);
    EXPECT_EQ(known.provider(mobile), mobile);
}

TEST(DualStack, a_network_with_ipv4_of_its_own_has_no_other_partner) {
    DualStack known;
    look(known, mobile, 20, {mobile});
    look(known, mobile, 15, {mobile, home});  // on the way home
    known.judge();
    EXPECT_EQ(known.provider(mobile), mobile);
    EXPECT_EQ(known.partner(mobile), Ipv4Partner::own);
}

TEST(DualStack, ipv6_that_is_mostly_alone_is_no_part_of_those_it_shares_with) {
    DualStack known;
    look(known, home_v6, 20, {});
    look(known, home_v6, 4, {mobile});
    known.judge();
    EXPECT_EQ(known.partner(home_v6), Ipv4Partner::own);
    EXPECT_EQ(known.provider(mobile), mobile);
}

TEST(DualStack, a_tunnel_goes_with_the_ipv4_of_anybody) {
    DualStack known;
    for (std::uint32_t tag = 0; tag < 30; ++tag) {
        known.add_sample(tag, tunnel, std::array{Asn{1 + tag % 10}});
    }
    known.judge();
    EXPECT_EQ(known.partner(tunnel), Ipv4Partner::any);
}

TEST(DualStack, one_account_alone_says_nothing_of_its_networks_however_often_it_is_seen) {
    DualStack known;
    for (int look = 0; look < 100; ++look) {
        known.add_sample(7, home_v6, std::array{home});
    }
    EXPECT_EQ(known.partner(home_v6), Ipv4Partner::assumed);
    known.add_accounts(200);
    known.judge();
    EXPECT_EQ(known.partner(home_v6), Ipv4Partner::any) << "among so many it waits for others";
    for (int window = 0; window < 12; ++window) {
        known.judge();
    }
    EXPECT_EQ(known.partner(home_v6), Ipv4Partner::assumed);
    EXPECT_EQ(known.provider(home_v6), home_v6);
}

TEST(DualStack, one_customer_with_ipv4_of_the_same_network_tells_that_it_has_some) {
    DualStack known;
    known.add_accounts(200);
    known.add_sample(1, home_v6, std::array{home});
    known.judge();
    ASSERT_EQ(known.partner(home_v6), Ipv4Partner::any);
    known.add_sample(2, home_v6, std::array{home_v6});
    known.judge();
    EXPECT_EQ(known.partner(home_v6), Ipv4Partner::own);
}

TEST(DualStack, customers_who_have_gone_are_forgotten) {
    DualStack known;
    look(known, home_v6, 20, {home});
    known.judge();
    ASSERT_EQ(known.provider(home_v6), known.provider(home));
    for (int day = 0; day < 2 * 288; ++day) {
        known.add_sample(1000, home_v6, {});
        known.judge();
    }
    EXPECT_EQ(known.provider(home), home);
}

TEST(DualStack, what_most_customers_have_counts_and_not_what_one_of_them_has_all_day) {
    DualStack known;
    look(known, home_v6, 8, {home_v6});
    for (int look = 0; look < 1000; ++look) {
        known.add_sample(9, home_v6, std::array{home, mobile});
    }
    known.judge();
    EXPECT_EQ(known.provider(home), home);
    EXPECT_EQ(known.partner(home_v6), Ipv4Partner::own);
}

TEST(DualStack, of_many_customers_it_remembers_a_few_who_stand_for_all) {
    DualStack known;
    for (std::uint32_t tag = 0; tag < 100'000; ++tag) {
        known.add_sample(tag, home_v6, std::array{tag % 10 == 0 ? mobile : home});
    }
    known.judge();
    EXPECT_EQ(known.provider(home_v6), known.provider(home));
    EXPECT_EQ(known.provider(mobile), mobile);
}

}  // namespace
}  // namespace fairgate::tracker
