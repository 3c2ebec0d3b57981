#include "firewall.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <iterator>
#include <spawn.h>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// Killed in the midst of blocking, and what the next process finds.

namespace fairgate::firewall_test {

int block_until_killed() {
    constexpr std::uint32_t benchmarks = 0xc6120000U;  // 198.18.0.0/15, RFC 2544
    constexpr std::uint32_t all_of_them = 1U << 17U;
    const std::uint32_t at_once = driver == "ufw" ? 1 : 500;
    const auto blocker = make_blocker();
    for (std::uint32_t from = 0; from < all_of_them; from += at_once) {
        const TimePoint now = SystemClock().now();
        std::vector<Block> blocks;
        for (std::uint32_t i = from; i < from + at_once; ++i) {
            blocks.push_back({.denial = {Address::v4(benchmarks + i)}, .until = now + 1h});
        }
        if (!blocker->block(blocks, kernel::ProtectedTargets(), now)) {
            return 1;
        }
    }
    return 0;
}

namespace {

pid_t start_victim() {
    std::string program = "/proc/self/exe";
    std::string what = "--block-until-killed";
    std::vector<char*> words = {program.data(), driver.data(), what.data(), nullptr};
    pid_t victim = 0;
    EXPECT_EQ(::posix_spawn(&victim, program.c_str(), nullptr, nullptr, words.data(), environ), 0);
    return victim;
}

TEST_F(Firewall, what_a_killed_process_left_is_taken_over_and_goes) {
    if (driver == "fail2ban") {
        GTEST_SKIP() << "its own server bans";
    }
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // the tool that it had just started is waited for as well
    const int rounds = driver == "ufw" ? 1 : 5;
    for (int round = 0; round < rounds; ++round) {
        const pid_t victim = start_victim();
        const auto seen = [this] { return blocker->list(now()).value().size(); };
        const std::size_t enough = driver == "ufw" ? 1 : static_cast<std::size_t>(round) * 500 + 1;
        for (int i = 0; i < 1000 && seen() < enough; ++i) {
            std::this_thread::sleep_for(1ms);
        }
        ::kill(victim, SIGKILL);
        while (::waitpid(-1, nullptr, 0) > 0) {
        }
        blocker = make_blocker();
        const auto left = blocker->list(now());
        ASSERT_TRUE(left) << to_line(left.error());
        EXPECT_GE(left->size(), enough);
        std::vector<Denial> denials;
        std::ranges::transform(*left, std::back_inserter(denials), &Block::denial);
        EXPECT_TRUE(blocker->missing(denials, now())->empty());
        ASSERT_TRUE(block({{{bad4}, now() + 1h}}));
        EXPECT_TRUE(is_refused(bad4));
        ASSERT_TRUE(unblock(denials));
        EXPECT_EQ(blocker->list(now())->size(), 1U);
        EXPECT_TRUE(is_refused(bad4));
        ASSERT_TRUE(unblock({{bad4}}));
        EXPECT_TRUE(passes(bad4));
    }
}

}  // namespace
}  // namespace fairgate::firewall_test
