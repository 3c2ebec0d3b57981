#include "enforcement/step.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairgate::enforcement {
namespace {

using namespace std::chrono_literals;

const TimePoint start = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);

Measure pending_measure() {
    Measure measure;
    measure.id.value = 1;
    measure.created = start;
    measure.changed = start;
    measure.due = start + 10min;
    return measure;
}

Measure active_measure() {
    Measure measure = pending_measure();
    after_reading(measure, {Reading::Kind::found, "free", "held"}, start);
    after_acting(measure, {}, start);
    after_verifying(measure, {}, start, {});
    return measure;
}

TEST(step, a_measure_is_read_then_ordered_then_verified_then_waits_for_its_end) {
    Measure measure = pending_measure();
    EXPECT_EQ(next_step(measure, start).step, Step::read);
    after_reading(measure, {Reading::Kind::found, "free", "held"}, start);
    EXPECT_EQ(next_step(measure, start).step, Step::act);
    after_acting(measure, {}, start);
    EXPECT_EQ(next_step(measure, start).step, Step::verify);
    after_verifying(measure, {}, start, {});
    EXPECT_EQ(measure.state, MeasureState::active);
    EXPECT_EQ(next_step(measure, start), (Next{Step::wait, start + 10min}));
    EXPECT_EQ(next_step(measure, start + 10min).step, Step::begin_lifting);
}

TEST(step, lifting_ends_only_when_it_was_restored) {
    Measure measure = active_measure();
    begin_lifting(measure, "is due", start + 10min);
    EXPECT_EQ(next_step(measure, start + 10min).step, Step::restore);
    const StepResult result = after_restoring(measure, {}, start + 10min);
    EXPECT_EQ(measure.state, MeasureState::lifted);
    EXPECT_EQ(result.decision, DecisionState::released);
    EXPECT_EQ(next_step(measure, start + 1h).step, Step::none);
}

TEST(step, what_was_never_ordered_ends_without_touching_anything) {
    Measure measure = pending_measure();
    begin_lifting(measure, "undone", start);
    EXPECT_EQ(next_step(measure, start).step, Step::finish);
    finish_untouched(measure, start);
    EXPECT_EQ(measure.state, MeasureState::lifted);
}

TEST(step, a_time_due_comes_before_a_retry) {
    Measure measure = pending_measure();
    after_failure(measure, Step::read, Error{.code = "FG-X"}, start + 10min - 1ms, 0.5, {});
    EXPECT_EQ(next_step(measure, start + 10min - 1ms), (Next{Step::wait, start + 10min}));
    EXPECT_EQ(next_step(measure, start + 10min).step, Step::begin_lifting);
}

RC_GTEST_PROP(step, failures_wait_longer_and_longer_but_never_give_up, ()) {
    Measure measure = active_measure();
    begin_lifting(measure, "is due", start);
    TimePoint now = start;
    const int failures = *rc::gen::inRange(1, 200);
    for (int i = 0; i < failures; ++i) {
        const double spread = *rc::gen::inRange(0, 1000) / 1000.0;
        after_failure(measure, Step::restore, Error{.code = "FG-X"}, now, spread, {});
        const Next next = next_step(measure, now);
        RC_ASSERT(next.step == Step::wait);
        RC_ASSERT(*next.at >= now + 800ms);
        RC_ASSERT(*next.at <= now + 72s);
        now = *next.at;
        RC_ASSERT(next_step(measure, now).step == Step::restore);
    }
    RC_ASSERT(measure.attempts == failures);
}

TEST(step, what_is_refused_on_purpose_is_asked_for_every_five_minutes_from_the_first_time_on) {
    for (const char* code : {"FG-PG-403", "FG-MZB-403", "FG-MZB-038", "FG-PG-422", "FG-MZB-400"}) {
        Measure measure = active_measure();
        begin_lifting(measure, "is due", start);
        after_failure(measure, Step::restore, Error{.code = code}, start, 0.5, {});
        EXPECT_EQ(next_step(measure, start), (Next{Step::wait, start + 5min})) << code;
    }
}

TEST(step, the_same_failure_is_one_line_of_history) {
    Measure measure = pending_measure();
    const Error refused{.code = "FG-NET-001", .what = "refused"};
    EXPECT_EQ(
        after_failure(measure, Step::read, refused, start, 0, {}).what, "FG-NET-001: refused"
    );
    EXPECT_EQ(after_failure(measure, Step::read, refused, start, 0, {}).what, "");
    EXPECT_NE(after_failure(measure, Step::read, {.code = "FG-NET-002"}, start, 0, {}).what, "");
}

TEST(step, an_order_that_was_not_answered_is_doubted_for_a_while) {
    Measure measure = pending_measure();
    after_reading(measure, {Reading::Kind::found, "free", "held"}, start);
    after_failure(measure, Step::act, Error{.code = "FG-NET-003"}, start, 0.5, {});
    begin_lifting(measure, "undone", start + 1s);
    EXPECT_EQ(next_step(measure, start + 1s).step, Step::restore);
    after_restoring(measure, {Restored::Kind::already, ""}, start + 1s);
    EXPECT_EQ(measure.state, MeasureState::lifting);
    EXPECT_EQ(next_step(measure, start + 2s), (Next{Step::wait, start + 60s}));
    after_restoring(measure, {Restored::Kind::restored, ""}, start + 60s);
    EXPECT_EQ(measure.state, MeasureState::lifted);
}

TEST(step, an_order_that_went_nowhere_is_not_doubted) {
    Measure measure = pending_measure();
    after_reading(measure, {Reading::Kind::found, "free", "held"}, start);
    after_failure(measure, Step::act, Error{.code = "FG-ENF-021"}, start, 0.5, {});
    begin_lifting(measure, "undone", start + 1s);
    after_restoring(measure, {Restored::Kind::already, ""}, start + 1s);
    EXPECT_EQ(measure.state, MeasureState::lifted);
}

TEST(step, an_order_without_effect_is_given_once_more_then_told) {
    Measure measure = pending_measure();
    const Verification vain{Verification::Kind::ineffective, "still connects", {}};
    after_reading(measure, {Reading::Kind::found, "free", "held"}, start);
    after_acting(measure, {}, start);
    EXPECT_EQ(after_verifying(measure, vain, start, {}).attention, Attention::none);
    EXPECT_EQ(next_step(measure, start).step, Step::act);
    after_acting(measure, {}, start);
    EXPECT_EQ(after_verifying(measure, vain, start, {}).attention, Attention::alarm);
    EXPECT_EQ(measure.state, MeasureState::active);
    EXPECT_EQ(measure.note, "still connects");
    const TimePoint later = *next_step(measure, start).at;
    EXPECT_EQ(next_step(measure, start + 10min).step, Step::begin_lifting);
    EXPECT_GT(later, start);
}

TEST(step, an_order_without_effect_is_told_once) {
    Measure measure = active_measure();
    measure.due.reset();
    const Verification vain{Verification::Kind::ineffective, "still connects", {}};
    after_verifying(measure, vain, start, {});
    after_acting(measure, {}, start);
    EXPECT_EQ(after_verifying(measure, vain, start, {}).attention, Attention::alarm);
    EXPECT_EQ(after_verifying(measure, vain, start + 10min, {}).attention, Attention::none);
    after_verifying(measure, {}, start + 20min, {});
    EXPECT_EQ(measure.note, "");
}

TEST(step, what_cannot_be_told_yet_is_looked_at_again) {
    Measure measure = pending_measure();
    after_reading(measure, {Reading::Kind::found, "free", "held"}, start);
    after_acting(measure, {}, start);
    after_verifying(measure, {Verification::Kind::not_yet, "", start + 35s}, start, {});
    EXPECT_EQ(measure.state, MeasureState::pending);
    EXPECT_EQ(next_step(measure, start), (Next{Step::wait, start + 35s}));
    EXPECT_EQ(next_step(measure, start + 35s).step, Step::verify);
}

TEST(step, an_enforcer_cannot_make_us_spin) {
    Measure measure = active_measure();
    after_verifying(measure, {Verification::Kind::held, "", start - 1h}, start, {});
    EXPECT_EQ(next_step(measure, start), (Next{Step::wait, start + 1s}));
}

TEST(step, a_release_by_hand_ends_the_measure_and_is_audited) {
    Measure measure = active_measure();
    const auto result =
        after_verifying(measure, {Verification::Kind::overruled, "active again", {}}, start, {});
    EXPECT_EQ(measure.state, MeasureState::lifting) << "what else we did is put back";
    EXPECT_EQ(measure.note, "active again");
    EXPECT_EQ(result.attention, Attention::audit);
    EXPECT_EQ(result.decision, DecisionState::undone);
}

TEST(step, a_state_set_by_hand_is_left_and_audited) {
    Measure measure = active_measure();
    begin_lifting(measure, "is due", start);
    const auto result = after_restoring(measure, {Restored::Kind::conflict, "on hold"}, start);
    EXPECT_EQ(measure.state, MeasureState::lifted);
    EXPECT_EQ(measure.note, "on hold");
    EXPECT_EQ(result.attention, Attention::audit);
}

TEST(step, an_account_that_is_gone_ends_the_measure_as_failed) {
    for (const Step step : {Step::read, Step::act, Step::verify, Step::restore}) {
        Measure measure = active_measure();
        if (step == Step::read) {
            after_reading(measure, {Reading::Kind::gone, "", ""}, start);
        } else if (step == Step::act) {
            after_acting(measure, {Acted::Kind::gone, "", ""}, start);
        } else if (step == Step::verify) {
            after_verifying(measure, {Verification::Kind::gone, "", {}}, start, {});
        } else {
            after_restoring(measure, {Restored::Kind::gone, ""}, start);
        }
        EXPECT_EQ(measure.state, MeasureState::failed);
        EXPECT_EQ(measure.last_error, "the account is gone");
    }
}

TEST(step, answers_that_come_after_an_undo_do_not_stop_it) {
    Measure measure = pending_measure();
    after_reading(measure, {Reading::Kind::found, "free", "held"}, start);
    begin_lifting(measure, "undone", start);
    after_acting(measure, {}, start);
    after_verifying(measure, {}, start, {});
    after_failure(measure, Step::act, Error{.code = "FG-X"}, start, 0, {});
    EXPECT_EQ(measure.state, MeasureState::lifting);
    EXPECT_EQ(next_step(measure, start).step, Step::restore);
}

TEST(step, what_is_taken_up_again_is_looked_at_first) {
    Measure active = active_measure();
    take_up_again(active, start + 1min, {});
    EXPECT_EQ(next_step(active, start + 1min).step, Step::verify);
    Measure unsure = pending_measure();
    after_reading(unsure, {Reading::Kind::found, "free", "held"}, start);
    take_up_again(unsure, start + 1min, {});
    EXPECT_EQ(unsure.doubt, start + 2min);
    EXPECT_EQ(next_step(unsure, start + 1min).step, Step::act);
    begin_lifting(unsure, "undone", start + 1min);
    take_up_again(unsure, start + 1h, {});
    EXPECT_EQ(unsure.doubt, start + 2min) << "a restart does not make it last longer";
}

TEST(Step, what_was_ordered_again_is_looked_at_again) {
    Measure measure;
    measure.state = MeasureState::active;
    measure.before = "{}";
    measure.orders = 1;
    const TimePoint now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
    const Verification flushed{Verification::Kind::ineffective, "no longer there", {}};
    for (int i = 0; i < 3; ++i) {
        measure.acted = now;
        measure.retry_at = now;
        after_verifying(measure, flushed, now, {});
        EXPECT_EQ(next_step(measure, now).step, Step::act) << i;
        after_acting(measure, {}, now);
        EXPECT_EQ(next_step(measure, now).step, Step::verify) << i;
        Verification held;
        held.look_again = now + std::chrono::seconds(30);
        after_verifying(measure, held, now, {});
        EXPECT_EQ(next_step(measure, now).step, Step::wait) << i;
        EXPECT_EQ(next_step(measure, now).at, held.look_again) << i;
    }
}

}  // namespace
}  // namespace fairgate::enforcement
