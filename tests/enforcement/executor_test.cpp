#include "enforcement/harness.hpp"

#include <gtest/gtest.h>

// What an operator may rely on, one promise a test.
namespace fairgate::enforcement {
namespace {

using namespace std::chrono_literals;

class ExecutorTest : public testing::Test {
protected:
    ExecutorTest() {
        for (const char* name : {"ali", "sara", "omid"}) {
            program.world.create(name);
        }
    }
    Measure block(const std::string& name, std::optional<Duration> length) {
        const Measure measure = program.block(name, length).value().measure;
        program.settle();
        return program.measure(measure.id);
    }
    DecisionState decision_state(const Measure& measure) {
        return program.kept->decisions().get(measure.decision).value().state;
    }

    Program program;
};

TEST_F(ExecutorTest, a_blocked_account_is_released_when_due_and_not_before) {
    const Measure measure = block("ali", 10min);
    EXPECT_EQ(measure.state, MeasureState::active);
    program.pass(10min - 1s);
    EXPECT_EQ(program.status("ali"), "disabled");
    program.pass(1s);
    EXPECT_EQ(program.status("ali"), "active");
    EXPECT_EQ(program.measure(measure.id).state, MeasureState::lifted);
    EXPECT_EQ(decision_state(measure), DecisionState::released);
    EXPECT_TRUE(program.executor().open().empty());
}

TEST_F(ExecutorTest, an_account_gets_back_the_state_it_had) {
    program.world.account("ali").parts.status = "on_hold";
    block("ali", 10min);
    program.pass(10min);
    EXPECT_EQ(program.status("ali"), "on_hold");
}

TEST_F(ExecutorTest, a_permanent_block_stays_over_restarts_until_it_is_undone) {
    const Measure measure = block("ali", std::nullopt);
    program.pass(1h, 1min);
    EXPECT_EQ(program.restart().open, 1);
    program.pass(1h, 1min);
    EXPECT_EQ(program.status("ali"), "disabled") << "no amnesty at start";
    ASSERT_TRUE(program.undo(measure.id));
    program.settle();
    EXPECT_EQ(program.status("ali"), "active");
    EXPECT_EQ(decision_state(measure), DecisionState::undone);
    EXPECT_EQ(program.kept->audit().list({}, {}).value().rows.at(0).action, "measure.undo");
}

TEST_F(ExecutorTest, what_became_due_while_we_were_down_is_lifted_at_start) {
    block("ali", 10min);
    program.world.advance(1h);
    const Reconciliation found = program.restart();
    EXPECT_EQ(found.open, 1);
    EXPECT_EQ(found.finished, 1);
    EXPECT_EQ(program.status("ali"), "active");
}

TEST_F(ExecutorTest, a_restore_that_fails_is_never_forgotten) {
    block("ali", 10min);
    program.world.fail_next(std::vector<Fault>(40, Fault::before));
    program.pass(1h);
    EXPECT_EQ(program.status("ali"), "active");
    EXPECT_EQ(program.alarms, std::vector<std::string>{"FG-ENF-004"});
}

TEST_F(ExecutorTest, one_account_that_fails_holds_up_no_other) {
    const Measure ali = block("ali", 10min);
    program.world.remove("ali");
    block("sara", 10min);
    program.pass(10min);
    EXPECT_EQ(program.measure(ali.id).state, MeasureState::failed);
    EXPECT_EQ(program.measure(ali.id).last_error, "the account is gone");
    EXPECT_EQ(program.status("sara"), "active");
}

TEST_F(ExecutorTest, an_account_made_anew_under_the_same_name_is_left_alone) {
    block("ali", 10min);
    program.world.remove("ali");
    program.world.create("ali");
    program.world.account("ali").parts.status = "disabled";
    program.pass(10min);
    EXPECT_EQ(program.status("ali"), "disabled");
}

TEST_F(ExecutorTest, what_an_administrator_set_by_hand_stays) {
    const Measure measure = block("ali", 10min);
    program.world.edit_status("ali", "expired");
    program.pass(10min);
    EXPECT_EQ(program.status("ali"), "expired");
    EXPECT_EQ(program.measure(measure.id).note, "found expired");
    EXPECT_EQ(program.kept->audit().list({}, {}).value().rows.at(0).action, "measure.conflict");
}

TEST_F(ExecutorTest, a_hand_that_released_early_is_found_at_start_and_not_fought) {
    const Measure measure = block("ali", 10min);
    program.world.edit_status("ali", "active");
    program.restart();
    EXPECT_EQ(program.status("ali"), "active");
    EXPECT_EQ(program.measure(measure.id).state, MeasureState::lifted);
    EXPECT_EQ(decision_state(measure), DecisionState::undone);
}

TEST_F(ExecutorTest, a_start_does_not_wait_for_looks_at_what_was_in_force) {
    const Measure held = block("ali", 10min);
    program.settings.look_first = 0s;
    EXPECT_EQ(program.restart().unreachable, 1);
    EXPECT_EQ(program.executor().not_looked_at(), 1);
    EXPECT_EQ(program.measure(held.id).state, MeasureState::active);
    program.settle();
    EXPECT_EQ(program.executor().not_looked_at(), 0);
}

TEST_F(ExecutorTest, a_start_waits_for_what_was_under_way) {
    block("ali", 10min);
    program.world.advance(1h);
    program.settings.look_first = 0s;
    EXPECT_EQ(program.restart().finished, 1);
    EXPECT_EQ(program.status("ali"), "active");
}

TEST_F(ExecutorTest, what_was_released_by_hand_while_we_were_down_is_not_extended) {
    const Measure old = block("ali", 10min);
    program.world.edit_status("ali", "active");
    program.settings.look_first = 0s;
    program.restart();
    const Measure anew = block("ali", 20min);
    EXPECT_NE(anew.id, old.id);
    EXPECT_EQ(program.measure(old.id).state, MeasureState::lifted);
    EXPECT_EQ(decision_state(old), DecisionState::undone);
    EXPECT_EQ(program.status("ali"), "disabled");
}

TEST_F(ExecutorTest, what_was_not_edited_is_put_back_beside_what_was) {
    block("ali", 10min);
    program.world.edit_group("ali", "gold");
    program.pass(10min);
    EXPECT_EQ(program.world.account("ali").parts, (Parts{"active", "gold"}));
}

TEST_F(ExecutorTest, a_second_block_extends_the_first_and_the_first_state_comes_back) {
    program.world.account("ali").parts.status = "on_hold";
    const Measure first = block("ali", 10min);
    program.pass(5min);
    const Measure second = block("ali", 30min);
    EXPECT_EQ(second.id, first.id);
    EXPECT_NE(second.decision, first.decision);
    EXPECT_EQ(decision_state(first), DecisionState::released);
    program.pass(20min);
    EXPECT_EQ(program.status("ali"), "disabled");
    program.pass(10min);
    EXPECT_EQ(program.status("ali"), "on_hold");
}

TEST_F(ExecutorTest, a_shorter_second_block_does_not_release_earlier) {
    block("ali", 30min);
    block("ali", 1min);
    program.pass(20min);
    EXPECT_EQ(program.status("ali"), "disabled");
}

TEST_F(ExecutorTest, a_stronger_action_takes_the_place_of_a_weaker_one) {
    const Measure weak = block("ali", 30min);
    const auto strong = program.block("ali", 10min, Action::revoke).value();
    program.settle();
    EXPECT_EQ(program.status("ali"), "revoked");
    EXPECT_EQ(program.measure(weak.id).state, MeasureState::lifted);
    const auto weaker = program.block("ali", 1h).value();
    EXPECT_EQ(weaker.measure.id, strong.measure.id);
    program.pass(10min);
    EXPECT_EQ(program.status("ali"), "active");
}

TEST_F(ExecutorTest, an_undone_pending_measure_never_acts) {
    program.world.fail_next(std::vector<Fault>(1, Fault::before));
    const Measure measure = block("ali", 10min);
    EXPECT_EQ(measure.state, MeasureState::pending);
    ASSERT_TRUE(program.undo(measure.id));
    program.pass(1min);
    EXPECT_EQ(program.measure(measure.id).state, MeasureState::lifted);
    EXPECT_EQ(program.world.account("ali").set_by, SetBy::nobody);
}

TEST_F(ExecutorTest, an_order_that_comes_into_force_after_its_time_out_is_taken_back) {
    program.world.fail_next({Fault::late, Fault::none});  // the read succeeds, the order times out
    const Measure measure = program.block("ali", 10min).value().measure;
    program.settle();
    ASSERT_TRUE(program.undo(measure.id));
    program.settle();
    EXPECT_EQ(program.status("ali"), "active");
    program.world.advance(25s);
    EXPECT_EQ(program.status("ali"), "disabled") << "it arrives";
    program.pass(1min);
    EXPECT_EQ(program.status("ali"), "active");
    EXPECT_EQ(program.measure(measure.id).state, MeasureState::lifted);
}

TEST_F(ExecutorTest, an_order_without_effect_is_repeated_and_then_told) {
    program.world.fail_next({Fault::none, Fault::vain, Fault::none, Fault::vain, Fault::none});
    const Measure measure = block("ali", 30min);
    EXPECT_EQ(measure.note, "status is active");
    EXPECT_EQ(program.alarms, std::vector<std::string>{"FG-ENF-005"});
    program.pass(31min);
    EXPECT_EQ(program.measure(measure.id).state, MeasureState::lifted);
}

TEST_F(ExecutorTest, what_had_no_effect_is_ordered_again_when_an_operator_says_so) {
    program.world.fail_next({Fault::none, Fault::vain, Fault::none, Fault::vain, Fault::none});
    const MeasureId id = block("ali", 30min).id;
    EXPECT_NE(program.status("ali"), "disabled");
    EXPECT_TRUE(program.executor().is_at_rest(id));
    program.executor().look_again(id);
    EXPECT_FALSE(program.executor().is_at_rest(id));
    program.settle();
    EXPECT_TRUE(program.executor().is_at_rest(id));
    EXPECT_EQ(program.status("ali"), "disabled");
    program.pass(5min);
    EXPECT_EQ(program.executor().open().front().note, "");
    program.pass(26min);
    program.executor().look_again(id);  // over
    EXPECT_TRUE(program.executor().is_at_rest(id));
    EXPECT_EQ(program.measure(id).state, MeasureState::lifted);
}

TEST_F(ExecutorTest, nothing_is_done_that_cannot_be_written_down) {
    program.store.failing_writes = 1;
    const auto refused = program.block("ali", 10min);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "FG-STO-004");
    program.settle();
    EXPECT_EQ(program.enforcer.calls, 0);
    EXPECT_TRUE(program.kept->decisions().list({}, {}).value().rows.empty());
}

TEST_F(ExecutorTest, what_was_done_while_the_disk_was_full_is_written_later) {
    const Measure measure = program.block("ali", 10min).value().measure;
    program.store.failing_writes = 3;
    program.settle();
    EXPECT_EQ(program.status("ali"), "active") << "the state before is not written yet";
    EXPECT_EQ(program.alarms, std::vector<std::string>{"FG-ENF-006"});
    program.pass(30s);
    EXPECT_EQ(program.measure(measure.id).state, MeasureState::active);
    EXPECT_TRUE(program.world.broken().empty());
}

TEST_F(ExecutorTest, what_is_due_is_lifted_although_the_disk_is_full_and_written_later) {
    const Measure measure = block("ali", 10min);
    program.store.failing_writes = 1000;
    program.pass(10min - 1s);
    EXPECT_EQ(program.status("ali"), "disabled");
    program.pass(1min);
    EXPECT_EQ(program.status("ali"), "active") << "nobody stays blocked because a disk is full";
    EXPECT_EQ(program.measure(measure.id).state, MeasureState::active) << "not written yet";
    program.store.failing_writes = 0;
    program.pass(1min);
    EXPECT_EQ(program.measure(measure.id).state, MeasureState::lifted);
    EXPECT_EQ(decision_state(measure), DecisionState::released);
    EXPECT_TRUE(program.executor().open().empty());
}

TEST_F(ExecutorTest, a_crash_after_a_lifting_that_could_not_be_written_changes_nothing) {
    const Measure measure = block("ali", 10min);
    program.store.failing_writes = 1000;
    program.pass(11min);
    ASSERT_EQ(program.status("ali"), "active");
    program.store.failing_writes = 0;
    program.restart();
    program.pass(2min);
    EXPECT_EQ(program.status("ali"), "active");
    EXPECT_EQ(program.measure(measure.id).state, MeasureState::lifted);
}

TEST_F(ExecutorTest, an_undo_that_cannot_be_written_is_refused_and_changes_nothing) {
    const Measure measure = block("ali", 10min);
    program.store.failing_writes = 1;
    EXPECT_EQ(program.undo(measure.id).error().code, "FG-STO-004");
    program.settle();
    EXPECT_EQ(program.status("ali"), "disabled");
    EXPECT_EQ(program.measure(measure.id).state, MeasureState::active);
}

TEST_F(ExecutorTest, an_end_can_be_moved_while_it_is_in_force) {
    const Measure measure = block("ali", 10min);
    const auto extend = [&](std::optional<TimePoint> due) {
        return run(program.io, [&] {
            return program.executor().extend(measure.id, due, OrderedBy{"root", "cli", "", ""});
        });
    };
    ASSERT_TRUE(extend(program.clock.now() + 1min));
    EXPECT_EQ(
        program.kept->decisions().get(measure.decision).value().until, program.clock.now() + 1min
    );
    program.pass(1min);
    EXPECT_EQ(program.status("ali"), "active");
    EXPECT_EQ(extend(std::nullopt).error().code, "FG-ENF-003");
}

TEST_F(ExecutorTest, what_no_enforcer_can_do_is_refused) {
    EXPECT_EQ(program.block("ali", 1min, Action::throttle).error().code, "FG-ENF-002");
    Decision decision;
    decision.account = {"main", "ali"};
    const auto nobody =
        run(program.io, [&] { return program.executor().carry_out(decision, "nobody"); });
    EXPECT_EQ(nobody.error().code, "FG-ENF-001");
}

TEST_F(ExecutorTest, the_history_says_what_happened) {
    const Measure measure = block("ali", 10min);
    program.pass(10min);
    std::vector<std::string> lines;
    for (const MeasureStep& step : program.kept->measures().history(measure.id).value()) {
        lines.push_back(step.what);
    }
    EXPECT_EQ(
        lines,
        (std::vector<std::string>{
            "decided: 3 devices at once, limit 2",
            "read the state before",
            "ordered",
            "in force",
            "is due",
            "restored"
        })
    );
    EXPECT_EQ(program.events, lines);
}

TEST_F(ExecutorTest, a_panel_that_is_down_at_start_does_not_keep_us_waiting) {
    block("ali", 10min);
    block("sara", 10min);
    program.world.fail_next(std::vector<Fault>(30, Fault::before));
    const Reconciliation found = program.restart();
    EXPECT_EQ(found.unreachable, 2);
    program.pass(1h);
    EXPECT_EQ(program.status("ali"), "active");
    EXPECT_EQ(program.status("sara"), "active");
}

}  // namespace
}  // namespace fairgate::enforcement
