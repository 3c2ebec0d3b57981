#include "base/run_program.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace fairgate {
namespace {

TEST(run_program, output_errors_and_status_come_back) {
    const auto end = run_program({.arguments = {"sh", "-c", "echo out; echo err >&2; exit 3"}});
    ASSERT_TRUE(end);
    EXPECT_EQ(end->output, "out\n");
    EXPECT_EQ(end->errors, "err\n");
    EXPECT_EQ(end->status, 3);
}

TEST(run_program, an_argument_is_never_more_than_an_argument) {
    const auto end = run_program({.arguments = {"echo", "$(id); rm -rf x", "`id`"}});
    ASSERT_TRUE(end);
    EXPECT_EQ(end->output, "$(id); rm -rf x `id`\n");
}

TEST(run_program, it_reads_more_than_a_pipe_holds_and_answers_as_much) {
    const std::string much(3 << 20, 'x');
    const auto end = run_program({.arguments = {"cat"}, .input = much});
    ASSERT_TRUE(end);
    EXPECT_EQ(end->output, much);
}

TEST(run_program, one_that_does_not_read_is_fine) {
    const auto end = run_program({.arguments = {"true"}, .input = std::string(3 << 20, 'x')});
    ASSERT_TRUE(end);
    EXPECT_EQ(end->status, 0);
}

TEST(run_program, one_that_takes_too_long_is_killed_with_its_children) {
    const auto start = std::chrono::steady_clock::now();
    const auto end = run_program(
        {.arguments = {"sh", "-c", "sleep 30 & sleep 30"}, .deadline = std::chrono::milliseconds(50)
        }
    );
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, "FG-RUN-003");
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(run_program, one_that_says_too_much_is_killed) {
    const auto end = run_program({.arguments = {"yes"}, .most_output = 100000});
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, "FG-RUN-004");
}

TEST(run_program, a_child_left_behind_does_not_hold_it_up) {
    const auto start = std::chrono::steady_clock::now();
    const auto end = run_program({.arguments = {"sh", "-c", "echo started; sleep 3 &"}});
    ASSERT_TRUE(end);
    EXPECT_EQ(end->output, "started\n");
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(run_program, one_that_is_not_there_is_named) {
    EXPECT_EQ(run_program({.arguments = {"no-such-program"}}).error().code, "FG-RUN-001");
    EXPECT_EQ(run_program({.arguments = {"/etc"}}).error().code, "FG-RUN-001");
    EXPECT_EQ(run_program({.arguments = {""}}).error().code, "FG-RUN-001");
    EXPECT_EQ(run_program({}).error().code, "FG-RUN-001");
}

TEST(run_program, a_signal_is_told) {
    const auto end = run_program({.arguments = {"sh", "-c", "kill -TERM $$"}});
    ASSERT_TRUE(end);
    EXPECT_EQ(end->status, 128 + 15);
}

}  // namespace
}  // namespace fairgate
