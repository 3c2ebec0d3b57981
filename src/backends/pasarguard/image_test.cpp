#include "backends/pasarguard/image.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace fairgate::backends::pasarguard {
namespace {

UserImage with_groups(std::vector<std::int64_t> groups) {
    UserImage image;
    image.id = 7;
    image.status = "active";
    image.group_ids = std::move(groups);
    return image;
}

UserImage with_status(std::string status) {
    UserImage image;
    image.id = 7;
    image.status = std::move(status);
    return image;
}

TEST(Image, is_read_back_as_it_was_written) {
    UserImage image = with_groups({1, 4});
    image.username = "علی \"x\"";
    image.expire = json::Value("2026-09-01T00:00:00Z");
    image.next_plan = *json::parse(R"({"data_limit":5,"unknown":null})");
    EXPECT_EQ(*parse_image(json::write(image), "before"), image);
    EXPECT_EQ(parse_image("{", "before").error().code, "FG-PG-023");
    EXPECT_EQ(parse_image("{}", "after").error().code, "FG-PG-023");
}

TEST(Image, times_without_a_zone_are_utc) {
    EXPECT_EQ(with_zone(json::Value("2026-09-01T00:00:00")), json::Value("2026-09-01T00:00:00Z"));
    EXPECT_EQ(with_zone(json::Value()), json::Value());
    EXPECT_EQ(with_zone(json::Value("soon")), json::Value("soon"));
}

TEST(Status, is_compared_three_ways) {
    const auto active = with_status("active");
    const auto disabled = with_status("disabled");
    EXPECT_EQ(status_standing(active, disabled, active), Standing::as_before);
    EXPECT_EQ(status_standing(active, disabled, disabled), Standing::as_after);
    EXPECT_EQ(status_standing(active, disabled, with_status("limited")), Standing::otherwise);
    EXPECT_EQ(status_standing(disabled, disabled, disabled), Standing::as_before);
}

TEST(Groups, a_move_broken_off_is_ours) {
    const auto before = with_groups({1, 2});
    const auto after = with_groups({9});
    EXPECT_EQ(groups_standing(before, after, with_groups({1, 2, 9})), Standing::as_after);
    EXPECT_EQ(groups_standing(before, after, with_groups({1, 9})), Standing::as_after);
    EXPECT_EQ(groups_standing(before, after, with_groups({9})), Standing::as_after);
    EXPECT_EQ(groups_standing(before, after, with_groups({1, 2})), Standing::as_before);
    EXPECT_EQ(groups_standing(before, after, with_groups({3})), Standing::otherwise);
    EXPECT_EQ(groups_standing(before, after, with_groups({3, 9})), Standing::otherwise);
}

TEST(Return, drops_groups_that_were_deleted) {
    const auto plan = plan_return(with_groups({1, 2}), with_groups({9}), with_groups({9}), {1, 9});
    EXPECT_EQ(plan.kind, GroupReturn::Kind::restore);
    EXPECT_EQ(plan.add, std::vector<std::int64_t>{1});
    EXPECT_EQ(plan.remove, std::vector<std::int64_t>{9});
    EXPECT_EQ(plan.deleted, std::vector<std::int64_t>{2});
}

TEST(Return, keeps_what_someone_added_meanwhile) {
    const auto plan =
        plan_return(with_groups({1}), with_groups({9}), with_groups({3, 9}), {1, 3, 9});
    EXPECT_EQ(plan.result, (std::vector<std::int64_t>{1, 3}));
}

TEST(Return, leaves_alone_whom_someone_took_out_of_the_restricted_group) {
    const auto plan = plan_return(with_groups({1}), with_groups({9}), with_groups({3}), {1, 3, 9});
    EXPECT_EQ(plan.kind, GroupReturn::Kind::conflict);
}

TEST(Return, has_nothing_to_do_when_someone_has_put_it_back) {
    const auto plan = plan_return(with_groups({1}), with_groups({9}), with_groups({1}), {1, 9});
    EXPECT_EQ(plan.kind, GroupReturn::Kind::nothing);
}

TEST(Return, never_ends_with_no_group_at_all) {
    const auto plan = plan_return(with_groups({1}), with_groups({9}), with_groups({9}), {9});
    EXPECT_EQ(plan.kind, GroupReturn::Kind::conflict);
}

TEST(Return, goes_on_when_the_restricted_group_was_deleted) {
    const auto plan = plan_return(with_groups({1}), with_groups({9}), with_groups({}), {1});
    EXPECT_EQ(plan.kind, GroupReturn::Kind::restore);
    EXPECT_EQ(plan.result, std::vector<std::int64_t>{1});
}

TEST(Return, leaves_one_in_the_restricted_group_who_was_there_before) {
    const auto plan = plan_return(with_groups({1, 9}), with_groups({9}), with_groups({9}), {1, 9});
    EXPECT_EQ(plan.result, (std::vector<std::int64_t>{1, 9}));
    EXPECT_TRUE(plan.remove.empty());
}

TEST(Hold, is_recognised_when_it_came_back_through_us) {
    UserImage before = with_status("active");
    before.on_hold_expire_duration = 3600;
    before.expire = json::Value("2026-09-01T00:00:00Z");
    UserImage now = before;
    now.status = "on_hold";
    EXPECT_TRUE(fell_back_on_hold(before, now));
    now.expire = json::Value();  // an administrator's PUT on_hold clears it
    EXPECT_FALSE(fell_back_on_hold(before, now));
    now.status = "active";
    now.on_hold_expire_duration.reset();
    now.expire = json::Value("2026-10-01T00:00:00Z");
    EXPECT_TRUE(lost_its_expiry(before, now));
}

std::vector<std::int64_t> some_groups() {
    auto groups =
        *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(1, 6));
    std::sort(groups.begin(), groups.end());
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    return groups;
}

RC_GTEST_PROP(Return, undoes_a_move_exactly_when_nobody_interfered, ()) {
    const auto before = with_groups(some_groups());
    const auto after = with_groups({9});
    const auto plan = plan_return(before, after, after, {1, 2, 3, 4, 5, 9});
    RC_ASSERT(plan.result == before.group_ids);
}

RC_GTEST_PROP(Return, takes_away_nothing_but_the_restricted_group, ()) {
    const auto before = with_groups(some_groups());
    const auto now = with_groups(some_groups());
    const auto plan = plan_return(before, with_groups({3}), now, some_groups());
    for (const auto id : now.group_ids) {
        const bool kept =
            std::find(plan.result.begin(), plan.result.end(), id) != plan.result.end();
        RC_ASSERT(kept || id == 3);
    }
    for (const auto id : plan.add) {
        const auto& groups = before.group_ids;
        RC_ASSERT(std::find(groups.begin(), groups.end(), id) != groups.end());
    }
}

}  // namespace
}  // namespace fairgate::backends::pasarguard
