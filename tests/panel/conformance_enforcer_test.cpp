#include "panel/conformance.hpp"

#include <gtest/gtest.h>

// What every panel's client must do, asked of each in an old and in its newest release. What only
// one product has is in its own tests.
namespace fairgate::conformance {
namespace {

using namespace std::chrono_literals;
using enforcement::Acted;
using enforcement::Restored;
using enforcement::Verification;
using fairgate::sim::panel::FaultKind;
using Inside = World::Inside;

class EveryEnforcer : public EveryPanel {};
INSTANTIATE_TEST_SUITE_P(Products, EveryEnforcer, every_product(), name_of);

std::size_t revocations(World& world) {
    std::size_t count = 0;
    for (const auto& call : world.panel().calls()) {
        count += call.target.ends_with("/revoke_sub") ? 1U : 0U;
    }
    return count;
}

TEST_P(EveryEnforcer, a_subscription_is_revoked_once_however_often_the_block_is_asserted) {
    const auto world = make();
    Carried revoking(*world, Action::revoke);
    revoking.carry_out();
    EXPECT_EQ(world->person("ali.phone").status, "disabled");
    EXPECT_EQ(revocations(*world), 1U);
    EXPECT_EQ(revoking.verify()->kind, Verification::Kind::held);
    ASSERT_TRUE(revoking.act());
    revoking.carry_out();
    EXPECT_EQ(revocations(*world), 1U);
    const auto restored = revoking.restore();
    ASSERT_TRUE(restored) << to_line(restored.error());
    EXPECT_EQ(restored->kind, Restored::Kind::restored);
    EXPECT_NE(restored->text.find("send the new link"), std::string::npos);
    EXPECT_EQ(world->person("ali.phone").status, "active");
}

TEST_P(EveryEnforcer, who_must_not_revoke_is_blocked_all_the_same) {
    const auto world = make();
    Carried revoking(*world, Action::revoke);
    ASSERT_TRUE(revoking.read());
    world->panel().add_fault(
        {.kind = FaultKind::status, .method = "POST", .path_start = "/api/user/", .status = 403}
    );
    const auto acted = revoking.act();
    ASSERT_TRUE(acted) << to_line(acted.error());
    EXPECT_NE(acted->text.find("was not revoked"), std::string::npos);
    EXPECT_EQ(world->person("ali.phone").status, "disabled");
}

TEST_P(EveryEnforcer, a_block_and_its_end_leave_the_user_as_it_was) {
    const auto world = make();
    Person ali = world->person("ali.phone");
    ali.has_next_plan = true;
    ali.expire = start + 100h;
    ali.data_limit = 50'000;
    ali.used = 100;
    world->change("ali.phone", ali);
    ali = world->person("ali.phone");
    Carried block(*world, Action::block);
    block.carry_out();
    Person blocked = ali;
    blocked.status = "disabled";
    EXPECT_EQ(world->person("ali.phone"), blocked);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::held);
    block.restored_is(Restored::Kind::restored);
    EXPECT_EQ(world->person("ali.phone"), ali);
    EXPECT_EQ(world->person("bea"), Person{});
}

TEST_P(EveryEnforcer, a_user_on_hold_comes_back_on_hold) {
    const auto world = make();
    Person ali;
    ali.status = "on_hold";
    ali.hold = 86'400;
    ali.has_next_plan = true;
    world->change("ali.phone", ali);
    ali = world->person("ali.phone");
    Carried block(*world, Action::block);
    block.carry_out();
    EXPECT_EQ(world->person("ali.phone").status, "disabled");
    block.restored_is(Restored::Kind::restored);
    EXPECT_EQ(world->person("ali.phone"), ali);
}

TEST_P(EveryEnforcer, a_user_over_its_quota_meanwhile_comes_back_limited) {
    const auto world = make();
    Carried block(*world, Action::block);
    block.carry_out();
    Person ali = world->person("ali.phone");
    ali.data_limit = 10;
    ali.used = 20;
    world->change("ali.phone", ali);
    block.restored_is(Restored::Kind::restored);
    world->run_jobs(start + 40s);
    EXPECT_EQ(world->person("ali.phone").status, "limited");
}

TEST_P(EveryEnforcer, a_move_and_its_return_are_exact) {
    const auto world = make();
    Person ali;
    ali.places = {"main", "extra"};
    ali.has_next_plan = true;
    world->change("ali.phone", ali);
    ali = world->person("ali.phone");
    Carried move(*world, Action::move_group);
    move.carry_out();
    EXPECT_EQ(world->person("ali.phone").places, std::set<std::string>{"slow"});
    EXPECT_EQ(move.verify()->kind, Verification::Kind::held);
    move.restored_is(Restored::Kind::restored);
    EXPECT_EQ(world->person("ali.phone"), ali);
    EXPECT_EQ(world->person("bea"), Person{});
    move.restored_is(Restored::Kind::already);
}

TEST_P(EveryEnforcer, a_move_back_keeps_what_was_given_meanwhile) {
    const auto world = make();
    Carried move(*world, Action::move_group);
    move.carry_out();
    Person ali = world->person("ali.phone");
    ali.places.insert("extra");
    world->change("ali.phone", ali);
    move.restored_is(Restored::Kind::restored);
    EXPECT_EQ(world->person("ali.phone").places, (std::set<std::string>{"main", "extra"}));
}

TEST_P(EveryEnforcer, a_move_back_leaves_out_what_was_deleted_meanwhile) {
    const auto world = make();
    Person ali;
    ali.places = {"main", "extra"};
    world->change("ali.phone", ali);
    Carried move(*world, Action::move_group);
    move.carry_out();
    world->delete_place("extra");
    move.restored_is(Restored::Kind::restored);
    EXPECT_EQ(world->person("ali.phone").places.count("main"), 1U);
    EXPECT_EQ(world->person("ali.phone").places.count("slow"), 0U);
}

TEST_P(EveryEnforcer, one_taken_out_of_the_restricted_place_by_someone_is_left_alone) {
    const auto world = make();
    Carried move(*world, Action::move_group);
    move.carry_out();
    Person ali = world->person("ali.phone");
    ali.places = {"extra"};
    world->change("ali.phone", ali);
    world->clock.advance(1min);
    EXPECT_EQ(move.verify()->kind, Verification::Kind::overruled);
    move.restored_is(Restored::Kind::conflict);
    EXPECT_EQ(world->person("ali.phone").places, std::set<std::string>{"extra"});
}

TEST_P(EveryEnforcer, a_user_disabled_before_us_stays_so) {
    const auto world = make();
    world->disable("ali.phone");
    Carried block(*world, Action::block);
    block.carry_out();
    EXPECT_EQ(world->orders(), 0U);
    block.restored_is(Restored::Kind::already);
    EXPECT_EQ(world->person("ali.phone").status, "disabled");
}

TEST_P(EveryEnforcer, a_user_enabled_by_someone_else_is_left_alone) {
    const auto world = make();
    Carried block(*world, Action::block);
    block.carry_out();
    world->clock.advance(1min);
    world->enable("ali.phone");
    EXPECT_EQ(block.verify()->kind, Verification::Kind::overruled);
    world->panel().forget_calls();
    block.restored_is(Restored::Kind::already);
    EXPECT_EQ(world->orders(), 0U);
}

TEST_P(EveryEnforcer, a_user_disabled_by_someone_between_our_reading_and_our_order_is_not_ours) {
    const auto world = make();
    Carried block(*world, Action::block);
    ASSERT_TRUE(block.read());
    world->disable("ali.phone");
    EXPECT_EQ(block.act()->kind, Acted::Kind::changed);
    ASSERT_TRUE(block.read());
    EXPECT_EQ(block.act()->kind, Acted::Kind::done);
    block.restored_is(Restored::Kind::already);
    EXPECT_EQ(world->person("ali.phone").status, "disabled");
}

TEST_P(EveryEnforcer, a_user_made_again_under_the_same_name_is_not_touched) {
    const auto world = make();
    Carried block(*world, Action::block);
    block.carry_out();
    world->remove("ali.phone");
    world->clock.advance(1s);
    world->add("ali.phone");
    world->disable("ali.phone");
    EXPECT_EQ(block.verify()->kind, Verification::Kind::gone);
    block.restored_is(Restored::Kind::gone);
    EXPECT_EQ(block.act()->kind, Acted::Kind::gone);
    EXPECT_EQ(world->person("ali.phone").status, "disabled");
}

TEST_P(EveryEnforcer, every_step_may_come_twice) {
    const auto world = make();
    Person ali;
    ali.has_next_plan = true;
    world->change("ali.phone", ali);
    ali = world->person("ali.phone");
    Carried block(*world, Action::block);
    block.carry_out();
    ASSERT_TRUE(block.read());
    EXPECT_EQ(block.act()->kind, Acted::Kind::done);
    block.restored_is(Restored::Kind::restored);
    block.restored_is(Restored::Kind::already);
    EXPECT_EQ(world->person("ali.phone"), ali);
}

TEST_P(EveryEnforcer, an_order_whose_answer_was_lost_is_taken_up_again) {
    const auto world = make();
    Carried block(*world, Action::block);
    ASSERT_TRUE(block.read());
    world->fail_orders(FaultKind::drop_after, 1);
    EXPECT_FALSE(block.act());
    world->panel().clear_faults();
    EXPECT_EQ(world->person("ali.phone").status, "disabled");
    EXPECT_EQ(block.act()->kind, Acted::Kind::done);
    block.restored_is(Restored::Kind::restored);
    EXPECT_EQ(world->person("ali.phone"), Person{});
}

TEST_P(EveryEnforcer, a_panel_that_lies_is_found_out) {
    const auto world = make();
    Carried block(*world, Action::block);
    ASSERT_TRUE(block.read());
    world->fail_orders(FaultKind::lie, -1);
    EXPECT_EQ(block.act()->kind, Acted::Kind::done);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::ineffective);
    world->panel().clear_faults();
    EXPECT_EQ(block.act()->kind, Acted::Kind::done);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::held);
    world->fail_orders(FaultKind::lie, -1);
    EXPECT_EQ(block.restore().error().code, world->code("024"));
    world->panel().clear_faults();
    block.restored_is(Restored::Kind::restored);
}

TEST_P(EveryEnforcer, an_update_lost_on_its_way_to_the_nodes_is_repeated_by_acting_again) {
    const auto world = make();
    Carried block(*world, Action::block);
    ASSERT_TRUE(block.read());
    world->lose_updates(1);
    ASSERT_TRUE(block.act());
    const TimePoint later = start + 45s;
    EXPECT_TRUE(world->connects("ali.phone", later)) << "the node has not heard of it";
    world->clock.set(later);
    world->saw("ali.phone", start + 40s, Inside::another);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::held);
    world->saw("ali.phone", start + 20s, Inside::nothing);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::held);
    world->saw("ali.phone", later, Inside::nothing);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::ineffective);
    ASSERT_TRUE(block.act());
    EXPECT_FALSE(world->connects("ali.phone", later + 5s));
}

}  // namespace
}  // namespace fairgate::conformance
