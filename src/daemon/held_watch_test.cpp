#include "daemon/held_watch.hpp"

#include <gtest/gtest.h>

namespace fairgate::daemon {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{std::chrono::hours(500'000)};

TEST(HeldWatch, an_account_is_told_once_a_minute_however_many_lines_come) {
    HeldWatch watch;
    for (int i = 0; i < 100; ++i) {
        watch.saw("ali", start + i * 100ms);
    }
    EXPECT_EQ(watch.take(), std::vector<std::string>{"ali"});
    EXPECT_TRUE(watch.take().empty());
    watch.saw("ali", start + 59s);
    EXPECT_TRUE(watch.take().empty());
    watch.saw("ali", start + 61s);
    EXPECT_EQ(watch.take(), std::vector<std::string>{"ali"});
}

TEST(HeldWatch, a_crowd_is_told_a_few_at_a_time_and_nobody_is_forgotten) {
    HeldWatch watch;
    for (int i = 0; i < 50; ++i) {
        watch.saw("user" + std::to_string(i), start);
    }
    EXPECT_EQ(watch.take().size(), 20U);
    EXPECT_EQ(watch.take().size(), 20U);
    EXPECT_EQ(watch.take().size(), 10U);
}

TEST(HeldWatch, a_clock_that_is_set_back_holds_nothing_up) {
    HeldWatch watch;
    watch.saw("ali", start);
    watch.take();
    watch.clock_was_set(-24h);
    watch.saw("ali", start - 24h + 61s);
    EXPECT_EQ(watch.take().size(), 1U);
}

}  // namespace
}  // namespace fairgate::daemon
