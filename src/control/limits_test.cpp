#include "control/limits.hpp"

#include "control/fake_daemon_test.hpp"

#include <gtest/gtest.h>

namespace fairgate::control {
namespace {

LimitTarget general() { return {LimitOrigin::general, "", ""}; }

class Limits : public testing::Test {
protected:
    Result<Change> set(LimitTarget target, int devices, control::Run run = control::Run::for_real) {
        return daemon.ask([&] {
            return set_limit(daemon.desk(), FakeDaemon::somebody(), target, devices, "why", run);
        });
    }
    Result<Change> clear(LimitTarget target, control::Run run = control::Run::for_real) {
        return daemon.ask([&] {
            return clear_limit(daemon.desk(), FakeDaemon::somebody(), target, run);
        });
    }
    std::vector<store::AuditEntry> audit() {
        return daemon.store->audit().list({}, {}).value().rows;
    }

    FakeDaemon daemon;
};

TEST_F(Limits, one_that_is_set_is_in_force_at_once_and_says_how_to_go_back) {
    daemon.live.file.limits.general = 2;
    const Change change = set(general(), 3).value();
    EXPECT_TRUE(change.changed);
    EXPECT_EQ(
        change.message,
        "the general limit: 2 -> 3 (effective now; 0 accounts over their limits then)"
    );
    EXPECT_EQ(change.undo, "fairgate limit clear general");
    EXPECT_EQ(set(general(), 4).value().undo, "fairgate limit set general 3 --reason why");
    EXPECT_EQ(daemon.orders.settings_read, 2);
    EXPECT_EQ(daemon.events.newest(), 2U);
    ASSERT_EQ(audit().size(), 2U);
    EXPECT_EQ(audit()[0].action, "limit.set");
    EXPECT_EQ(audit()[0].who, "tester");
    EXPECT_NE(audit()[0].before.find("\"devices\":3"), std::string::npos);
    EXPECT_NE(audit()[0].after.find("\"devices\":4"), std::string::npos);
}

TEST_F(Limits, setting_what_is_set_changes_nothing) {
    daemon.live.file.limits.general = 2;
    const Change change = set(general(), 2).value();
    EXPECT_FALSE(change.changed);
    EXPECT_EQ(change.message, "the general limit is 2 already");
    EXPECT_TRUE(audit().empty());
}

TEST_F(Limits, a_dry_run_says_what_would_be_done_and_does_nothing) {
    daemon.live.add("ali", 3, 5);
    const Change change = set({LimitOrigin::account, "ali", ""}, 1, control::Run::dry).value();
    EXPECT_FALSE(change.changed);
    ASSERT_TRUE(change.plan);
    EXPECT_EQ(change.plan->at(0), "the limit of ali: not set -> 1");
    EXPECT_EQ(change.plan->at(1), "1 account over their limits then");
    EXPECT_TRUE(daemon.store->limits().all().value().empty());
    EXPECT_EQ(daemon.orders.settings_read, 0);
}

TEST_F(Limits, one_of_a_file_is_not_cleared_by_a_command) {
    daemon.live.file.limits.accounts = {{"ali", 3}};
    const auto refused = clear({LimitOrigin::account, "ali", ""});
    EXPECT_EQ(refused.error().code, "FG-CTL-005");
    EXPECT_EQ(refused.error().where, "limits.accounts.ali");
}

TEST_F(Limits, clearing_gives_way_to_the_file_and_clearing_twice_is_no_fault) {
    daemon.live.file.limits.general = 2;
    ASSERT_TRUE(set(general(), 3));
    const Change change = clear(general()).value();
    EXPECT_TRUE(change.changed);
    EXPECT_EQ(change.undo, "fairgate limit set general 3 --reason why");
    EXPECT_FALSE(clear({LimitOrigin::group, "gold", ""}).value().changed);
}

TEST_F(Limits, who_may_only_read_changes_nothing) {
    const auto refused = daemon.ask([&] {
        return set_limit(
            daemon.desk(),
            FakeDaemon::somebody(Scope::read),
            general(),
            3,
            "",
            control::Run::for_real
        );
    });
    EXPECT_EQ(refused.error().code, "FG-AUTH-003");
    EXPECT_TRUE(daemon.store->limits().all().value().empty());
}

TEST_F(Limits, the_preview_names_those_who_would_be_over) {
    daemon.live.file.limits.general = 2;
    daemon.live.add("ali", 3).now.facts.groups = {"gold"};
    daemon.live.add("sara", 2);
    daemon.live.add("omid", 4).now.passed_by = "exempt";
    daemon.live.add("away", 0);
    const auto list =
        daemon.ask([&] { return preview_limit(daemon.live, daemon.records(), general(), 1); }
        ).value();
    ASSERT_EQ(list.rows.size(), 2U);
    EXPECT_EQ(list.rows[0].account, "ali");
    EXPECT_EQ(list.rows[1].account, "sara");
    EXPECT_EQ(list.rows[1].limit.devices, 1);
    EXPECT_EQ(
        list.summary, "2 accounts over this limit; of all accounts 2 over their limits then, 1 now"
    );
    const auto gold =
        daemon
            .ask([&] {
                return preview_limit(
                    daemon.live, daemon.records(), {LimitOrigin::group, "gold", ""}, unlimited
                );
            })
            .value();
    EXPECT_TRUE(gold.rows.empty());
}

TEST_F(Limits, the_list_says_where_each_is_set) {
    daemon.live.file.limits.general = 2;
    ASSERT_TRUE(set({LimitOrigin::owner, "seller", ""}, unlimited));
    const auto list =
        daemon.ask([&] { return list_limits(daemon.live, daemon.records()); }).value().rows;
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].origin, LimitOrigin::owner);
    EXPECT_EQ(list[0].source, SetIn::command);
    EXPECT_EQ(list[0].by, "tester");
    EXPECT_EQ(list[0].devices.devices, unlimited);
    EXPECT_EQ(list[1].source, SetIn::file);
    EXPECT_FALSE(list[1].at);
}

TEST_F(Limits, words_become_a_target_or_are_refused) {
    daemon.live.make_healthy();
    EXPECT_EQ(limit_target(daemon.live, "account", "main/ali")->backend, "main");
    EXPECT_EQ(limit_target(daemon.live, "account", "other/ali")->match, "other/ali");
    EXPECT_EQ(limit_target(daemon.live, "pattern", "vip_*")->origin, LimitOrigin::pattern);
    EXPECT_EQ(limit_target(daemon.live, "pattern", "re:(").error().code, "FG-LIM-001");
    EXPECT_EQ(limit_target(daemon.live, "panel", "x").error().code, "FG-CTL-004");
    EXPECT_EQ(limit_target(daemon.live, "general", "x").error().code, "FG-CTL-004");
}

}  // namespace
}  // namespace fairgate::control
