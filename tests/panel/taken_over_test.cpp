#include "panel/rig.hpp"

#include <gtest/gtest.h>

// Measures that begin with what another tool has done (src/importing): of the user only its name
// is known, of what was before only the groups, if at all.
namespace fairgate::panel_test {
namespace {

using sim::Release;
using sim::UserStatus;

class TakenOver : public testing::TestWithParam<Release> {};
INSTANTIATE_TEST_SUITE_P(
    Releases, TakenOver, testing::Values(Release::v4_0, Release::v5_0, Release::v5_1, Release::v5_2)
);

/// As importing/applying/punishments.cpp writes it.
Carried taken_over(Rig& rig, Action action, const std::string& groups_after) {
    Carried carried(rig, action);
    carried.measure.state = MeasureState::active;
    carried.measure.before = R"({"id":0,"username":"ali.phone","status":"","group_ids":[1,3]})";
    carried.measure.after =
        R"({"id":0,"username":"ali.phone","status":"disabled","group_ids":)" + groups_after + "}";
    carried.measure.acted = rig.clock.now() - std::chrono::hours(1);
    carried.measure.orders = 1;
    return carried;
}

TEST_P(TakenOver, a_user_that_another_tool_has_disabled_is_given_back) {
    Rig rig(GetParam());
    rig.ali().status = UserStatus::disabled;
    Carried block = taken_over(rig, Action::block, "[1,3]");
    const auto seen = block.verify();
    ASSERT_TRUE(seen) << to_line(seen.error());
    EXPECT_EQ(seen->kind, Verification::Kind::held);
    EXPECT_EQ(rig.ali().status, UserStatus::disabled);
    const auto restored = block.restore();
    ASSERT_TRUE(restored) << to_line(restored.error());
    EXPECT_EQ(restored->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.ali().status, UserStatus::active);
}

TEST_P(TakenOver, a_user_that_somebody_has_enabled_meanwhile_is_not_touched) {
    Rig rig(GetParam());
    Carried block = taken_over(rig, Action::block, "[1,3]");
    EXPECT_EQ(block.verify()->kind, Verification::Kind::overruled);
    rig.panel.forget_calls();
    EXPECT_EQ(block.restore()->kind, Restored::Kind::already);
    EXPECT_EQ(rig.panel.count("PUT", "") + rig.panel.count("POST", ""), 0U);
    EXPECT_EQ(rig.ali().status, UserStatus::active);
}

TEST_P(TakenOver, a_user_that_is_no_longer_there_is_gone) {
    Rig rig(GetParam());
    rig.state().delete_user(1, start);
    Carried block = taken_over(rig, Action::block, "[1,3]");
    EXPECT_EQ(block.verify()->kind, Verification::Kind::gone);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::gone);
}

TEST_P(TakenOver, a_user_that_was_moved_and_disabled_gets_groups_and_access_back) {
    Rig rig(GetParam());
    rig.ali().status = UserStatus::disabled;
    rig.ali().group_ids = {2};
    Carried move = taken_over(rig, Action::move_group, "[2]");
    EXPECT_EQ(move.verify()->kind, Verification::Kind::held);
    const auto restored = move.restore();
    ASSERT_TRUE(restored) << to_line(restored.error());
    EXPECT_EQ(
        std::set<std::int64_t>(rig.ali().group_ids.begin(), rig.ali().group_ids.end()),
        (std::set<std::int64_t>{1, 3})
    );
    EXPECT_EQ(rig.ali().status, UserStatus::active);
}

}  // namespace
}  // namespace fairgate::panel_test
