#include "node_under_test.hpp"

#include <gtest/gtest.h>

#include <chrono>

// What a node holds for its hub: from order to due time, whatever dies in between.
namespace fairgate::agent {
namespace {

using namespace std::chrono_literals;

const Denial first{.address = *Address::parse("203.0.113.5")};
const Denial second{.address = *Address::parse("2001:db8::5"), .local_port = 443};

class MeasuresTest : public testing::Test {
protected:
    link::Order order(std::int64_t measure, Duration length) {
        link::Order one;
        one.key = {measure, "ali"};
        one.until = clock.now() + length;
        one.denials = {first, second};
        one.reason = "3 devices at once";
        return one;
    }
    link::Order lift(std::int64_t measure) {
        link::Order one;
        one.key = {measure, "ali"};
        one.kind = link::OrderKind::lift;
        return one;
    }
    std::string code_told() {
        return node.told.empty() || !node.told.back().error ? "" : node.told.back().error->code;
    }

    ManualClock clock{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)};
    std::unique_ptr<store::Store> kept = store::memory::make_store();
    NodeUnderTest node{*kept, clock};
};

TEST_F(MeasuresTest, an_order_is_held_and_lifted_when_due_without_a_hub) {
    node.start();
    node.take(order(7, 10min));
    EXPECT_EQ(node.rules.size(), 2U);
    ASSERT_EQ(node.measures().held().size(), 1U);
    EXPECT_EQ(node.measures().held()[0].key.measure, 7);
    EXPECT_EQ(node.told.back().state, MeasureState::active);
    node.restart();
    node.pass(9min);
    EXPECT_EQ(node.rules.size(), 2U);
    node.pass(2min);
    EXPECT_TRUE(node.rules.empty());
    EXPECT_TRUE(node.measures().held().empty());
    EXPECT_EQ(node.told.back().state, MeasureState::lifted);
}

TEST_F(MeasuresTest, the_same_order_again_changes_nothing_and_a_new_due_time_is_taken) {
    node.start();
    const auto one = order(7, 10min);
    node.take(one);
    node.take(one);
    EXPECT_EQ(kept->measures().list({}, {}).value().rows.size(), 1U);
    node.take(order(7, 1h));
    EXPECT_EQ(kept->measures().list({}, {}).value().rows.size(), 1U);
    EXPECT_EQ(node.told.back().until, clock.now() + 1h);
    node.pass(11min);
    EXPECT_EQ(node.rules.size(), 2U);
    node.take(lift(7));
    EXPECT_TRUE(node.rules.empty());
    EXPECT_EQ(node.told.back().state, MeasureState::lifted);
}

TEST_F(MeasuresTest, to_lift_what_is_not_held_is_done_at_once) {
    node.start();
    node.take(lift(99));
    EXPECT_EQ(node.told.back().state, MeasureState::lifted);
    EXPECT_TRUE(kept->measures().list({}, {}).value().rows.empty());
}

TEST_F(MeasuresTest, two_orders_for_one_address_end_each_in_its_time) {
    node.start();
    node.take(order(7, 10min));
    node.take(order(8, 20min));
    node.pass(15min);
    EXPECT_EQ(node.rules.size(), 2U);
    node.pass(6min);
    EXPECT_TRUE(node.rules.empty());
}

TEST_F(MeasuresTest, a_protected_address_is_left_out_whatever_the_hub_orders) {
    node.never.add(first.address, kernel::Protection::hub);
    node.start();
    node.take(order(7, 10min));
    EXPECT_FALSE(node.rules.contains(first));
    EXPECT_TRUE(node.rules.contains(second));
    EXPECT_NE(node.told.back().text.find("left out"), std::string::npos) << node.told.back().text;
}

TEST_F(MeasuresTest, an_account_that_is_not_there_is_refused_as_soon_as_it_comes) {
    node.start();
    auto one = order(7, 1h);
    one.denials.clear();
    node.take(one);
    EXPECT_EQ(code_told(), "FG-AGT-024");
    one.denials = {first};
    node.take(one);
    node.pass(2min);
    EXPECT_EQ(node.rules.size(), 1U);
    EXPECT_EQ(node.told.back().state, MeasureState::active);
}

TEST_F(MeasuresTest, without_a_firewall_an_order_is_refused_with_its_code) {
    node.driver = "";
    node.start();
    node.take(order(7, 10min));
    EXPECT_EQ(node.told.back().state, MeasureState::failed);
    EXPECT_EQ(code_told(), "FG-AGT-022");
    EXPECT_TRUE(node.measures().held().empty());
}

TEST_F(MeasuresTest, a_firewall_that_was_switched_off_lets_go_of_what_it_held) {
    node.start();
    node.take(order(7, 10min));
    node.end();
    node.driver = "";
    node.start();
    EXPECT_TRUE(node.rules.empty());
    EXPECT_TRUE(node.measures().held().empty());
}

TEST_F(MeasuresTest, what_another_hub_ordered_is_lifted_and_never_told) {
    node.start();
    node.take(order(7, 10min));
    node.end();
    node.told.clear();
    node.authority = std::string(64, 'b');
    node.start();
    EXPECT_TRUE(node.rules.empty());
    EXPECT_TRUE(node.measures().held().empty());
    EXPECT_TRUE(node.told.empty());
    node.take(order(7, 10min));
    EXPECT_EQ(node.rules.size(), 2U);
}

TEST_F(MeasuresTest, an_order_to_refuse_refuses_its_addresses_and_nothing_else) {
    node.start();
    auto one = order(7, 1min);
    one.kind = link::OrderKind::refuse;
    one.denials = {first};
    node.take(one);
    EXPECT_EQ(node.rules.size(), 1U);
    EXPECT_TRUE(node.rules.contains(first));
    const auto rows = kept->measures().list({}, {}).value().rows;
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].action, Action::refuse);
    EXPECT_TRUE(node.measures().enforcing().refuses);
    node.restart();
    EXPECT_EQ(node.rules.size(), 1U);
    node.pass(65s);
    EXPECT_TRUE(node.rules.empty());
    EXPECT_TRUE(node.measures().held().empty());
}

TEST_F(MeasuresTest, a_protected_address_is_never_refused_for_a_late_comer) {
    node.never.add(first.address, kernel::Protection::operator_session);
    node.start();
    auto one = order(7, 1min);
    one.kind = link::OrderKind::refuse;
    one.denials = {first};
    node.take(one);
    EXPECT_EQ(code_told(), "FG-AGT-032");
    EXPECT_TRUE(node.rules.empty());
    EXPECT_TRUE(node.measures().held().empty());
}

TEST_F(MeasuresTest, a_firewall_that_was_flushed_is_told_of_and_mends_itself) {
    node.start();
    node.take(order(7, 1h));
    node.look_after_firewall();
    auto look = node.measures().enforcing().look;
    ASSERT_TRUE(look);
    EXPECT_EQ(look->in_force, 2U);
    EXPECT_EQ(look->missing, 0U);
    ASSERT_EQ(look->listed.size(), 2U);
    EXPECT_EQ(look->listed[0].measures, std::vector<std::int64_t>{7});

    node.rules.clear();
    node.look_after_firewall();
    look = node.measures().enforcing().look;
    EXPECT_EQ(look->missing, 2U);
    EXPECT_EQ(look->lost, 2U);
    EXPECT_EQ(link::fault_of("de-1", *look)->code, "FG-NOD-015");
    node.settle();
    EXPECT_EQ(node.rules.size(), 2U) << "it is ordered again at once";
    const Denial stray{.address = *Address::parse("198.51.100.99")};
    node.rules[stray] = std::nullopt;
    const auto before = look;
    node.look_after_firewall();
    look = node.measures().enforcing().look;
    EXPECT_EQ(look->missing, 0U);
    EXPECT_EQ(look->strays, 1U);
    EXPECT_EQ(link::fault_of("de-1", *look, before)->code, "FG-NOD-016");
    EXPECT_TRUE(node.rules.contains(stray)) << "it may be somebody's own";
}

TEST_F(MeasuresTest, wherever_it_is_killed_the_order_holds_and_ends_in_time) {
    int reached = 0;
    for (int point = 1; point < 100; ++point) {
        kept = store::memory::make_store();
        NodeUnderTest victim(*kept, clock);
        victim.start();
        victim.crash.crash_at(point);
        const auto one = order(7, 5min);
        victim.take(one);
        victim.pass(5min + 10s);
        const bool died = victim.crash.dead();
        reached += died ? 1 : 0;
        victim.restart();
        // The hub says it again if it is still wanted and not held.
        if (clock.now() + 30s < *one.until) {
            if (victim.measures().held().empty()) {
                victim.take(one);
            }
            victim.pass(20s);
            EXPECT_EQ(victim.rules.size(), 2U) << "killed at point " << point;
        }
        victim.pass(7min);
        EXPECT_TRUE(victim.rules.empty()) << "killed at point " << point;
        EXPECT_TRUE(victim.measures().held().empty()) << "killed at point " << point;
        for (const Measure& measure : kept->measures().list({}, {}).value().rows) {
            EXPECT_EQ(measure.state, MeasureState::lifted) << "killed at point " << point;
        }
        if (!died) {
            break;
        }
    }
    EXPECT_GT(reached, 10);
}

}  // namespace
}  // namespace fairgate::agent
