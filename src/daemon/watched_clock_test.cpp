#include "daemon/watched_clock.hpp"

#include <gtest/gtest.h>

namespace fairgate::daemon {
namespace {

using namespace std::chrono_literals;

/// A machine whose clock somebody sets.
class WatchedClockTest : public testing::Test {
public:
    static TimePoint noon() { return std::chrono::sys_days(std::chrono::year{2026} / 2 / 6) + 12h; }

    void pass(Duration time) {
        machine.wall += time;
        machine.running += time;
    }
    void set_clock(Duration by) { machine.wall += by; }

    WatchedClock::Reading machine{noon(), 42h};
    WatchedClock clock{[this] { return machine; }};
};

TEST_F(WatchedClockTest, a_clock_that_nobody_sets_is_followed) {
    for (int second = 0; second < 100; ++second) {
        EXPECT_EQ(clock.now(), machine.wall);
        EXPECT_EQ(clock.take_leap(), std::nullopt);
        pass(1s);
        set_clock(10ms);  // slewed, for hours
    }
}

TEST_F(WatchedClockTest, a_leap_is_not_followed_before_it_is_taken) {
    for (const Duration by : {Duration(2h), Duration(-3h), Duration(6s), Duration(-6s)}) {
        const TimePoint before = clock.now();
        set_clock(by);
        EXPECT_EQ(clock.now(), before);
        pass(10s);
        EXPECT_EQ(clock.now(), before + 10s) << "time goes on all the same";
        EXPECT_EQ(clock.take_leap(), by);
        EXPECT_EQ(clock.now(), machine.wall);
        EXPECT_EQ(clock.take_leap(), std::nullopt);
    }
}

TEST_F(WatchedClockTest, a_machine_that_slept_has_no_leap) {
    clock.now();
    pass(8h);
    EXPECT_EQ(clock.now(), machine.wall);
    EXPECT_EQ(clock.take_leap(), std::nullopt);
}

}  // namespace
}  // namespace fairgate::daemon
