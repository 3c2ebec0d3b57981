#include "backends/marzban/replay_filter.hpp"

#include "backends/marzban/socket_feed.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace fairgate::backends::marzban {
namespace {

using namespace std::chrono_literals;

std::string line_at(int second, int which = 0) {
    const std::string text = std::to_string(100 + second);
    return "2026/08/05 20:04:" + text.substr(1) +
           ".123456 from 1.2.3.4:" + std::to_string(40'000 + which) +
           " accepted tcp:a:443 email: 7.ali";
}

TEST(ReplayFilter, the_last_lines_shown_once_more_are_left_out) {
    ReplayFilter filter;
    for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(filter.is_new(line_at(i)));
    }
    for (int i = 0; i < 50; ++i) {
        EXPECT_FALSE(filter.is_new(line_at(i)));
    }
    EXPECT_TRUE(filter.is_new(line_at(50)));
    EXPECT_EQ(filter.repeated(), 50U);
}

TEST(ReplayFilter, what_came_while_nobody_read_is_new_although_it_is_shown_late) {
    ReplayFilter filter;
    filter.is_new(line_at(1));
    filter.is_new(line_at(2));
    EXPECT_FALSE(filter.is_new(line_at(1)));
    EXPECT_FALSE(filter.is_new(line_at(2)));
    EXPECT_TRUE(filter.is_new(line_at(3)));
}

TEST(ReplayFilter, a_clock_that_was_set_back_makes_no_line_a_repetition) {
    ReplayFilter filter;
    filter.is_new(line_at(40));
    EXPECT_TRUE(filter.is_new(line_at(10)));
    EXPECT_TRUE(filter.is_new(line_at(11)));
}

TEST(ReplayFilter, an_old_cores_second_holds_many_lines) {
    ReplayFilter filter;
    const std::string high = "2024/01/02 03:04:05 9.9.9.9:1 accepted tcp:a:1 email: 7.ali";
    const std::string low = "2024/01/02 03:04:05 1.1.1.1:1 accepted tcp:a:1 email: 7.ali";
    EXPECT_TRUE(filter.is_new(high));
    EXPECT_TRUE(filter.is_new(low));
    EXPECT_FALSE(filter.is_new(high));
    EXPECT_FALSE(filter.is_new(low));
}

TEST(ReplayFilter, lines_without_a_time_are_told_apart_by_their_text) {
    ReplayFilter filter;
    EXPECT_TRUE(filter.is_new("Xray 25.1.30 started"));
    EXPECT_FALSE(filter.is_new("Xray 25.1.30 started"));
    EXPECT_TRUE(filter.is_new(""));
}

RC_GTEST_PROP(ReplayFilter, gives_each_of_different_lines_once_whatever_is_repeated, ()) {
    const auto repeats = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100));
    ReplayFilter filter;
    std::size_t given = 0;
    int next = 0;
    for (const int back : repeats) {
        given += filter.is_new(line_at(next % 60, next)) ? 1U : 0U;
        for (int i = std::max(0, next - back); i <= next; ++i) {
            RC_ASSERT(!filter.is_new(line_at(i % 60, i)));
        }
        if (next == 59) {
            break;
        }
        ++next;
    }
    RC_ASSERT(given <= repeats.size());
}

TEST(LossWatch, more_lines_than_the_panel_passes_on_are_noticed_once_a_second) {
    LossWatch watch;
    const LossWatch::Time begin{1h};
    EXPECT_FALSE(watch.saw(400, begin));
    EXPECT_TRUE(watch.saw(100, begin + 200ms));
    EXPECT_FALSE(watch.saw(100, begin + 400ms));
    EXPECT_FALSE(watch.saw(400, begin + 1s));
    EXPECT_TRUE(watch.saw(100, begin + 1'900ms));
}

}  // namespace
}  // namespace fairgate::backends::marzban
