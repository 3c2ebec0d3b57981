#include "base/memory.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace fairgate {
namespace {

/// Pages of this process that are in memory, its shared libraries' among them.
long resident_pages() {
    std::ifstream statm("/proc/self/statm");
    long total = 0;
    long resident = 0;
    statm >> total >> resident;
    return resident;
}

TEST(Memory, that_is_not_used_is_given_back_and_the_program_goes_on) {
    const std::string before = "constants and code are what they were";
    {
        std::vector<std::string> burst(20'000, std::string(400, 'x'));
        ASSERT_EQ(burst.back().size(), 400U);
    }
    const long high = resident_pages();
    release_unused_memory();
    EXPECT_LT(resident_pages(), high);
    EXPECT_EQ(before, "constants and code are what they were");
}

}  // namespace
}  // namespace fairgate
