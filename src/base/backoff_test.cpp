#include "base/backoff.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairgate {
namespace {

using namespace std::chrono_literals;

RC_GTEST_PROP(Backoff, doubles_up_to_the_most_and_spreads_by_a_fifth, (std::uint64_t seed)) {
    Backoff backoff(100ms, 10s, seed);
    auto expected = 100ms;
    for (int i = 0; i < 100; ++i) {
        const auto wait = backoff.next();
        RC_ASSERT(wait >= expected * 8 / 10 - 1ms);
        RC_ASSERT(wait <= expected * 12 / 10 + 1ms);
        expected = std::min<std::chrono::milliseconds>(expected * 2, 10s);
    }
    RC_ASSERT(backoff.failures() == 100);
}

TEST(Backoff, starts_again_after_a_success) {
    Backoff backoff(100ms, 10s, 1);
    for (int i = 0; i < 10; ++i) {
        backoff.next();
    }
    backoff.reset();
    EXPECT_EQ(backoff.failures(), 0);
    EXPECT_LE(backoff.next(), 120ms);
}

TEST(Backoff, two_waiters_do_not_come_back_together) {
    Backoff one(1000ms, 60s, 1);
    Backoff other(1000ms, 60s, 2);
    int same = 0;
    for (int i = 0; i < 10; ++i) {
        same += one.next() == other.next() ? 1 : 0;
    }
    EXPECT_LT(same, 3);
}

TEST(Backoff, a_long_first_wait_does_not_overflow) {
    Backoff backoff(24h, 24h * 365, 1);
    for (int i = 0; i < 100; ++i) {
        EXPECT_GT(backoff.next(), 0ms);
    }
}

}  // namespace
}  // namespace fairgate
