#include "sim/marzban/panel_state.hpp"

#include "sim/marzban/user_rules.hpp"

#include <gtest/gtest.h>

namespace fairgate::sim::marzban {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{std::chrono::seconds{1'785'960'000}};

NextPlan some_plan() { return NextPlan{1'000, std::nullopt, false, false}; }

User named(std::string name) {
    User user;
    user.username = std::move(name);
    return user;
}

UserPatch status(UserStatus wanted) {
    UserPatch patch;
    patch.status = wanted;
    return patch;
}

struct World {
    explicit World(Release release = Release::v0_8) : panel(release, 7, start) {
        panel.add_node("de-1", start);
        panel.add_user(named("ali.phone"), start);
    }
    User& ali() { return panel.users().at(1); }
    Core& node() { return panel.nodes().at(1); }
    std::string last_line() {
        const auto lines = node().feed()->take(reader);
        return lines.empty() ? "" : lines.back();
    }

    PanelState panel;
    LogFeed::ReaderId reader = 0;
};

TEST(Put, without_a_next_plan_deletes_the_stored_one) {
    World world;
    world.ali().next_plan = some_plan();
    ASSERT_TRUE(world.panel.modify(world.ali(), status(UserStatus::disabled), start));
    EXPECT_EQ(world.ali().status, UserStatus::disabled);
    EXPECT_FALSE(world.ali().next_plan);
}

TEST(Put, with_the_next_plan_sent_back_keeps_it) {
    World world;
    world.ali().next_plan = some_plan();
    UserPatch patch = status(UserStatus::disabled);
    patch.next_plan = some_plan();
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(world.ali().next_plan, some_plan());
}

TEST(Put, of_active_is_taken_literally_until_the_review) {
    World world;
    world.ali().status = UserStatus::disabled;
    world.ali().expire = unix_seconds(start) - 10;
    ASSERT_TRUE(world.panel.modify(world.ali(), status(UserStatus::active), start));
    EXPECT_EQ(world.ali().status, UserStatus::active);
    world.panel.run_jobs(start + 9s);
    EXPECT_EQ(world.ali().status, UserStatus::active);
    world.panel.run_jobs(start + 10s);
    EXPECT_EQ(world.ali().status, UserStatus::expired);
}

TEST(Put, of_active_on_a_waiting_user_loses_on_hold) {
    World world;
    world.ali().status = UserStatus::on_hold;
    world.ali().on_hold_expire_duration = 86'400;
    ASSERT_TRUE(world.panel.modify(world.ali(), status(UserStatus::active), start));
    EXPECT_EQ(world.ali().status, UserStatus::active);
}

TEST(Put, of_on_hold_needs_a_duration_in_the_body_and_no_expiry) {
    World world;
    world.ali().on_hold_expire_duration = 3600;
    UserPatch patch = status(UserStatus::on_hold);
    EXPECT_EQ(world.panel.modify(world.ali(), patch, start).error().status, 422);
    patch.on_hold_expire_duration = 3600;
    patch.expire = 1;
    EXPECT_EQ(world.panel.modify(world.ali(), patch, start).error().status, 422);
    patch.expire.reset();
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(world.ali().status, UserStatus::on_hold);
}

TEST(Put, of_limited_is_refused) {
    World world;
    const auto answer = world.panel.modify(world.ali(), status(UserStatus::limited), start);
    EXPECT_EQ(answer.error().status, 422);
}

TEST(Put, of_proxies_replaces_the_set_and_of_none_changes_nothing) {
    World world;
    world.ali().proxies = {{"vless", {"a", {}}}, {"vmess", {"b", {}}}};
    ASSERT_TRUE(world.panel.modify(world.ali(), UserPatch(), start));
    EXPECT_EQ(world.ali().proxies.size(), 2U);
    UserPatch patch;
    patch.proxies = {{"vless", ""}};
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    ASSERT_EQ(world.ali().proxies.size(), 1U);
    EXPECT_EQ(world.ali().proxies.at("vless").secret, "a");
}

TEST(Put, of_a_protocol_the_core_does_not_have_is_refused) {
    World world;
    UserPatch patch;
    patch.proxies = {{"trojan", ""}};
    const auto answer = world.panel.modify(world.ali(), patch, start);
    EXPECT_EQ(answer.error().status, 400);
    EXPECT_EQ(answer.error().detail, "Protocol trojan is disabled on your server");
}

TEST(Put, of_inbounds_sets_the_tags_of_the_protocols_it_names) {
    World world;
    world.panel.add_inbound({"SLOW"});
    world.ali().proxies["vmess"].secret = "b";
    UserPatch patch;
    patch.inbounds = {{"vless", {"SLOW"}}};
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(
        tags_of(world.ali(), world.panel.inbounds()), (std::vector<std::string>{"VMess WS", "SLOW"})
    );
    patch.inbounds = {{"vless", {}}};
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(tags_of(world.ali(), world.panel.inbounds()), std::vector<std::string>{"VMess WS"});
    patch.inbounds = {{"vless", {"GONE"}}};
    EXPECT_EQ(world.panel.modify(world.ali(), patch, start).error().status, 422);
}

TEST(Put, of_an_expiry_or_a_quota_sets_the_status_again_unless_disabled) {
    World world;
    world.ali().status = UserStatus::limited;
    world.ali().data_limit = 10;
    world.ali().used_traffic = 20;
    UserPatch patch;
    patch.data_limit = 0;
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(world.ali().status, UserStatus::active);
    EXPECT_FALSE(world.ali().data_limit);
    patch = UserPatch();
    patch.expire = unix_seconds(start) - 1;
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(world.ali().status, UserStatus::expired);
    world.ali().status = UserStatus::disabled;
    patch.expire = 0;
    patch.data_limit = 5;
    ASSERT_TRUE(world.panel.modify(world.ali(), patch, start));
    EXPECT_EQ(world.ali().status, UserStatus::disabled);
}

TEST(Reset, brings_back_all_but_the_expired_and_deletes_the_next_plan) {
    for (const UserStatus before :
         {UserStatus::disabled, UserStatus::on_hold, UserStatus::limited, UserStatus::expired}) {
        World world;
        world.ali().status = before;
        world.ali().used_traffic = 5;
        world.ali().usage_by_node[1] = 5;
        world.ali().next_plan = some_plan();
        world.panel.reset(world.ali(), start);
        EXPECT_EQ(world.ali().status, before == UserStatus::expired ? before : UserStatus::active);
        EXPECT_EQ(world.ali().used_traffic, 0);
        EXPECT_TRUE(world.ali().usage_by_node.empty());
        EXPECT_FALSE(world.ali().next_plan);
    }
}

TEST(Jobs, count_traffic_and_limit_within_ten_seconds) {
    World world;
    world.ali().data_limit = 100;
    world.panel.add_traffic(1, 100, 1);
    world.panel.run_jobs(start + 10s);
    EXPECT_EQ(world.ali().used_traffic, 100);
    EXPECT_EQ(world.ali().usage_by_node.at(1), 100);
    EXPECT_EQ(world.ali().online_at, start + 10s);
    EXPECT_EQ(world.ali().status, UserStatus::limited);
}

TEST(Jobs, start_a_waiting_user_at_its_first_traffic) {
    World world;
    world.ali().status = UserStatus::on_hold;
    world.ali().on_hold_expire_duration = 3600;
    world.panel.add_traffic(1, 1);
    world.panel.run_jobs(start + 10s);
    EXPECT_EQ(world.ali().status, UserStatus::active);
    EXPECT_EQ(world.ali().expire, unix_seconds(start) + 10 + 3600);
    EXPECT_FALSE(world.ali().on_hold_expire_duration);
}

TEST(Jobs, start_the_next_plan_when_the_present_one_is_used_up) {
    World world;
    world.ali().data_limit = 10;
    world.ali().used_traffic = 10;
    world.ali().next_plan = some_plan();
    world.ali().next_plan->fire_on_either = true;
    world.panel.run_jobs(start + 10s);
    EXPECT_EQ(world.ali().status, UserStatus::active);
    EXPECT_EQ(world.ali().data_limit, 1'000);
    EXPECT_FALSE(world.ali().next_plan);
}

TEST(Jobs, reset_the_usage_every_day_within_the_hour) {
    World world;
    world.ali().reset_strategy = ResetStrategy::day;
    world.ali().used_traffic = 10;
    world.panel.run_jobs(start + 23h);
    EXPECT_EQ(world.ali().used_traffic, 10);
    world.panel.run_jobs(start + 25h);
    EXPECT_EQ(world.ali().used_traffic, 0);
}

TEST(Cores, hear_of_a_disable_only_after_a_while_and_open_connections_go_on) {
    World world;
    world.reader = world.node().feed()->attach(LogFeed::Start::with_nothing);
    const auto connection = world.node().connect(1, "192.0.2.7", 5000, start);
    ASSERT_TRUE(connection);
    EXPECT_EQ(
        world.last_line(),
        "2026/08/05 20:00:00.000000 from 192.0.2.7:5000 accepted tcp:www.example.com:443 "
        "[VLESS TCP >> DIRECT] email: 1.ali.phone"
    );
    ASSERT_TRUE(world.panel.modify(world.ali(), status(UserStatus::disabled), start));
    EXPECT_TRUE(world.node().connect(1, "192.0.2.7", 5001, start + 1s));
    EXPECT_FALSE(world.node().connect(1, "192.0.2.7", 5002, start + 2s));
    EXPECT_NE(world.last_line().find("rejected"), std::string::npos);
    EXPECT_TRUE(world.node().substream(*connection, start + 1h));
    EXPECT_NE(world.last_line().find("from tcp:192.0.2.7:5000 accepted"), std::string::npos);
}

TEST(Cores, write_lines_of_their_age) {
    for (const auto& [age, line] :
         {std::pair{panel::XrayAge::before_1_8_24, "2026/08/05 20:00:00 192.0.2.7:5000 accepted "},
          std::pair{
              panel::XrayAge::since_1_8_24, "2026/08/05 20:00:00 from 192.0.2.7:5000 accepted "
          }}) {
        World world;
        world.reader = world.node().feed()->attach(LogFeed::Start::with_nothing);
        world.node().xray = age;
        ASSERT_TRUE(world.node().connect(1, "192.0.2.7", 5000, start));
        EXPECT_TRUE(world.last_line().starts_with(line));
    }
}

TEST(Cores, never_hear_of_an_update_that_was_lost_until_it_is_sent_again) {
    World world;
    world.panel.lose_updates(1);
    ASSERT_TRUE(world.panel.modify(world.ali(), status(UserStatus::disabled), start));
    EXPECT_TRUE(world.node().connect(1, "192.0.2.7", 5001, start + 1h));
    ASSERT_TRUE(world.panel.modify(world.ali(), status(UserStatus::disabled), start + 1h));
    EXPECT_FALSE(world.node().connect(1, "192.0.2.7", 5002, start + 2h));
}

TEST(Cores, know_a_user_created_again_under_the_same_name_by_another_number) {
    World world;
    world.panel.delete_user(1, start);
    const User& again = world.panel.add_user(named("ali.phone"), start);
    EXPECT_EQ(world.panel.email_of(again), "2.ali.phone");
}

TEST(Cores, are_all_started_again_when_an_administrator_s_users_are_disabled) {
    World world;
    world.ali().admin_id = 1;
    ASSERT_TRUE(world.node().connect(1, "192.0.2.7", 5000, start));
    world.panel.disable_all_of(1, start);
    EXPECT_EQ(world.ali().status, UserStatus::disabled);
    EXPECT_TRUE(world.node().connections().empty());
    world.panel.activate_all_of(1, start);
    EXPECT_EQ(world.ali().status, UserStatus::active);
}

TEST(Cores, log_nowhere_an_old_reader_looks_after_a_reconnect) {
    World world;
    const auto old = world.node().feed();
    const auto reader = old->attach(LogFeed::Start::with_nothing);
    world.panel.reconnect_node(world.node(), start);
    ASSERT_TRUE(world.node().connect(1, "192.0.2.7", 5000, start));
    EXPECT_TRUE(old->take(reader).empty());
}

TEST(Cores, repeat_their_last_lines_when_they_come_back) {
    World world;
    world.reader = world.node().feed()->attach(LogFeed::Start::with_nothing);
    world.node().write("before");
    world.node().set_away(true);
    world.node().write("meanwhile");
    EXPECT_EQ(world.last_line(), "before");
    world.node().set_away(false);
    EXPECT_EQ(world.last_line(), "before");
}

TEST(Names, are_found_in_any_case) {
    World world;
    EXPECT_EQ(world.panel.find_user("ALI.Phone"), &world.ali());
    EXPECT_EQ(world.panel.find_user("ali"), nullptr);
}

TEST(Names, start_with_three_to_32_word_characters) {
    EXPECT_TRUE(is_username("ali_1"));
    EXPECT_TRUE(is_username("ali.phone@home-2"));
    EXPECT_FALSE(is_username("al"));
    EXPECT_FALSE(is_username("al.phone"));
    EXPECT_FALSE(is_username("ali phone"));
    EXPECT_FALSE(is_username(std::string(33, 'a')));
}

}  // namespace
}  // namespace fairgate::sim::marzban
