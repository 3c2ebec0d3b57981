#include "sources/line_clock.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairgate::sources {
namespace {

using namespace std::chrono_literals;

TEST(nearest_zone, is_one_that_people_live_in) {
    EXPECT_EQ(nearest_zone(3h + 29min), 3h + 30min);
    EXPECT_EQ(nearest_zone(5h + 44min), 5h + 45min);
    EXPECT_EQ(nearest_zone(-3h - 32min), -3h - 30min);
    EXPECT_EQ(nearest_zone(7h + 2min), 7h);
    EXPECT_EQ(nearest_zone(-20s), 0h);
    EXPECT_EQ(nearest_zone(14h + 5min), 14h);
    EXPECT_EQ(nearest_zone(30h), 0h) << "a clock that is a day off has no zone";
}

RC_GTEST_PROP(line_clock, any_steady_lead_is_found_from_lines_with_some_delay, ()) {
    const Duration lead = std::chrono::seconds(*rc::gen::inRange(-12 * 3600, 14 * 3600));
    const auto delays = *rc::gen::container<std::vector<int>>(9, rc::gen::inRange(0, 1500));
    LineClock clock{std::nullopt};
    TimePoint now{1'700'000'000s};
    for (const int delay : delays) {
        clock.sample(now + lead - std::chrono::milliseconds(delay), now);
        now += 1s;
    }
    RC_ASSERT(clock.lead().has_value());
    RC_ASSERT(*clock.lead() <= lead);
    RC_ASSERT(*clock.lead() >= lead - 1500ms);
    RC_ASSERT(*clock.zone() + *clock.offset() == *clock.lead());
}

RC_GTEST_PROP(line_clock, a_clock_that_was_set_back_is_believed_however_busy_the_log_is, ()) {
    const auto every = std::chrono::seconds(*rc::gen::inRange(1, 15));
    const Duration back = std::chrono::seconds(*rc::gen::inRange(10, 12 * 3600));
    LineClock clock{std::nullopt};
    TimePoint now{1'700'000'000s};
    for (int i = 0; i < 60; ++i, now += every) {
        clock.sample(now, now);
    }
    RC_ASSERT(clock.lead() == Duration{0});
    const TimePoint set = now;
    while (clock.lead() != -back) {
        RC_ASSERT(now < set + std::max<Duration>(40s, 10 * Duration(every)));
        RC_ASSERT(now < set + std::max<Duration>(10s, 8 * Duration(every)) || clock.is_in_doubt());
        clock.sample(now - back, now);
        now += every;
    }
    RC_ASSERT(!clock.is_in_doubt());
}

TEST(line_clock, lines_that_catch_up_are_not_taken_for_a_clock_that_was_set) {
    LineClock clock{Duration{0}};
    TimePoint now{1'700'000'000s};
    Duration delay = 10min;
    for (int i = 0; i < 200; ++i, now += 1s) {
        clock.sample(now - delay, now);
        delay = std::max<Duration>(delay - 4s, 0s);
        EXPECT_EQ(clock.lead(), 0s);
    }
    EXPECT_FALSE(clock.is_in_doubt());
}

TEST(line_clock, one_line_with_a_wild_time_changes_nothing) {
    LineClock clock{Duration{0}};
    TimePoint now{1'700'000'000s};
    for (int i = 0; i < 20; ++i, now += 1s) {
        clock.sample(i == 12 ? now + 24h : now, now);
        EXPECT_EQ(clock.lead(), 0s);
    }
}

}  // namespace
}  // namespace fairgate::sources
