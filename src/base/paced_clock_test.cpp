#include "base/paced_clock.hpp"

#include <gtest/gtest.h>

namespace fairgate {

namespace {

TEST(FastClock, goes_on_from_now_and_as_much_faster_as_it_was_told) {
    const SystemClock machine;
    const TimePoint before = machine.now();
    const FastClock fast(1000);
    const TimePoint shown = fast.now();
    EXPECT_GE(shown, before);
    while (fast.now() - shown < std::chrono::seconds(20)) {
    }
    EXPECT_LT(machine.now() - before, std::chrono::seconds(20));
}

TEST(FastClock, is_waited_for_as_much_less) {
    EXPECT_EQ(wait_for(FastClock(6), std::chrono::minutes(1)), std::chrono::seconds(10));
    EXPECT_EQ(wait_for(SystemClock(), std::chrono::minutes(1)), std::chrono::minutes(1));
}

}  // namespace

}  // namespace fairgate
