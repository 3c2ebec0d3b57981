#include "base/json.hpp"
#include "cli/canned_test.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace fairgate::cli {
namespace {

http::Event decision_event(const std::string& id) {
    return {
        id, "decision", R"({"time":"2026-11-22T05:00:00Z","message":"ali blocked \u001b[2J"})", {}
    };
}

TEST(watch, one_line_or_one_object_an_event) {
    Bench bench;
    bench.answers.streams = {{{decision_event("7")}, {}}};
    EXPECT_EQ(
        bench.run({"watch", "--utc"}).out,
        "2026-11-22T05:00:00Z  decision    ali blocked \\x1b[2J\n"
    );
    bench.answers.streams = {{{decision_event("7")}, {}}};
    const auto line = json::parse(bench.run({"watch", "--json"}).out);
    EXPECT_EQ(line->at("event").as_string(), "decision");
}

TEST(watch, waits_for_a_daemon_that_went_away_and_goes_on_where_it_was) {
    const Error gone{.code = "FG-CLI-011", .what = "the daemon cannot be reached"};
    Bench bench;
    bench.answers.streams = {
        {{decision_event("7"), decision_event("8")}, {}},
        {{}, gone},
        {{}, gone},
        {{decision_event("9")}, {}},
    };
    const Ran ran = bench.run({"watch"});
    const std::vector<std::string> asked = {
        "GET /events",
        "GET /events after 8",
        "GET /events after 8",
        "GET /events after 8",
        "GET /events after 9",
    };
    EXPECT_EQ(bench.answers.asked, asked);
    EXPECT_EQ(std::ranges::count(ran.out, '\n'), 3);
    EXPECT_TRUE(ran.err.starts_with(
        "The daemon went away; waiting until it is back. Ctrl-C ends this.\nThe daemon is back.\n"
        "The daemon went away"
    )) << ran.err;
    ASSERT_EQ(bench.slept.size(), 4U);
    EXPECT_GT(bench.slept[2], bench.slept[0]);
    EXPECT_LT(bench.slept[3], bench.slept[2]) << "it had been back";
    EXPECT_EQ(ran.code, 5) << "what does not pass by itself ends it";
}

TEST(watch, a_daemon_that_was_never_there_is_an_error_at_once) {
    Bench bench;
    bench.answers.streams = {{{}, Error{.code = "FG-CLI-011", .what = "it cannot be reached"}}};
    EXPECT_EQ(bench.run({"watch"}).code, 6);
    EXPECT_TRUE(bench.slept.empty());
}

}  // namespace
}  // namespace fairgate::cli
