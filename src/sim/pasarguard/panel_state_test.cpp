#include "sim/pasarguard/panel_state.hpp"

#include "sim/pasarguard/user_rules.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairgate::sim::pasarguard {
namespace {

constexpr TimePoint start{std::chrono::seconds{1'785'960'000}};

NextPlan some_plan() { return NextPlan{std::nullopt, 1'000, 86'400, false}; }

User named(std::string name) {
    User user;
    user.username = std::move(name);
    user.group_ids = {1};
    return user;
}

struct World {
    explicit World(Release release = Release::v5_2) : panel(release, 7, start) {
        panel.add_group("main");
        panel.add_group("restricted");
        panel.add_node("de-1", start);
        panel.add_user(named("ali.phone"), start);
    }
    User& ali() { return panel.users().at(1); }
    Node& node() { return panel.nodes().at(1); }

    PanelState panel;
};

TEST(Put, without_a_next_plan_deletes_the_stored_one) {
    World world;
    world.ali().next_plan = some_plan();
    UserPatch patch;
    patch.status = UserStatus::disabled;
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(world.ali().status, UserStatus::disabled);
    EXPECT_FALSE(world.ali().next_plan);
    EXPECT_EQ(world.ali().edit_at, start);
}

TEST(Put, with_the_next_plan_sent_back_keeps_it) {
    World world;
    world.ali().next_plan = some_plan();
    UserPatch patch;
    patch.next_plan = some_plan();
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(world.ali().next_plan, some_plan());
}

TEST(Put, with_empty_groups_clears_them_since_5_2_only) {
    for (const Release release : {Release::v5_1, Release::v5_2}) {
        World world(release);
        UserPatch patch;
        patch.group_ids.emplace();
        ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
        EXPECT_EQ(world.ali().group_ids.empty(), release == Release::v5_2);
    }
}

TEST(Put, with_an_unknown_group_is_refused_whole) {
    World world;
    world.ali().next_plan = some_plan();
    UserPatch patch;
    patch.status = UserStatus::disabled;
    patch.group_ids = {1, 99};
    const auto answer = world.panel.modify(world.ali(), patch, start);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().status, 404);
    EXPECT_EQ(world.ali().status, UserStatus::active);
    EXPECT_TRUE(world.ali().next_plan);
}

TEST(Put, of_active_on_a_disabled_user_is_resolved_since_5_1_only) {
    for (const Release release : {Release::v5_0, Release::v5_1}) {
        World world(release);
        world.ali().status = UserStatus::disabled;
        world.ali().on_hold_expire_duration = 86'400;
        UserPatch patch;
        patch.status = UserStatus::active;
        ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
        EXPECT_EQ(
            world.ali().status, release == Release::v5_0 ? UserStatus::active : UserStatus::on_hold
        );
    }
}

TEST(Put, of_on_hold_needs_a_duration_and_no_expiry) {
    World world;
    UserPatch patch;
    patch.status = UserStatus::on_hold;
    EXPECT_EQ(world.panel.modify(world.ali(), patch, start).error().status, 422);
    patch.on_hold_expire_duration = 3600;
    patch.expire = start;
    EXPECT_EQ(world.panel.modify(world.ali(), patch, start).error().status, 422);
    patch.expire.reset();
    world.ali().expire = start + std::chrono::hours(1);
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(world.ali().status, UserStatus::on_hold);
    EXPECT_FALSE(world.ali().expire);
}

TEST(Put, of_limited_is_refused) {
    World world;
    UserPatch patch;
    patch.status = UserStatus::limited;
    EXPECT_EQ(world.panel.modify(world.ali(), patch, start).error().status, 422);
}

TEST(Put, of_a_larger_quota_unlimits_silently) {
    World world;
    world.ali().status = UserStatus::limited;
    world.ali().data_limit = 10;
    world.ali().used_traffic = 20;
    UserPatch patch;
    patch.data_limit = 0;
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(world.ali().status, UserStatus::active);
    EXPECT_FALSE(world.ali().data_limit);
}

TEST(Put, of_expire_turns_active_and_expired_but_never_disabled) {
    World world;
    UserPatch patch;
    patch.expire = start - std::chrono::hours(1);
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(world.ali().status, UserStatus::expired);
    world.ali().status = UserStatus::disabled;
    patch.expire = start + std::chrono::hours(1);
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(world.ali().status, UserStatus::disabled);
}

TEST(Switch, keeps_everything_but_the_status) {
    World world;
    world.ali().next_plan = some_plan();
    world.ali().on_hold_expire_duration = 3600;
    world.ali().status = UserStatus::on_hold;
    const User before = world.ali();
    world.panel.set_disabled(world.ali(), start);
    EXPECT_EQ(world.ali().status, UserStatus::disabled);
    world.panel.set_enabled(world.ali(), start);
    EXPECT_EQ(world.ali(), before);
}

TEST(Switch, on_of_a_user_over_quota_is_limited) {
    World world;
    world.ali().data_limit = 10;
    world.ali().used_traffic = 10;
    world.panel.set_disabled(world.ali(), start);
    world.panel.set_enabled(world.ali(), start);
    EXPECT_EQ(world.ali().status, UserStatus::limited);
}

TEST(Switch, on_after_an_administrator_ended_the_hold_makes_it_on_hold_again) {
    World world;
    world.ali().on_hold_expire_duration = 3600;
    UserPatch patch;
    patch.status = UserStatus::active;
    patch.expire = start + std::chrono::hours(48);
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    world.ali().online_at = start + std::chrono::hours(1);
    world.panel.set_disabled(world.ali(), start);
    world.panel.set_enabled(world.ali(), start);
    EXPECT_EQ(world.ali().status, UserStatus::on_hold);
    world.panel.run_jobs(start + std::chrono::seconds(30));
    EXPECT_EQ(world.ali().status, UserStatus::active);
    EXPECT_EQ(world.ali().expire, start + std::chrono::seconds(30) + std::chrono::hours(1));
}

TEST(Bulk, does_nothing_when_one_id_is_unknown) {
    World world;
    const std::vector<std::int64_t> ids{1, 99};
    EXPECT_EQ(world.panel.bulk_disable(ids, start).error().status, 404);
    EXPECT_EQ(world.ali().status, UserStatus::active);
}

TEST(Bulk, lists_only_those_changed) {
    World world;
    world.panel.add_user(named("bea"), start);
    world.panel.set_disabled(world.ali(), start);
    const std::vector<std::int64_t> ids{1, 2};
    EXPECT_EQ(*world.panel.bulk_disable(ids, start), std::vector<std::string>{"bea"});
}

TEST(Bulk, before_5_0_loses_the_next_plan) {
    World world(Release::v4_0);
    world.ali().next_plan = some_plan();
    const std::vector<std::int64_t> ids{1};
    ASSERT_TRUE(world.panel.bulk_disable(ids, start));
    EXPECT_FALSE(world.ali().next_plan);
}

TEST(Groups, an_empty_selector_is_everybody) {
    World world;
    world.panel.add_user(named("bea"), start);
    const std::vector<std::int64_t> groups{2};
    EXPECT_EQ(*world.panel.add_to_groups(groups, {}, start), 2U);
    EXPECT_EQ(world.ali().group_ids, (std::vector<std::int64_t>{1, 2}));
}

TEST(Groups, a_deleted_group_leaves_its_users) {
    World world;
    world.panel.delete_group(1, start);
    EXPECT_TRUE(world.ali().group_ids.empty());
    EXPECT_FALSE(world.node().knows(1));
}

TEST(Nodes, let_in_whom_the_panel_told_them) {
    World world;
    EXPECT_TRUE(world.node().connect(1, "198.51.100.7", 40'000, start));
    world.panel.set_disabled(world.ali(), start);
    EXPECT_FALSE(world.node().connect(1, "198.51.100.7", 40'001, start));
}

TEST(Nodes, go_on_letting_in_when_the_update_got_lost_until_it_is_repeated) {
    World world;
    world.panel.lose_node_updates(1);
    world.panel.set_disabled(world.ali(), start);
    EXPECT_TRUE(world.node().connect(1, "198.51.100.7", 40'000, start));
    world.panel.set_disabled(world.ali(), start);
    EXPECT_FALSE(world.node().connect(1, "198.51.100.7", 40'001, start));
}

TEST(Nodes, keep_an_open_connection_of_a_disabled_user) {
    World world;
    const auto open = world.node().connect(1, "2001:db8::7", 40'000, start);
    ASSERT_TRUE(open);
    world.panel.set_disabled(world.ali(), start);
    const auto reader = world.node().channel()->attach([] {});
    world.node().channel()->take(reader, 100);
    EXPECT_TRUE(world.node().substream(*open, start));
    EXPECT_EQ(
        world.node().channel()->take(reader, 1).at(0),
        "2026/08/05 20:00:00.000000 from tcp:[2001:db8::7]:40000 accepted "
        "tcp:www.example.com:443 [VLESS TCP >> DIRECT] email: 1"
    );
}

TEST(Nodes, write_the_e_mail_of_the_release) {
    World world(Release::v4_0);
    EXPECT_EQ(world.panel.email_of(world.ali()), "1.ali.phone");
    world.panel.upgrade(Release::v5_0, start);
    EXPECT_EQ(world.panel.email_of(world.ali()), "1");
}

TEST(Online, is_counted_or_recent_by_the_core_s_age) {
    World world;
    const auto open = world.node().connect(1, "198.51.100.7", 40'000, start);
    const TimePoint later = start + std::chrono::minutes(5);
    EXPECT_EQ(world.node().online(1, later).size(), 1U);
    world.node().online_map = OnlineMap::recent;
    EXPECT_EQ(world.node().online(1, later).size(), 0U);
    world.node().online_map = OnlineMap::counted;
    world.node().close(*open, later);
    EXPECT_EQ(world.node().online(1, later).size(), 0U);
}

TEST(Jobs, limit_expire_and_take_the_next_plan) {
    World world;
    world.ali().data_limit = 100;
    world.panel.add_traffic(1, 150);
    world.panel.run_jobs(start + std::chrono::seconds(10));
    EXPECT_EQ(world.ali().used_traffic, 150);
    EXPECT_EQ(world.ali().status, UserStatus::active);
    world.panel.run_jobs(start + std::chrono::seconds(30));
    EXPECT_EQ(world.ali().status, UserStatus::limited);

    world.ali().status = UserStatus::active;
    world.ali().next_plan = some_plan();
    world.panel.run_jobs(start + std::chrono::seconds(60));
    EXPECT_EQ(world.ali().status, UserStatus::active);
    EXPECT_EQ(world.ali().data_limit, 1'000);
    EXPECT_FALSE(world.ali().next_plan);
}

TEST(Jobs, set_the_usage_back_each_day) {
    World world;
    world.ali().reset_strategy = ResetStrategy::day;
    world.ali().used_traffic = 50;
    world.panel.run_jobs(start + std::chrono::hours(23));
    EXPECT_EQ(world.ali().used_traffic, 50);
    world.panel.run_jobs(start + std::chrono::hours(25));
    EXPECT_EQ(world.ali().used_traffic, 0);
}

TEST(LogChannel, gives_each_line_to_exactly_one_reader) {
    LogChannel channel(3);
    const auto one = channel.attach([] {});
    const auto two = channel.attach([] {});
    for (int i = 0; i < 400; ++i) {
        channel.push(std::to_string(i));
    }
    const auto first = channel.take(one, 1000).size();
    const auto second = channel.take(two, 1000).size();
    EXPECT_EQ(first + second, 400U);
    EXPECT_GT(first, 100U);
    EXPECT_GT(second, 100U);
}

TEST(LogChannel, keeps_the_oldest_lines_when_nobody_reads) {
    LogChannel channel(3);
    for (int i = 0; i < 10'010; ++i) {
        channel.push(std::to_string(i));
    }
    EXPECT_EQ(channel.dropped(), 10U);
    const auto reader = channel.attach([] {});
    std::vector<std::string> all;
    for (auto lines = channel.take(reader, 700); !lines.empty();
         lines = channel.take(reader, 700)) {
        all.insert(all.end(), lines.begin(), lines.end());
    }
    ASSERT_EQ(all.size(), 10'000U);
    EXPECT_EQ(all.front(), "0");
    EXPECT_EQ(all.back(), "9999");
}

TEST(LogChannel, a_restarted_core_leaves_its_readers_waiting) {
    World world;
    const auto old = world.node().channel();
    const auto reader = old->attach([] {});
    old->take(reader, 100);
    world.panel.restart_core(world.node(), start);
    world.node().write("a line");
    EXPECT_TRUE(old->take(reader, 100).empty());
    EXPECT_FALSE(old->finished());
}

RC_GTEST_PROP(LogChannel, loses_nothing_while_somebody_reads, ()) {
    LogChannel channel(*rc::gen::arbitrary<std::uint64_t>());
    std::vector<LogChannel::ReaderId> readers{channel.attach([] {})};
    std::size_t pushed = 0;
    std::size_t taken = 0;
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 4));
    for (const int step : steps) {
        if (step == 0) {
            readers.push_back(channel.attach([] {}));
        } else if (step == 1) {
            taken += channel.take(readers[pushed % readers.size()], 3).size();
        } else {
            channel.push("line");
            ++pushed;
        }
    }
    for (const auto reader : readers) {
        taken += channel.take(reader, 100'000).size();
    }
    RC_ASSERT(taken == pushed);
}

}  // namespace
}  // namespace fairgate::sim::pasarguard
