#include "panel/marzban_rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>

// What Marzban does to those who change its users (Marzban v0.8.4 app/models/user.py,
// app/db/crud.py), each as a test of ours.
namespace fairgate::marzban_test {
namespace {

using namespace std::chrono_literals;
using conformance::Carried;
using enforcement::Acted;
using enforcement::Restored;
using enforcement::Verification;
using sim::UserStatus;

std::vector<std::string> bodies(Rig& rig) {
    std::vector<std::string> all;
    for (const auto& call : rig.parts.panel.calls()) {
        if (call.method == "PUT") {
            all.push_back(call.body);
        }
    }
    return all;
}

TEST(MarzbanEnforcer, a_disable_is_its_status_and_the_next_plan_as_read_and_nothing_else) {
    Rig rig;
    Carried plain(rig, Action::block, "bea");
    plain.carry_out();
    EXPECT_EQ(bodies(rig), std::vector<std::string>{R"({"status":"disabled"})"});
    rig.parts.panel.forget_calls();
    rig.ali().next_plan = some_plan();
    Carried block(rig, Action::block);
    block.carry_out();
    EXPECT_EQ(rig.ali().next_plan, some_plan());
    EXPECT_EQ(bodies(rig).size(), 1U);
    EXPECT_EQ(bodies(rig).front().find("null"), std::string::npos) << "nulls are refused";
}

TEST(MarzbanEnforcer, names_match_in_any_case) {
    Rig rig;
    Carried block(rig, Action::block, "ALI.Phone");
    block.carry_out();
    EXPECT_EQ(rig.ali().status, UserStatus::disabled);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
}

TEST(MarzbanEnforcer, one_that_is_used_up_is_never_disabled_and_so_never_revived) {
    for (const UserStatus status : {UserStatus::limited, UserStatus::expired}) {
        Rig rig;
        rig.ali().status = status;
        Carried block(rig, Action::block);
        block.carry_out();
        EXPECT_EQ(block.verify()->kind, Verification::Kind::held);
        EXPECT_EQ(block.restore()->kind, Restored::Kind::already);
        EXPECT_EQ(rig.ali().status, status);
        EXPECT_TRUE(bodies(rig).empty());
    }
}

TEST(MarzbanEnforcer, one_that_was_used_up_and_renewed_under_a_block_is_disabled_then) {
    Rig rig;
    rig.ali().status = UserStatus::limited;
    Carried block(rig, Action::block);
    block.carry_out();
    rig.clock.advance(1min);
    rig.state().reset(rig.ali(), rig.clock.now());
    ASSERT_EQ(rig.ali().status, UserStatus::active);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::ineffective);
    EXPECT_EQ(block.act()->kind, Acted::Kind::changed);
    block.carry_out();
    EXPECT_EQ(rig.ali().status, UserStatus::disabled);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.ali().status, UserStatus::active);
}

TEST(MarzbanEnforcer, a_reset_that_activates_whom_we_disabled_is_not_a_release) {
    Rig rig;
    rig.ali().used_traffic = 500;
    Carried block(rig, Action::block);
    block.carry_out();
    rig.clock.advance(1min);
    rig.state().reset(rig.ali(), rig.clock.now());
    ASSERT_EQ(rig.ali().status, UserStatus::active);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::ineffective);
    EXPECT_EQ(block.act()->kind, Acted::Kind::done);
    EXPECT_EQ(rig.ali().status, UserStatus::disabled);
    EXPECT_EQ(block.verify()->kind, Verification::Kind::held);
    // What an administrator then does by hand is one all the same.
    rig.clock.advance(1min);
    sim::UserPatch active;
    active.status = UserStatus::active;
    rig.state().modify(rig.ali(), active, rig.clock.now());
    EXPECT_EQ(block.verify()->kind, Verification::Kind::overruled);
}

TEST(MarzbanEnforcer, a_reset_of_one_on_hold_ends_its_hold_and_that_stays) {
    Rig rig;
    rig.ali().status = UserStatus::on_hold;
    rig.ali().on_hold_expire_duration = 86'400;
    rig.ali().used_traffic = 500;
    Carried block(rig, Action::block);
    block.carry_out();
    rig.clock.advance(1min);
    rig.state().reset(rig.ali(), rig.clock.now());
    EXPECT_EQ(block.verify()->kind, Verification::Kind::ineffective);
    EXPECT_EQ(block.act()->kind, Acted::Kind::changed);
    block.carry_out();
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.ali().status, UserStatus::active);
}

TEST(MarzbanEnforcer, active_is_taken_literally_so_one_that_expired_meanwhile_is_resolved_at_once) {
    Rig rig;
    rig.ali().expire = sim::unix_seconds(start + 1min);
    Carried block(rig, Action::block);
    block.carry_out();
    rig.clock.advance(2min);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.ali().status, UserStatus::expired) << "without waiting for the review";
    EXPECT_EQ(rig.ali().expire, sim::unix_seconds(start + 1min));
}

TEST(MarzbanEnforcer, a_next_plan_that_came_due_under_a_block_begins_at_its_end) {
    Rig rig;
    rig.ali().next_plan = some_plan();
    rig.ali().next_plan->fire_on_either = true;
    rig.ali().expire = sim::unix_seconds(start + 1min);
    Carried block(rig, Action::block);
    block.carry_out();
    rig.clock.advance(2min);
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
    rig.state().run_jobs(rig.clock.now() + 20s);
    EXPECT_EQ(rig.ali().status, UserStatus::active);
    EXPECT_EQ(rig.ali().data_limit, 5'000);
}

TEST(MarzbanEnforcer, a_restricted_map_is_by_protocol_and_never_touches_the_proxies) {
    Rig rig;
    rig.ali().proxies["vless"].secret = "vless-secret";
    Carried move(rig, Action::move_group);
    move.carry_out();
    ASSERT_EQ(bodies(rig).size(), 1U);
    EXPECT_EQ(bodies(rig).front(), R"({"inbounds":{"vless":["SLOW"]}})");
    EXPECT_EQ(rig.ali().proxies.at("vless").secret, "vless-secret");
    EXPECT_EQ(move.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.ali().proxies.at("vless").secret, "vless-secret");
}

TEST(MarzbanEnforcer, a_restricted_inbound_that_the_panel_has_not_is_told_and_nothing_sent) {
    Rig rig;
    std::erase_if(rig.state().inbounds(), [](const sim::Inbound& each) {
        return each.tag == "SLOW";
    });
    Carried move(rig, Action::move_group);
    EXPECT_EQ(move.read().error().code, "FG-MZB-026");
    EXPECT_TRUE(bodies(rig).empty());
}

TEST(MarzbanEnforcer, changes_are_paced_and_a_queue_that_is_too_long_is_refused) {
    RigSettings settings;
    settings.change_every = 30ms;
    Rig rig(settings);
    const auto begin = std::chrono::steady_clock::now();
    for (const char* name : {"ali.phone", "bea", "cem"}) {
        Carried(rig, Action::block, name).carry_out();
    }
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 60ms);
    settings.change_every = 21s;
    const auto client = rig.parts.connect(settings);
    EXPECT_TRUE(rig.ask([&] { return client->turn_to_change(); }));
    const auto second = rig.ask([&] { return client->turn_to_change(); });
    EXPECT_EQ(second.error().code, "FG-MZB-028");
}

TEST(MarzbanEnforcer, a_reseller_cannot_touch_the_users_of_others) {
    RigSettings settings;
    settings.username = "seller";
    settings.password = "seller-pass";
    Rig rig(settings);
    Carried block(rig, Action::block);
    EXPECT_EQ(block.read().error().code, "FG-MZB-038");
}

TEST(MarzbanClient, tells_another_product_by_the_keys_of_its_system) {
    Rig rig;
    const auto version = rig.ask([&] { return rig.client().version(); });
    ASSERT_TRUE(version);
    EXPECT_EQ(backends::panel::to_text(*version), "0.8.4");
    RigSettings old;
    old.panel.release = sim::Release::v0_4;
    Rig before(old);
    EXPECT_EQ(before.ask([&] { return before.client().version(); }).error().code, "FG-MZB-012");
}

TEST(MarzbanClient, secrets_stand_in_no_error) {
    Rig rig;
    for (const auto kind : {sim::FaultKind::garbage, sim::FaultKind::html, sim::FaultKind::drop}) {
        sim::CallFault fault;
        fault.kind = kind;
        fault.path_start = "/api/users";
        fault.times = 3;
        rig.parts.panel.add_fault(fault);
        const UserQuery query;
        const auto users = rig.ask([&] { return rig.client().users(query); });
        ASSERT_FALSE(users);
        const std::string line = to_line(users.error());
        EXPECT_EQ(line.find("secret"), std::string::npos) << line;
        EXPECT_EQ(line.find("correct-horse"), std::string::npos) << line;
        rig.parts.panel.clear_faults();
    }
}

}  // namespace
}  // namespace fairgate::marzban_test
