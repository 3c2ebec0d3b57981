#include "control/why.hpp"

#include "control/fake_daemon_test.hpp"

#include <gtest/gtest.h>

namespace fairgate::control {
namespace {

class WhyTest : public testing::Test {
protected:
    Result<Why> ask(const std::string& subject, WhyQuestion question = WhyQuestion::why) {
        return daemon.ask([&] { return why(daemon.desk(), subject, question); });
    }

    FakeDaemon daemon;
};

TEST_F(WhyTest, a_decision_shows_its_frozen_evidence_and_how_it_was_carried_out) {
    daemon.block("ali", noon);
    const Why answer = ask("dec_1").value();
    EXPECT_EQ(
        answer.verdict,
        "ali is blocked until 2026-11-20T12:10:00Z: 3 devices at once for 4 m 50 s, limit 2"
    );
    ASSERT_TRUE(answer.evidence);
    EXPECT_EQ(answer.evidence->timeline.at(0).what, "disabled in the panel");
    EXPECT_EQ(answer.decision->measures.at(0).enforcer, "pasarguard:main");
    EXPECT_EQ(ask("dec_2").error().code, "FG-STO-010");
}

TEST_F(WhyTest, a_blocked_account_is_answered_with_the_decision_that_holds_it) {
    daemon.live.add("ali", 3);
    daemon.block("ali", noon);
    EXPECT_EQ(ask("ali")->decision->id, "dec_1");
    const Why not_blocked = ask("ali", WhyQuestion::not_blocked).value();
    EXPECT_EQ(not_blocked.verdict, "ali is blocked until 2026-11-20T12:10:00Z: dec_1");
}

TEST_F(WhyTest, an_account_is_found_as_the_panel_takes_its_name) {
    daemon.live.make_healthy();
    daemon.live.add("Sara.Phone", 1);
    EXPECT_EQ(ask("sara.phone").error().code, "FG-CTL-002");
    daemon.live.any_case = true;
    EXPECT_EQ(ask("sara.phone")->subject, "Sara.Phone");
    EXPECT_EQ(ask("main/SARA.PHONE")->subject, "Sara.Phone");
    EXPECT_EQ(show_account(daemon.live, "sara.phone")->account, "Sara.Phone");
}

TEST_F(WhyTest, the_first_reason_that_holds_is_the_verdict) {
    daemon.live.make_healthy();
    daemon.live.add("exempt", 5).now.passed_by = "exempt: reseller";
    daemon.live.add("away", 0);
    daemon.live.add("fair", 2);
    auto& over = daemon.live.add("over", 3);
    over.now.over_since = noon - 5min;
    over.mode_why = "the whole installation is in mode shadow";
    EXPECT_EQ(ask("exempt")->verdict, "exempt is not limited: exempt: reseller");
    EXPECT_EQ(ask("away")->verdict, "away is not online");
    EXPECT_EQ(ask("fair")->verdict, "fair is not blocked: 2 devices at once, limit 2");
    const Why answer = ask("over").value();
    EXPECT_EQ(
        answer.verdict,
        "over is over its limit since 2026-11-20T11:55:00Z and not blocked: 3 devices at once, "
        "limit 2"
    );
    EXPECT_EQ(answer.notes.back(), "the whole installation is in mode shadow");
    EXPECT_EQ(ask("nobody").error().code, "FG-CTL-002");
}

TEST_F(WhyTest, an_account_that_was_released_names_its_last_decision) {
    daemon.live.add("ali", 1);
    daemon.block("ali", noon);
    daemon.live.known[0].now.held.reset();
    EXPECT_NE(ask("ali")->notes.at(0).find("the last decision was dec_1"), std::string::npos);
}

TEST_F(WhyTest, an_address_names_everyone_who_would_suffer_from_a_block_on_it) {
    daemon.live.add("ali", 1);
    daemon.live.add("sara", 1);
    AddressNow now;
    now.network = {Asn{64500}, "Example Telecom", "IR"};
    now.rotating = true;
    now.here = {{{"main", "ali"}, noon}, {{"main", "sara"}, noon - 1min}};
    daemon.live.addresses[Address::parse("203.0.113.9").value()] = now;
    const Why answer = ask("203.0.113.9").value();
    EXPECT_EQ(answer.verdict, "2 accounts at 203.0.113.9 now");
    ASSERT_EQ(answer.accounts.size(), 2U);
    EXPECT_EQ(answer.accounts[1].account, "sara");
    EXPECT_EQ(answer.notes.at(0), "it belongs to AS64500 Example Telecom (IR)");
    EXPECT_NE(answer.notes.back().find("would hit 2 accounts"), std::string::npos);
    EXPECT_EQ(ask("203.0.113.8")->verdict, "0 accounts at 203.0.113.8 now");
}

TEST_F(WhyTest, an_address_names_whom_decisions_of_the_last_day_saw_there) {
    const auto decide = [&](const std::string& name, TimePoint decided) {
        Decision decision;
        decision.account = {"main", name};
        decision.state = DecisionState::released;
        decision.decided = decided;
        EvidenceDevice device;
        device.addresses = {"203.0.113.9"};
        device.last_seen = decided;
        decision.evidence.counted = {device};
        daemon.store->decisions().add(decision).value();
    };
    decide("old", noon - 25h);
    decide("eve", noon - 3h);
    decide("ali", noon - 2h);
    decide("eve", noon - 1h);
    daemon.live.add("ali", 1);
    AddressNow now;
    now.here = {{{"main", "ali"}, noon}};
    daemon.live.addresses[Address::parse("203.0.113.9").value()] = now;
    const Why answer = ask("203.0.113.9").value();
    EXPECT_EQ(answer.verdict, "1 account at 203.0.113.9 now, 1 more in the last 24 hours");
    ASSERT_EQ(answer.accounts.size(), 2U);
    EXPECT_EQ(answer.accounts[1].account, "eve");
    EXPECT_EQ(answer.accounts[1].last_seen, noon - 1h);
    ASSERT_EQ(answer.notes.size(), 3U);
    EXPECT_EQ(
        answer.notes[0],
        "dec_4 of 2026-11-20T11:00:00Z about eve (released) holds it in its evidence: fairgate why "
        "dec_4"
    );
}

TEST_F(WhyTest, an_account_named_like_an_address_or_a_decision_is_an_account) {
    daemon.live.add("dec_1", 1);
    daemon.live.add("192.0.2.1", 1);
    EXPECT_EQ(ask("dec_1")->verdict, "dec_1 is not blocked: 1 device at once, limit 2");
    EXPECT_EQ(ask("192.0.2.1")->verdict, "192.0.2.1 is not blocked: 1 device at once, limit 2");
}

TEST_F(WhyTest, of_two_backends_with_that_name_one_must_be_said) {
    daemon.live.make_healthy();
    daemon.live.add("ali", 1);
    daemon.live.add("ali", 1).now.facts.key.backend = "other";
    EXPECT_EQ(ask("ali").error().code, "FG-CTL-003");
    EXPECT_TRUE(ask("main/ali"));
}

}  // namespace
}  // namespace fairgate::control
