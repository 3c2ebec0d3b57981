#include "backends/marzban/pace.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace fairgate::backends::marzban {
namespace {

using namespace std::chrono_literals;

/// So many changes one after the other, each answered that way.
Pace::Time send(Pace& pace, Pace::Time now, int count, Pace::Went went, Pace::Span took) {
    for (int i = 0; i < count; ++i) {
        now = pace.take_turn(now);
        pace.answered(went, took, now + took);
    }
    return now;
}

TEST(Pace, ten_thousand_changes_of_a_panel_that_answers_at_once_take_minutes_and_not_an_hour) {
    Pace pace{PaceSettings{}};
    const Pace::Time begin{1h};
    const Pace::Time end = send(pace, begin, 10'000, Pace::Went::well, 15ms);
    EXPECT_LT(end - begin, 8min);
    EXPECT_GE(pace.pause(), 40ms);
}

TEST(Pace, begins_gently) {
    Pace pace{PaceSettings{}};
    EXPECT_EQ(pace.take_turn(Pace::Time(1h)), Pace::Time(1h));
    EXPECT_EQ(pace.wait(Pace::Time(1h)), 250ms);
}

TEST(Pace, a_panel_that_fails_is_asked_ever_more_seldom_and_forgiven_slowly) {
    Pace pace{PaceSettings{}};
    Pace::Time now = send(pace, Pace::Time(1h), 20, Pace::Went::badly, 1'500ms);
    EXPECT_EQ(pace.pause(), 2s);
    now = send(pace, now, 20, Pace::Went::well, 15ms);
    EXPECT_GT(pace.pause(), 1s);
}

TEST(Pace, eight_failures_that_were_under_way_together_are_one_sign) {
    Pace pace{PaceSettings{}};
    for (int i = 0; i < 8; ++i) {
        pace.answered(Pace::Went::badly, 1s, Pace::Time(1h) + i * 10ms);
    }
    EXPECT_EQ(pace.pause(), 500ms);
}

TEST(Pace, a_panel_that_grows_slower_under_the_load_is_given_time) {
    Pace pace{PaceSettings{}};
    Pace::Time now = send(pace, Pace::Time(1h), 200, Pace::Went::well, 15ms);
    EXPECT_EQ(pace.pause(), 40ms);
    now = send(pace, now, 100, Pace::Went::well, 400ms);
    EXPECT_GE(pace.pause(), 50ms);
}

TEST(Pace, a_panel_that_is_far_away_is_not_taken_for_slow) {
    Pace pace{PaceSettings{}};
    send(pace, Pace::Time(1h), 200, Pace::Went::well, 300ms);
    EXPECT_EQ(pace.pause(), 40ms);
}

RC_GTEST_PROP(Pace, never_leaves_its_bounds_and_never_gives_two_the_same_turn, ()) {
    Pace pace{PaceSettings{}};
    Pace::Time now{1h};
    Pace::Time last{};
    for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 3'000))) {
        now += std::chrono::milliseconds(step % 97);
        const auto went = step % 3 == 0 ? Pace::Went::badly : Pace::Went::well;
        pace.answered(went, std::chrono::milliseconds(step), now);
        const Pace::Time turn = pace.take_turn(now);
        RC_ASSERT(turn >= now && turn > last);
        RC_ASSERT(pace.pause() >= 39ms && pace.pause() <= 2s);
        last = turn;
    }
}

}  // namespace
}  // namespace fairgate::backends::marzban
