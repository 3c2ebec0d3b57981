#include "control/undo.hpp"

#include "control/decisions.hpp"
#include "control/fake_daemon_test.hpp"
#include "model/ids.hpp"

#include <gtest/gtest.h>

namespace fairgate::control {
namespace {

class Undo : public testing::Test {
protected:
    Result<Undone> take_back(
        UndoChoice choice, std::string reason = {}, control::Run run = control::Run::for_real
    ) {
        return daemon.ask([&] {
            return undo(daemon.desk(), FakeDaemon::somebody(), choice, reason, run);
        });
    }
    static UndoChoice one(const std::string& decision) {
        UndoChoice choice;
        choice.decision = decision;
        return choice;
    }
    DecisionState state_of_first() {
        return daemon.store->decisions().get(DecisionId{1}).value().state;
    }

    /// What the newest block cannot cut is refused.
    std::string refuse_udp_too() {
        const Measure block = daemon.live.measures.back();
        Decision decision = daemon.store->decisions().get(block.decision).value();
        decision.action = Action::refuse;
        decision.decided = noon + 1s;
        decision.evidence.part_of = to_text(block.id);
        Measure measure;
        measure.decision = daemon.store->decisions().add(decision).value();
        measure.account = block.account;
        measure.enforcer = "firewall:nftables";
        measure.action = Action::refuse;
        measure.state = MeasureState::active;
        measure.created = decision.decided;
        EXPECT_TRUE(daemon.store->measures().add(measure, "1 address refused"));
        return to_text(measure.decision);
    }

    FakeDaemon daemon;
};

TEST_F(Undo, a_decision_is_taken_back_with_its_reason) {
    daemon.live.add("ali", 3);
    daemon.block("ali", noon);
    const Undone done = take_back(one("dec_1"), "request").value();
    ASSERT_EQ(done.undone.size(), 1U);
    EXPECT_EQ(done.undone[0].state, UndoState::undone);
    EXPECT_EQ(done.undone[0].account, "ali");
    EXPECT_EQ(done.undone[0].message, "being released by pasarguard:main");
    EXPECT_EQ(daemon.orders.undone.at(0).reason, "request");
    EXPECT_EQ(daemon.orders.undone.at(0).who, "tester");
    EXPECT_EQ(state_of_first(), DecisionState::undone);
    EXPECT_EQ(done.follow_up.at(0), "fairgate exempt add ali --for 24h");
    EXPECT_EQ(done.follow_up.at(1), "fairgate limit set ali 3");
}

TEST_F(Undo, taking_back_twice_does_it_once) {
    daemon.block("ali", noon);
    ASSERT_TRUE(take_back(one("dec_1")));
    const Undone again = take_back(one("dec_1")).value();
    EXPECT_EQ(again.undone.at(0).state, UndoState::ended);
    EXPECT_EQ(daemon.orders.undone.size(), 1U);
}

TEST_F(Undo, a_dry_run_says_what_would_be_put_back) {
    daemon.block("ali", noon);
    const Undone plan = take_back(one("dec_1"), "", control::Run::dry).value();
    ASSERT_TRUE(plan.plan);
    EXPECT_EQ(plan.plan->at(0), "dec_1: forget the order about ali (pasarguard:main)");
    EXPECT_EQ(state_of_first(), DecisionState::in_force);
}

TEST_F(Undo, the_last_an_accounts_those_since_or_all) {
    daemon.block("ali", noon - 3h);
    daemon.block("sara", noon - 2h);
    daemon.block("ali", noon - 1h);
    daemon.block("omid", noon);
    UndoChoice last;
    last.last = true;
    EXPECT_EQ(take_back(last, "", control::Run::dry)->plan->size(), 1U);
    UndoChoice ali;
    ali.account = "ali";
    EXPECT_EQ(take_back(ali, "", control::Run::dry)->plan->size(), 2U);
    ali.since = noon - 90min;
    EXPECT_EQ(take_back(ali, "", control::Run::dry)->plan->size(), 1U);
    UndoChoice recent;
    recent.since = noon - 2h;
    EXPECT_EQ(take_back(recent, "", control::Run::dry)->plan->size(), 3U);
    UndoChoice all;
    all.all = true;
    EXPECT_EQ(take_back(all)->undone.size(), 4U);
    EXPECT_TRUE(take_back(all)->undone.empty());
}

TEST_F(Undo, an_account_is_found_as_the_panel_takes_its_name) {
    daemon.live.make_healthy();
    daemon.live.any_case = true;
    daemon.live.add("Sara.Phone", 3);
    daemon.block("Sara.Phone", noon);
    for (const std::string said : {"sara.phone", "main/SARA.phone", "Sara.Phone"}) {
        UndoChoice choice;
        choice.account = said;
        EXPECT_EQ(take_back(choice, "", control::Run::dry)->plan->size(), 1U) << said;
    }
    daemon.live.any_case = false;
    UndoChoice other;
    other.account = "sara.phone";
    EXPECT_TRUE(take_back(other)->undone.empty());
}

TEST_F(Undo, what_completes_a_block_is_taken_back_with_it) {
    daemon.block("ali", noon);
    const std::string part = refuse_udp_too();
    const Undone plan = take_back(one("dec_1"), "", control::Run::dry).value();
    EXPECT_EQ(plan.plan->size(), 2U);
    UndoChoice last;
    last.last = true;
    const Undone done = take_back(last).value();
    ASSERT_EQ(done.undone.size(), 2U);
    EXPECT_EQ(done.undone[0].decision, "dec_1");
    EXPECT_EQ(done.undone[1].decision, part);
    EXPECT_TRUE(take_back(last)->undone.empty());
}

TEST_F(Undo, what_completes_a_block_can_be_taken_back_alone) {
    daemon.block("ali", noon);
    ASSERT_EQ(take_back(one(refuse_udp_too()))->undone.size(), 1U);
    EXPECT_EQ(state_of_first(), DecisionState::in_force);
}

TEST_F(Undo, one_that_cannot_be_ordered_does_not_stop_the_others) {
    daemon.block("ali", noon);
    daemon.block("sara", noon);
    daemon.orders.refuses = Error{.code = "FG-STO-004", .what = "the disk is full"};
    UndoChoice all;
    all.all = true;
    const Undone done = take_back(all).value();
    ASSERT_EQ(done.undone.size(), 2U);
    EXPECT_EQ(done.undone[0].state, UndoState::failed);
    EXPECT_EQ(done.undone[1].state, UndoState::failed);
}

TEST_F(Undo, what_held_nobody_and_what_is_not_there_is_refused) {
    Decision shadow;
    shadow.account = {"main", "ali"};
    daemon.store->decisions().add(shadow).value();
    EXPECT_EQ(take_back(one("dec_1")).error().code, "FG-CTL-009");
    EXPECT_EQ(take_back(one("dec_9")).error().code, "FG-STO-010");
    EXPECT_EQ(take_back(one("nine")).error().code, "FG-CTL-004");
    EXPECT_EQ(take_back({}).error().code, "FG-CTL-008");
    EXPECT_EQ(take_back(one("dec_1"), "because").error().code, "FG-CTL-004");
}

TEST_F(Undo, after_a_false_positive_the_ladder_forgets) {
    Violation violation;
    violation.account = {"main", "ali"};
    violation.opened = noon - 1min;
    const auto id = daemon.store->violations().add(violation).value();
    Decision decision;
    decision.account = {"main", "ali"};
    decision.violation = id;
    decision.state = DecisionState::in_force;
    decision.decided = noon;
    const DecisionId stored = daemon.store->decisions().add(decision).value();
    ASSERT_TRUE(take_back(one(fairgate::to_text(stored)), "false-positive"));
    EXPECT_TRUE(daemon.store->violations().ladder_of({"main", "ali"}, noon - 1h).value().empty());
}

TEST_F(Undo, blocking_by_hand_takes_the_same_way_and_says_how_to_go_back) {
    daemon.live.add("ali", 1);
    const auto block = [&](std::string account, control::Run run) {
        return daemon.ask([&, account, run] {
            return add_decision(daemon.desk(), FakeDaemon::somebody(), account, 30min, "sold", run);
        });
    };
    EXPECT_EQ(block("ali", control::Run::dry)->plan->at(0), "block ali for 30 m");
    const Change change = block("ali", control::Run::for_real).value();
    EXPECT_TRUE(change.changed);
    EXPECT_EQ(change.undo, "fairgate undo dec_1");
    const Decision stored = daemon.store->decisions().get(DecisionId{1}).value();
    EXPECT_EQ(stored.until, noon + 30min);
    EXPECT_EQ(stored.decided_by, "tester");
    EXPECT_EQ(stored.reason, "blocked by hand by tester: sold");
    EXPECT_EQ(daemon.store->audit().list({}, {})->rows.at(0).action, "decision.add");
    EXPECT_EQ(block("nobody", control::Run::for_real).error().code, "FG-CTL-002");
}

TEST_F(Undo, a_decision_in_force_can_be_given_another_end) {
    daemon.block("ali", noon);
    const auto extend = [&](std::string id) {
        return daemon.ask([&, id] {
            return extend_decision(
                daemon.desk(), FakeDaemon::somebody(), id, 2h, control::Run::for_real
            );
        });
    };
    EXPECT_TRUE(extend("dec_1").value().changed);
    const MeasureId measure = daemon.live.measures.at(0).id;
    EXPECT_EQ(daemon.store->measures().get(measure).value().due, noon + 2h);
    ASSERT_TRUE(take_back(one("dec_1")));
    EXPECT_EQ(extend("dec_1").error().code, "FG-CTL-009");
}

}  // namespace
}  // namespace fairgate::control
