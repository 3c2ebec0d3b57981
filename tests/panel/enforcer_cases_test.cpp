#include "panel/rig.hpp"

#include <gtest/gtest.h>

namespace fairgate::panel_test {
namespace {

using sim::FaultKind;
using sim::Release;
using sim::UserStatus;

TEST(Block, is_not_ours_when_somebody_disables_in_the_same_moment) {
    Rig rig;
    Carried block(rig, Action::block);
    ASSERT_TRUE(block.read());
    rig.panel.before_call = [&](const http::Request& request) {
        if (request.method == "POST") {
            rig.state().set_disabled(rig.ali(), start);
        }
    };
    EXPECT_EQ(block.act()->kind, Acted::Kind::changed);
    rig.panel.before_call = nullptr;
    ASSERT_TRUE(block.read());
    EXPECT_EQ(block.restore()->kind, Restored::Kind::already);
    EXPECT_EQ(rig.ali().status, UserStatus::disabled);
}

// Killed after the order was sent, started again, and only then the slow panel carries it out.
TEST(Block, is_ours_when_an_order_from_before_a_crash_comes_into_force_late) {
    Rig rig;
    Carried block(rig, Action::block);
    ASSERT_TRUE(block.read());
    block.measure.doubt = start + std::chrono::minutes(2);  // as the journal takes it up again
    rig.enforcer = rig.make_enforcer(rig.client);
    rig.panel.before_call = [&](const http::Request& request) {
        if (request.method == "POST") {
            rig.state().set_disabled(rig.ali(), start);
        }
    };
    EXPECT_EQ(block.act()->kind, Acted::Kind::done);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.ali().status, UserStatus::active);
}

TEST(Block, of_a_user_that_became_limited_meanwhile_is_read_again) {
    Rig rig;
    Carried block(rig, Action::block);
    ASSERT_TRUE(block.read());
    rig.ali().status = UserStatus::limited;
    EXPECT_EQ(block.act()->kind, Acted::Kind::changed);
}

TEST(Block, works_for_one_who_may_not_use_bulk_orders) {
    Rig rig;
    rig.panel.add_fault(
        {.kind = FaultKind::status, .path_start = "/api/users/bulk", .times = -1, .status = 403}
    );
    Carried block(rig, Action::block);
    block.carry_out();
    EXPECT_EQ(rig.ali().status, UserStatus::disabled);
    EXPECT_EQ(rig.panel.count("PUT", "/api/user/by-id/1/disabled"), 1U);
}

TEST(Block, never_restarts_a_core) {
    Rig rig;
    auto& node = rig.state().nodes().at(1);
    ASSERT_TRUE(node.connect(2, "198.51.100.7", 40'000, start));
    Carried block(rig, Action::block);
    block.carry_out();
    ASSERT_TRUE(block.restore());
    EXPECT_EQ(node.connections().size(), 1U);
}

TEST(Block, a_hold_that_an_administrator_ended_does_not_come_back) {
    for (const Release release : {Release::v5_0, Release::v5_1, Release::v5_2}) {
        Rig rig(release);
        rig.ali().on_hold_expire_duration = 3600;
        rig.ali().expire = start + std::chrono::hours(700);
        rig.ali().next_plan = some_plan();
        rig.ali().online_at = start + std::chrono::hours(1);
        Carried block(rig, Action::block);
        block.carry_out();
        EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
        rig.state().run_jobs(start + std::chrono::minutes(5));
        EXPECT_EQ(rig.ali().status, UserStatus::active);
        EXPECT_EQ(rig.ali().expire, start + std::chrono::hours(700));
        EXPECT_EQ(rig.ali().next_plan, some_plan());
    }
}

TEST(Block, a_hold_that_came_back_is_ended_after_a_crash_too) {
    Rig rig;
    rig.ali().on_hold_expire_duration = 3600;
    rig.ali().expire = start + std::chrono::hours(700);
    Carried block(rig, Action::block);
    block.carry_out();
    rig.state().set_enabled(rig.ali(), start);  // our own order, and then the crash
    ASSERT_EQ(rig.ali().status, UserStatus::on_hold);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.ali().status, UserStatus::active);
    EXPECT_EQ(rig.ali().expire, start + std::chrono::hours(700));
}

TEST(Block, an_expiry_lost_to_the_review_is_shown_as_a_conflict) {
    Rig rig;
    rig.ali().on_hold_expire_duration = 3600;
    rig.ali().expire = start + std::chrono::hours(700);
    rig.ali().online_at = start + std::chrono::hours(1);
    Carried block(rig, Action::block);
    block.carry_out();
    rig.state().set_enabled(rig.ali(), start);
    rig.state().run_jobs(start + std::chrono::minutes(1));
    const auto restored = block.restore();
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->kind, Restored::Kind::conflict);
    EXPECT_NE(restored->text.find("2026-09-04T00:00:00Z"), std::string::npos) << restored->text;
}

TEST(Block, a_plan_that_ended_meanwhile_is_followed_by_the_next_one) {
    for (const Release release : {Release::v4_0, Release::v5_0, Release::v5_1, Release::v5_2}) {
        Rig rig(release);
        rig.ali().expire = start + std::chrono::minutes(10);
        rig.ali().next_plan = some_plan();
        Carried block(rig, Action::block);
        block.carry_out();
        rig.clock.advance(std::chrono::minutes(30));
        EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
        rig.state().run_jobs(start + std::chrono::minutes(31));
        EXPECT_EQ(rig.ali().status, UserStatus::active);
        EXPECT_FALSE(rig.ali().next_plan);
        EXPECT_EQ(rig.ali().data_limit, 5'000);
    }
}

TEST(Block, of_a_user_used_up_before_does_not_begin_its_next_plan) {
    for (const Release release : {Release::v4_0, Release::v5_0, Release::v5_1, Release::v5_2}) {
        Rig rig(release);
        rig.ali().status = UserStatus::limited;
        rig.ali().data_limit = 50;
        rig.ali().used_traffic = 60;
        rig.ali().next_plan = some_plan();
        Carried block(rig, Action::block);
        block.carry_out();
        EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
        rig.state().run_jobs(start + std::chrono::minutes(1));
        EXPECT_EQ(rig.ali().status, UserStatus::limited);
        EXPECT_TRUE(rig.ali().next_plan);
    }
}

TEST(Block, an_edit_made_meanwhile_survives_its_end) {
    for (const Release release : {Release::v4_0, Release::v5_2}) {
        Rig rig(release);
        Carried block(rig, Action::block);
        block.carry_out();
        rig.ali().expire = start + std::chrono::hours(900);
        rig.ali().next_plan = some_plan();
        rig.ali().note = "paid";
        EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
        EXPECT_EQ(rig.ali().status, UserStatus::active);
        EXPECT_EQ(rig.ali().expire, start + std::chrono::hours(900));
        EXPECT_EQ(rig.ali().next_plan, some_plan());
        EXPECT_EQ(rig.ali().note, "paid");
    }
}

TEST(Block, rights_taken_away_do_not_mean_that_the_user_is_gone) {
    Rig rig;
    for (const std::int64_t id : {1, 2}) {
        PanelUser user;
        user.id = id;
        user.username = id == 1 ? "ali.phone" : "bea";
        rig.directory.put(user);
    }
    Carried block(rig, Action::block);
    block.carry_out();
    const sim::Role role = sim::operator_role();
    rig.state().find_admin("root")->role = role;
    EXPECT_EQ(block.restore().error().code, "FG-PG-027");
}

TEST(Block, works_through_a_template_role_that_may_not_put) {
    Rig rig;
    sim::Role role = sim::administrator_role();
    role.requires_template = true;
    rig.state().find_admin("root")->role = role;
    Carried block(rig, Action::block);
    block.carry_out();
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
}

TEST(Images, hold_no_secret) {
    Rig rig;
    Carried block(rig, Action::block);
    block.carry_out();
    EXPECT_EQ((block.measure.before + block.measure.after).find("secret"), std::string::npos);
}

TEST(Move, drops_groups_deleted_meanwhile) {
    Rig rig;
    rig.ali().group_ids = {1, 3};
    Carried move(rig, Action::move_group);
    move.carry_out();
    rig.state().delete_group(3, start);
    const auto restored = move.restore();
    ASSERT_TRUE(restored) << to_line(restored.error());
    EXPECT_EQ(restored->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.ali().group_ids, std::vector<std::int64_t>{1});
    EXPECT_NE(restored->text.find("deleted meanwhile: 3"), std::string::npos);
}

TEST(Move, by_someone_else_meanwhile_is_a_conflict_and_stays) {
    Rig rig;
    Carried move(rig, Action::move_group);
    move.carry_out();
    rig.ali().group_ids = {3};
    EXPECT_EQ(move.verify()->kind, Verification::Kind::overruled);
    EXPECT_EQ(move.restore()->kind, Restored::Kind::conflict);
    EXPECT_EQ(rig.ali().group_ids, std::vector<std::int64_t>{3});
}

TEST(Move, broken_off_in_the_middle_is_finished_or_undone) {
    for (const bool finish : {true, false}) {
        Rig rig;
        rig.ali().group_ids = {1, 3};
        Carried move(rig, Action::move_group);
        ASSERT_TRUE(move.read());
        rig.panel.add_fault({
            .kind = FaultKind::status,
            .path_start = "/api/groups/bulk/remove",
            .times = 3,
        });
        EXPECT_FALSE(move.act());
        EXPECT_EQ(rig.ali().group_ids, (std::vector<std::int64_t>{1, 3, 2}));
        if (finish) {
            EXPECT_EQ(move.act()->kind, Acted::Kind::done);
            EXPECT_EQ(rig.ali().group_ids, std::vector<std::int64_t>{2});
        }
        EXPECT_EQ(move.restore()->kind, Restored::Kind::restored);
        const std::set<std::int64_t> groups(rig.ali().group_ids.begin(), rig.ali().group_ids.end());
        EXPECT_EQ(groups, (std::set<std::int64_t>{1, 3}));
    }
}

TEST(Move, goes_by_put_where_bulk_orders_are_forbidden) {
    Rig rig;
    rig.ali().next_plan = some_plan();
    rig.panel.add_fault({
        .kind = FaultKind::status,
        .path_start = "/api/groups/bulk",
        .times = -1,
        .status = 403,
    });
    Carried move(rig, Action::move_group);
    move.carry_out();
    EXPECT_EQ(rig.ali().group_ids, std::vector<std::int64_t>{2});
    EXPECT_EQ(move.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.ali().group_ids, std::vector<std::int64_t>{1});
    EXPECT_EQ(rig.ali().next_plan, some_plan());
}

TEST(Move, needs_its_group) {
    Rig rig;
    rig.state().delete_group(2, start);
    Carried move(rig, Action::move_group);
    EXPECT_EQ(move.read().error().code, "FG-PG-026");
    EXPECT_FALSE(rig.enforcer->supports(Action::throttle));
}

}  // namespace
}  // namespace fairgate::panel_test
