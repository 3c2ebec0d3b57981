#include "link/firewall_look_wire.hpp"
#include "link/order_wire.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace fairgate::link {
namespace {

using namespace std::chrono_literals;

const TimePoint start = TimePoint(std::chrono::seconds(1'790'000'000));

FoundRefusal refusal(Found found, const char* address) {
    FoundRefusal one;
    one.found = found;
    one.denial.address = *Address::parse(address);
    one.measures = {7};
    one.until = start + 1h;
    return one;
}

FirewallLook look() {
    FirewallLook look;
    look.looked = start;
    look.in_force = 1;
    look.missing = 2;
    look.lost = 5;
    look.listed = {
        refusal(Found::in_force, "203.0.113.5"),
        refusal(Found::missing, "2001:db8::5"),
        refusal(Found::left_out, "192.0.2.1")
    };
    look.listed[2].why_not = "it is the hub";
    return look;
}

TEST(FirewallLook, comes_as_it_was_told_and_in_the_hubs_time) {
    wire::FirewallLook told;
    tell(look(), told);
    EXPECT_EQ(read(told, Duration(0)), look());
    const FirewallLook behind = read(told, 3h);
    EXPECT_EQ(behind.looked, start - 3h);
    EXPECT_EQ(behind.listed[0].until, start - 2h);
}

TEST(FirewallLook, an_agent_that_knows_nothing_of_it_refuses_no_single_addresses) {
    wire::Enforcing told;
    told.set_firewall("nftables");
    const Enforcing enforcing = read(told);
    EXPECT_FALSE(enforcing.refuses);
    EXPECT_FALSE(enforcing.look);
    EXPECT_EQ(enforcing.firewall, "nftables");
}

TEST(FirewallLook, a_hostile_node_takes_no_room_and_what_makes_no_sense_is_passed_over) {
    wire::FirewallLook told;
    for (int i = 0; i < 5'000; ++i) {
        wire::Refusal& one = *told.add_listed();
        one.set_found(i % 7 == 0 ? static_cast<wire::Refusal::Found>(99) : wire::Refusal::STRAY);
        one.mutable_denied()->set_address(i % 5 == 0 ? "abcde" : "abcd");
        one.set_ends(true);
        one.set_until_us(i % 3 == 0 ? -1 : INT64_MAX);
        for (int n = 0; n < 100; ++n) {
            one.add_measures(n);
        }
    }
    told.set_looked_us(INT64_MIN);
    const FirewallLook read = link::read(told, Duration(0));
    EXPECT_EQ(read.listed.size(), most_listed);
    EXPECT_LE(read.listed[0].measures.size(), 16U);
    EXPECT_FALSE(read.listed[0].until);
    EXPECT_EQ(read.looked, TimePoint());
}

TEST(FirewallLook, what_was_lost_is_told_although_it_is_back) {
    FirewallLook before = look();
    before.missing = 0;
    FirewallLook after = before;
    EXPECT_FALSE(fault_of("de-1", after, before));
    after.lost += 3;
    const auto fault = fault_of("de-1", after, before);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->code, "FG-NOD-015");
    EXPECT_NE(fault->what.find("lost 3 "), std::string::npos) << fault->what;
    EXPECT_FALSE(fault_of("de-1", after));
}

TEST(orders, to_refuse_nothing_is_no_order) {
    Order order;
    order.key = {7, "ali"};
    order.kind = OrderKind::refuse;
    EXPECT_EQ(read(to_wire(order, Duration(0))).error().code, "FG-AGT-020");
    order.denials = {Denial{.address = *Address::parse("203.0.113.5")}};
    EXPECT_EQ(read(to_wire(order, Duration(0))).value(), order);
}

}  // namespace
}  // namespace fairgate::link
