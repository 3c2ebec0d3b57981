#include "enforcement/due_mark.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace fairgate::enforcement {
namespace {

TEST(due_mark, a_time_comes_back_and_none_as_well) {
    const TimePoint due{std::chrono::seconds(1764000000)};
    EXPECT_EQ(due_mark(due), "fairgate:1764000000");
    EXPECT_EQ(read_due_mark("fairgate:1764000000")->until, due);
    EXPECT_EQ(due_mark(std::nullopt), "fairgate:");
    EXPECT_FALSE(read_due_mark("fairgate:")->until);
}

TEST(due_mark, rather_a_second_late_than_early) {
    EXPECT_EQ(due_mark(TimePoint(std::chrono::microseconds(1'500'000))), "fairgate:2");
}

TEST(due_mark, others_comments_are_not_ours) {
    for (const char* other :
         {"",
          "mine",
          "fairgate",
          "fairgate:soon",
          "fairgate:-5",
          "fairgate:1x",
          "fairgate:99999999999999999999"}) {
        EXPECT_FALSE(read_due_mark(other)) << other;
    }
}

}  // namespace
}  // namespace fairgate::enforcement
