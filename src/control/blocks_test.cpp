#include "control/blocks.hpp"

#include "control/doctor.hpp"
#include "control/enforcers.hpp"
#include "control/fake_daemon_test.hpp"
#include "control/running.hpp"
#include "control/why.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace fairgate::control {
namespace {

const Address home = *Address::parse("203.0.113.5");

class Blocks : public testing::Test {
protected:
    Blocks() {
        daemon.live.make_healthy();
        daemon.live.add("ali", 3);
        daemon.live.add("bob", 1);
    }

    /// A firewall that refuses ali at a port of ours.
    enforcement::Refusal begin() {
        daemon.block("ali", noon);
        Measure& measure = daemon.live.measures.back();
        measure.enforcer = "firewall:nftables";
        daemon.live.all_enforcers.front().name = measure.enforcer;
        daemon.orders.firewall->enforcer = measure.enforcer;
        return {{.address = home, .local_port = 443}, noon + 10min, {measure.id}, {}};
    }
    enforcement::Drift& drift() { return daemon.orders.firewall->drift; }

    Result<Listed<BlockRow>> list(BlockSearch search = {}) {
        return daemon.ask([&] { return list_blocks(daemon.desk(), search); });
    }
    BlockCheck check() {
        return daemon.ask([&] { return check_blocks(daemon.desk()); }).value();
    }
    Result<Diagnosis> fix(Repair repair, std::vector<std::string> only = {"measure"}) {
        return daemon.ask([&] {
            return diagnose(daemon.desk(), FakeDaemon::somebody(), only, repair);
        });
    }
    std::vector<AuditRow> audit() {
        return daemon.ask([&] { return list_audit(daemon.records(), {}); })->rows;
    }

    FakeDaemon daemon;
};

TEST_F(Blocks, the_list_says_whom_each_block_is_of_and_until_when) {
    drift().in_force = {begin()};
    const BlockRow row = list()->rows.at(0);
    EXPECT_EQ(row.refused, "203.0.113.5 to tcp/443");
    EXPECT_EQ(row.accounts, std::vector<std::string>{"ali"});
    EXPECT_EQ(row.measures, std::vector<std::string>{"mea_2"});
    EXPECT_EQ(row.decisions, std::vector<std::string>{"dec_1"});
    EXPECT_EQ(row.until, noon + 10min);
    EXPECT_EQ(row.enforcer, "firewall:nftables");
    EXPECT_EQ(list()->summary, "1 block in force in firewall:nftables");
    BlockSearch search;
    search.account = "bob";
    EXPECT_TRUE(list(search)->rows.empty());
    search = {};
    search.address = "203.0.113.5";
    EXPECT_EQ(list(search)->rows.size(), 1U);
    search.address = "tea";
    EXPECT_EQ(list(search).error().code, "FG-CTL-004");
    search = {};
    search.account = "nobody";
    EXPECT_EQ(list(search).error().code, "FG-CTL-002");
}

TEST_F(Blocks, the_list_is_given_in_parts) {
    const auto one = begin();
    for (std::uint16_t port = 1; port <= 5; ++port) {
        auto other = one;
        other.denial.local_port = port;
        drift().in_force.push_back(other);
    }
    BlockSearch search;
    search.limit = 2;
    std::vector<std::string> seen;
    for (int part = 0; part < 3; ++part) {
        const auto listed = list(search).value();
        for (const BlockRow& row : listed.rows) {
            seen.push_back(row.refused);
        }
        EXPECT_EQ(listed.next_cursor.has_value(), part < 2);
        search.cursor = listed.next_cursor.value_or("");
    }
    EXPECT_EQ(seen.size(), 5U);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    search.cursor = "tea";
    EXPECT_EQ(list(search).error().code, "FG-CTL-007");
}

TEST_F(Blocks, where_no_firewall_acts_it_says_what_does) {
    EXPECT_EQ(list()->summary, "no firewall acts here; accounts are blocked by pasarguard:main");
    EXPECT_TRUE(check().clean);
    daemon.live.all_enforcers.front().only_records = true;
    EXPECT_NE(check().verdict.find("blocks are only recorded"), std::string::npos);
}

TEST_F(Blocks, firewalls_of_nodes_are_listed_and_checked_beside_the_hubs_own) {
    const auto here = begin();
    drift().in_force = {here};
    nodes::NodeNow& node = daemon.live.all_nodes.front();
    node.enforcing.firewall = "nftables";
    EXPECT_TRUE(check().clean) << "what has not looked yet is not wrong";
    EXPECT_EQ(check().nodes.size(), 1U);
    link::FoundRefusal there;
    there.denial.address = home;
    there.measures = {here.measures.front().value};
    node.enforcing.look.emplace();
    node.enforcing.look->in_force = 1;
    node.enforcing.look->listed = {there};
    const auto rows = list()->rows;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].node, "de-1");
    EXPECT_EQ(rows[0].accounts, std::vector<std::string>{"ali"});
    EXPECT_EQ(rows[1].node, "");
    EXPECT_EQ(list()->summary, "2 blocks in force in firewall:nftables and on 1 node");
    EXPECT_TRUE(check().clean);

    node.enforcing.look->missing = 1;
    there.found = link::Found::missing;
    node.enforcing.look->listed = {there};
    const BlockCheck found = check();
    EXPECT_FALSE(found.clean);
    EXPECT_EQ(found.code, "FG-NOD-015");
    ASSERT_EQ(found.nodes.size(), 1U);
    EXPECT_EQ(found.nodes[0].missing.at(0).accounts, std::vector<std::string>{"ali"});
    node.state = nodes::NodeState::away;
    EXPECT_TRUE(check().nodes.empty());
}

TEST_F(Blocks, a_clean_check_says_how_many_are_in_force) {
    drift().in_force = {begin()};
    const BlockCheck clean = check();
    EXPECT_TRUE(clean.clean);
    EXPECT_EQ(clean.verdict, "firewall:nftables: 1 in force, 0 missing, 0 that nobody decided");
    EXPECT_EQ(clean.next, "");
}

TEST_F(Blocks, what_is_missing_and_what_nobody_decided_is_found) {
    drift().missing = {begin()};
    drift().strays = {{.denial = {.address = *Address::parse("203.0.113.77")}}};
    const BlockCheck found = check();
    EXPECT_FALSE(found.clean);
    EXPECT_EQ(found.code, "FG-ENF-025");
    EXPECT_EQ(found.next, "fairgate doctor --fix");
    EXPECT_EQ(found.missing.at(0).accounts, std::vector<std::string>{"ali"});
    EXPECT_EQ(found.strays.at(0).refused, "203.0.113.77");
    drift().missing.clear();
    EXPECT_EQ(check().code, "FG-ENF-026");
}

TEST_F(Blocks, a_firewall_that_is_not_at_work_is_a_finding) {
    daemon.orders.firewall =
        Error{.code = "FG-ENF-021", .what = "ufw is off", .next = "ufw enable"};
    const BlockCheck found = check();
    EXPECT_FALSE(found.clean);
    EXPECT_EQ(found.code, "FG-ENF-021");
    EXPECT_EQ(found.next, "ufw enable");
    EXPECT_EQ(list().error().code, "FG-ENF-021");
}

TEST_F(Blocks, a_repair_is_planned_done_once_and_written_down) {
    drift().missing = {begin()};
    drift().strays = {{.denial = {.address = *Address::parse("203.0.113.77")}}};
    const Diagnosis planned = fix(Repair::plan).value();
    ASSERT_EQ(planned.mended.size(), 2U);
    EXPECT_EQ(planned.mended[0].what, "refuse 203.0.113.5 to tcp/443 again, of ali");
    EXPECT_EQ(planned.mended[0].state, MendingState::planned);
    EXPECT_TRUE(audit().empty());
    EXPECT_FALSE(check().clean);
    const Diagnosis done = fix(Repair::what_is_safe).value();
    ASSERT_EQ(done.mended.size(), 2U);
    for (const Mending& each : done.mended) {
        EXPECT_EQ(each.state, MendingState::mended) << each.what;
    }
    EXPECT_TRUE(check().clean);
    EXPECT_TRUE(fix(Repair::what_is_safe)->mended.empty());
    ASSERT_EQ(audit().size(), 1U);
    EXPECT_EQ(audit()[0].action, "doctor.fix");
    EXPECT_EQ(json::serialize(audit()[0].before), R"({"missing":1,"strays":1,"failing":0})");
}

TEST_F(Blocks, what_could_not_be_mended_is_said_first) {
    drift().missing = {begin()};
    drift().strays = {{.denial = {.address = *Address::parse("203.0.113.77")}}};
    daemon.orders.deaf = true;
    const Diagnosis done = fix(Repair::what_is_safe).value();
    EXPECT_EQ(done.mended.at(0).state, MendingState::failed);
    EXPECT_EQ(done.mended.at(1).state, MendingState::mended);
}

TEST_F(Blocks, what_failed_is_tried_again_by_a_repair) {
    begin();
    daemon.live.measures.back().attempts = 3;
    daemon.live.measures.back().last_error = "FG-NET-003: timed out";
    const Diagnosis done = fix(Repair::what_is_safe).value();
    EXPECT_EQ(daemon.orders.looked_again, std::vector{daemon.live.measures.back().id});
    EXPECT_EQ(done.mended.at(0).what, "try again: block ali by firewall:nftables (mea_2)");
    EXPECT_EQ(done.mended.at(0).cause, "FG-NET-003: timed out");
    EXPECT_TRUE(fix(Repair::what_is_safe, {"source"})->mended.empty());
}

TEST_F(Blocks, a_flushed_firewall_is_told_in_a_few_lines) {
    const auto one = begin();
    for (std::uint16_t port = 1; port <= 500; ++port) {
        auto other = one;
        other.denial.local_port = port;
        drift().missing.push_back(other);
    }
    const Diagnosis done = fix(Repair::what_is_safe).value();
    ASSERT_EQ(done.mended.size(), 51U);
    EXPECT_EQ(done.mended.back().what, "and 450 more");
}

TEST_F(Blocks, enforcers_are_listed_with_what_they_can_do_and_tested) {
    EnforcerNow& enforcer = daemon.live.all_enforcers.front();
    enforcer.actions = {Action::block};
    enforcer.cuts = true;
    enforcer.holds = 2;
    enforcer.drift = Error{.code = "FG-ENF-025", .what = "it lost one"};
    const EnforcerRow row = list_enforcers(daemon.live).at(0);
    EXPECT_TRUE(row.able);
    EXPECT_EQ(row.because, "FG-ENF-025: it lost one");
    EXPECT_EQ(row.holds, 2);
    const auto test = [&](Scope scope) {
        return daemon.ask([&] {
            return test_enforcer(daemon.desk(), FakeDaemon::somebody(scope), "pasarguard:main");
        });
    };
    EXPECT_EQ(test(Scope::read).error().code, "FG-AUTH-003");
    EXPECT_EQ(test(Scope::write)->checks.at(0).stage, "refuse");
    EXPECT_EQ(audit().at(0).action, "enforcer.test");
}

TEST_F(Blocks, an_address_is_answered_with_its_connections_and_what_refuses_it) {
    drift().in_force = {begin()};
    daemon.live.live_sessions = {session_of("bob", "203.0.113.5", 40'000)};
    daemon.orders.never_blocked[home] = "this machine reaches others through it";
    const Why why =
        daemon.ask([&] { return control::why(daemon.desk(), "203.0.113.5", WhyQuestion::why); }
        ).value();
    ASSERT_EQ(why.sessions.size(), 1U);
    EXPECT_EQ(why.sessions[0].account, "bob");
    EXPECT_EQ(why.accounts.at(0).account, "bob");
    EXPECT_EQ(why.refused.at(0).decisions, std::vector<std::string>{"dec_1"});
    const auto told = [&](const std::string& text) {
        return std::ranges::any_of(why.notes, [&](const std::string& note) {
            return note.find(text) != std::string::npos;
        });
    };
    EXPECT_TRUE(told("firewall:nftables refuses 203.0.113.5 to tcp/443 until 2026-11-20T12:10:00Z")
    );
    EXPECT_TRUE(told("fairgate why dec_1"));
    EXPECT_TRUE(told("it would never be blocked"));
}

}  // namespace
}  // namespace fairgate::control
