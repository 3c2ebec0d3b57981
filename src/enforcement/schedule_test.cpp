#include "enforcement/schedule.hpp"

#include <gtest/gtest.h>

namespace fairgate::enforcement {
namespace {

using namespace std::chrono_literals;
using Kind = Schedule::Kind;
using Outcome = Schedule::Outcome;

const TimePoint start{1h};

TEST(schedule, what_is_ready_starts_in_order_and_within_bounds) {
    Schedule schedule({.calls_at_once = 2});
    for (int i = 1; i <= 4; ++i) {
        schedule.put(MeasureId{i}, "panel", Kind::first_try, start - i * 1s);
    }
    schedule.put(MeasureId{9}, "panel", Kind::first_try, start + 1s);
    EXPECT_EQ(schedule.take_ready(start), (std::vector{MeasureId{4}, MeasureId{3}}));
    EXPECT_TRUE(schedule.take_ready(start).empty());
    EXPECT_EQ(schedule.next_time(), std::nullopt) << "one of the two must end first";
    schedule.done(MeasureId{4}, "panel", Outcome::succeeded, start);
    EXPECT_EQ(schedule.take_ready(start), std::vector{MeasureId{2}});
}

TEST(schedule, looks_come_last_but_not_later_than_what_is_due) {
    Schedule schedule({.calls_at_once = 1});
    schedule.put(MeasureId{1}, "panel", Kind::look, start - 1h);
    schedule.put(MeasureId{2}, "panel", Kind::look, start - 1s, start);
    schedule.put(MeasureId{3}, "panel", Kind::first_try, start - 1s);
    const auto next = [&](TimePoint now) {
        const auto ready = schedule.take_ready(now);
        schedule.done(ready.at(0), "panel", Outcome::succeeded, now);
        return ready.at(0);
    };
    EXPECT_EQ(next(start - 1s), MeasureId{3});
    EXPECT_EQ(next(start), MeasureId{2}) << "it is due";
    EXPECT_EQ(next(start), MeasureId{1});
    EXPECT_EQ(schedule.next_time(), std::nullopt);
}

TEST(schedule, a_measure_has_one_place) {
    Schedule schedule({});
    schedule.put(MeasureId{1}, "panel", Kind::first_try, start);
    schedule.put(MeasureId{1}, "panel", Kind::repeated, start + 1s);
    EXPECT_TRUE(schedule.take_ready(start).empty());
    EXPECT_EQ(schedule.next_time(), start + 1s);
    schedule.remove(MeasureId{1});
    EXPECT_EQ(schedule.next_time(), std::nullopt);
}

TEST(schedule, one_that_keeps_failing_holds_up_no_other) {
    Schedule schedule({.calls_at_once = 1});
    schedule.put(MeasureId{1}, "panel", Kind::repeated, start - 1h);
    schedule.put(MeasureId{2}, "panel", Kind::first_try, start);
    EXPECT_EQ(schedule.take_ready(start), std::vector{MeasureId{2}});
}

TEST(schedule, an_enforcer_that_is_down_is_asked_now_and_then_and_holds_up_no_other) {
    Schedule schedule({.calls_at_once = 8, .failures_until_down = 2, .probe_every = 5s});
    for (int i = 1; i <= 5; ++i) {
        schedule.put(MeasureId{i}, "panel", Kind::first_try, start);
    }
    for (const MeasureId id : schedule.take_ready(start)) {
        schedule.done(id, "panel", Outcome::failed, start);
        schedule.put(id, "panel", Kind::repeated, start + 1s);
    }
    EXPECT_TRUE(schedule.is_down("panel"));
    schedule.put(MeasureId{9}, "kernel", Kind::first_try, start);
    EXPECT_EQ(schedule.take_ready(start + 1s), std::vector{MeasureId{9}});
    EXPECT_EQ(schedule.next_time(), start + 5s);
    const auto probe = schedule.take_ready(start + 5s);
    ASSERT_EQ(probe.size(), 1U);
    schedule.done(probe[0], "panel", Outcome::succeeded, start + 5s);
    EXPECT_EQ(schedule.take_ready(start + 5s).size(), 4U);
}

TEST(schedule, one_measure_that_fails_many_times_does_not_mean_that_the_enforcer_is_down) {
    Schedule schedule({.failures_until_down = 2});
    for (int i = 0; i < 10; ++i) {
        schedule.put(MeasureId{1}, "panel", Kind::repeated, start);
        ASSERT_EQ(schedule.take_ready(start).size(), 1U);
        schedule.done(MeasureId{1}, "panel", Outcome::failed, start);
    }
    EXPECT_FALSE(schedule.is_down("panel"));
}

}  // namespace
}  // namespace fairgate::enforcement
