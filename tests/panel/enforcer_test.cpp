#include "panel/rig.hpp"

#include <gtest/gtest.h>

namespace fairgate::panel_test {
namespace {

using sim::FaultKind;
using sim::Release;
using sim::UserStatus;

class EnforcerOnEveryRelease : public testing::TestWithParam<Release> {};
INSTANTIATE_TEST_SUITE_P(
    Releases,
    EnforcerOnEveryRelease,
    testing::Values(Release::v4_0, Release::v5_0, Release::v5_1, Release::v5_2)
);

TEST_P(EnforcerOnEveryRelease, a_block_and_its_end_leave_the_user_as_it_was) {
    Rig rig(GetParam());
    rig.ali().next_plan = some_plan();
    rig.ali().expire = start + std::chrono::hours(100);
    sim::User before = rig.ali();
    Carried block(rig, Action::block);
    block.carry_out();
    EXPECT_EQ(rig.ali().status, UserStatus::disabled);
    EXPECT_EQ(rig.ali().next_plan, some_plan());
    EXPECT_EQ(block.verify()->kind, Verification::Kind::held);
    const auto restored = block.restore();
    ASSERT_TRUE(restored) << to_line(restored.error());
    EXPECT_EQ(restored->kind, Restored::Kind::restored);
    before.edit_at = rig.ali().edit_at;  // PUT before 5.0 sets it
    EXPECT_EQ(rig.ali(), before);
}

TEST_P(EnforcerOnEveryRelease, a_user_on_hold_comes_back_on_hold) {
    Rig rig(GetParam());
    rig.ali().status = UserStatus::on_hold;
    rig.ali().on_hold_expire_duration = 86'400;
    Carried block(rig, Action::block);
    block.carry_out();
    EXPECT_EQ(rig.ali().status, UserStatus::disabled);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.ali().status, UserStatus::on_hold);
    EXPECT_EQ(rig.ali().on_hold_expire_duration, 86'400);
}

TEST_P(EnforcerOnEveryRelease, a_user_over_its_quota_meanwhile_comes_back_limited) {
    Rig rig(GetParam());
    Carried block(rig, Action::block);
    block.carry_out();
    rig.ali().data_limit = 10;
    rig.ali().used_traffic = 20;
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
    rig.state().run_jobs(start + std::chrono::seconds(30));
    EXPECT_EQ(rig.ali().status, UserStatus::limited);
}

TEST_P(EnforcerOnEveryRelease, a_move_and_its_return_are_exact) {
    Rig rig(GetParam());
    rig.ali().group_ids = {1, 3};
    rig.ali().next_plan = some_plan();
    Carried move(rig, Action::move_group);
    move.carry_out();
    EXPECT_EQ(rig.ali().group_ids, std::vector<std::int64_t>{2});
    EXPECT_EQ(move.verify()->kind, Verification::Kind::held);
    EXPECT_EQ(move.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(
        std::set<std::int64_t>(rig.ali().group_ids.begin(), rig.ali().group_ids.end()),
        (std::set<std::int64_t>{1, 3})
    );
    EXPECT_EQ(rig.ali().next_plan, some_plan());
    EXPECT_EQ(rig.state().users().at(2).group_ids, std::vector<std::int64_t>{1});
}

TEST_P(EnforcerOnEveryRelease, a_user_disabled_before_us_stays_so) {
    Rig rig(GetParam());
    rig.ali().status = UserStatus::disabled;
    Carried block(rig, Action::block);
    block.carry_out();
    EXPECT_EQ(rig.panel.count("PUT", "") + rig.panel.count("POST", "/api/users"), 0U);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::already);
    EXPECT_EQ(rig.ali().status, UserStatus::disabled);
}

TEST_P(EnforcerOnEveryRelease, a_user_enabled_by_someone_else_is_left_alone) {
    Rig rig(GetParam());
    Carried block(rig, Action::block);
    block.carry_out();
    rig.clock.advance(std::chrono::minutes(1));
    rig.state().set_enabled(rig.ali(), start);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::overruled);
    rig.panel.forget_calls();
    EXPECT_EQ(block.restore()->kind, Restored::Kind::already);
    EXPECT_EQ(rig.panel.count("PUT", "") + rig.panel.count("POST", ""), 0U);
}

TEST_P(EnforcerOnEveryRelease, a_user_made_again_under_the_same_name_is_not_touched) {
    Rig rig(GetParam());
    Carried block(rig, Action::block);
    block.carry_out();
    rig.state().delete_user(1, start);
    sim::User again = sim_user("ali.phone");
    again.status = UserStatus::disabled;
    rig.state().add_user(again, start);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::gone);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::gone);
    EXPECT_EQ(block.act()->kind, Acted::Kind::gone);
    EXPECT_EQ(rig.state().find_user("ali.phone")->status, UserStatus::disabled);
}

TEST_P(EnforcerOnEveryRelease, every_step_may_come_twice) {
    Rig rig(GetParam());
    rig.ali().next_plan = some_plan();
    Carried block(rig, Action::block);
    block.carry_out();
    const std::string before = block.measure.before;
    ASSERT_TRUE(block.read());
    EXPECT_EQ(block.measure.before, before) << "our own disable is not what is to be restored";
    EXPECT_EQ(block.act()->kind, Acted::Kind::done);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::already);
    EXPECT_EQ(rig.ali().status, UserStatus::active);
    EXPECT_EQ(rig.ali().next_plan, some_plan());
}

TEST_P(EnforcerOnEveryRelease, an_order_whose_answer_was_lost_is_taken_up_again) {
    Rig rig(GetParam());
    Carried block(rig, Action::block);
    ASSERT_TRUE(block.read());
    const char* const order =
        GetParam() == Release::v4_0 ? "/api/user/by-id/1" : "/api/users/bulk/disable";
    rig.panel.add_fault({
        .kind = FaultKind::drop_after,
        .method = GetParam() == Release::v4_0 ? "PUT" : "POST",
        .path_start = order,
    });
    EXPECT_FALSE(block.act());
    EXPECT_EQ(rig.ali().status, UserStatus::disabled);
    EXPECT_EQ(block.act()->kind, Acted::Kind::done);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.ali().status, UserStatus::active);
}

TEST_P(EnforcerOnEveryRelease, a_panel_that_lies_is_found_out) {
    Rig rig(GetParam());
    Carried block(rig, Action::block);
    ASSERT_TRUE(block.read());
    rig.panel.add_fault({.kind = FaultKind::lie, .method = "PUT"});
    rig.panel.add_fault({.kind = FaultKind::lie, .method = "POST", .path_start = "/api/users"});
    EXPECT_EQ(block.act()->kind, Acted::Kind::done);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::ineffective);
    rig.panel.clear_faults();
    EXPECT_EQ(block.act()->kind, Acted::Kind::done);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::held);
    rig.panel.add_fault({.kind = FaultKind::lie, .method = "PUT"});
    EXPECT_EQ(block.restore().error().code, "FG-PG-024");
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
}

TEST_P(EnforcerOnEveryRelease, a_lost_update_of_the_nodes_is_repeated_by_acting_again) {
    Rig rig(GetParam());
    Carried block(rig, Action::block);
    ASSERT_TRUE(block.read());
    rig.state().lose_node_updates(1);
    ASSERT_TRUE(block.act());
    auto& node = rig.state().nodes().at(1);
    const TimePoint later = start + std::chrono::seconds(45);
    EXPECT_TRUE(node.connect(1, "198.51.100.7", 40'000, later)) << "the node has not heard of it";
    rig.clock.set(later);
    rig.enforcer->saw_connection(1, start + std::chrono::seconds(40), Carrier::inside_another);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::held);
    rig.enforcer->saw_connection(1, start + std::chrono::seconds(20), Carrier::direct);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::held);
    rig.enforcer->saw_connection(1, later, Carrier::direct);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::ineffective);
    ASSERT_TRUE(block.act());
    EXPECT_FALSE(node.connect(1, "198.51.100.7", 40'001, later));
    EXPECT_EQ(block.verify()->kind, Verification::Kind::held);
}

}  // namespace
}  // namespace fairgate::panel_test
