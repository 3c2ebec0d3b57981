#include "setup/log_trial.hpp"

#include "setup/tree_test.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace fairgate::setup {
namespace {

constexpr const char* shape =
    "2026/08/05 %02d:%02d:%02d from %s:4711 accepted tcp:example.com:443 [in -> out] email: %s\n";

/// Minutes in which ann is at one place and eve at two all the time.
std::string log_of(int minutes) {
    std::string text;
    for (int second = 0; second < minutes * 60; second += 5) {
        const auto add = [&](const char* address, const char* name) {
            std::array<char, 200> line{};
            const int hour = 12 + second / 3600;
            const int size = std::snprintf(
                line.data(), line.size(), shape, hour, second / 60 % 60, second % 60, address, name
            );
            text.append(line.data(), static_cast<std::size_t>(size));
        };
        add("198.51.100.1", "ann");
        add("198.51.100.2", "eve");
        add("203.0.113.2", "eve");
    }
    return text;
}

struct Tried {
    Result<void> result;
    std::vector<TestLine> lines;
};

Tried try_log(const std::string& path) {
    std::vector<TestLine> lines;
    auto result = test_log(path, config::Settings(), a_day, [&](const TestLine& line) {
        lines.push_back(line);
    });
    return {std::move(result), std::move(lines)};
}

TEST(log, with_accounts_in_it_passes) {
    const Tree tree;
    tree.write("a.log", log_of(2));
    const Tried tried = try_log(tree.path("a.log"));
    ASSERT_TRUE(tried.result) << to_line(tried.result.error());
    EXPECT_NE(tried.lines.at(0).text.find("2 accounts in its last 72 lines"), std::string::npos);
}

TEST(log, that_cannot_be_counted_says_why) {
    const Tree tree;
    tree.write("error.log", "2026/08/05 12:00:00 [Warning] core: Xray 26 started\n");
    tree.write(
        "none.log", "2026/08/05 12:00:00 from 198.51.100.1:1 accepted tcp:a.com:443 [in -> out]\n"
    );
    tree.write("empty.log", "");
    EXPECT_EQ(try_log(tree.path("error.log")).result.error().code, "FG-SET-011");
    const Error nameless = try_log(tree.path("none.log")).result.error();
    EXPECT_NE(nameless.cause.find("name no account"), std::string::npos);
    EXPECT_EQ(try_log(tree.path("not-there.log")).result.error().code, "FG-SET-011");
    EXPECT_EQ(try_log("/dev/null").result.error().cause, "it is no file");
    const Tried empty = try_log(tree.path("empty.log"));
    EXPECT_TRUE(empty.result);
    EXPECT_EQ(empty.lines.at(0).outcome, Outcome::warning);
}

TEST(usage, is_counted_as_the_daemon_counts) {
    const Tree tree;
    tree.write("a.log", log_of(10));
    const auto usage = usage_in(tree.path("a.log"), config::Settings(), {});
    ASSERT_TRUE(usage);
    EXPECT_EQ(usage->accounts, 2U);
    EXPECT_EQ(usage->above(1), 1U);
    EXPECT_EQ(usage->above(2), 0U);
    EXPECT_EQ(
        in_words(*usage, 1), "1 device: 1 of 2 accounts seen in the last 10 min is above that"
    );
}

TEST(usage, looks_at_the_last_hour_only) {
    const Tree tree;
    tree.write("a.log", log_of(180));
    const auto usage = usage_in(tree.path("a.log"), config::Settings(), {});
    ASSERT_TRUE(usage);
    EXPECT_EQ(usage->length.count(), 60);
    EXPECT_FALSE(usage_in(tree.path("not-there.log"), config::Settings(), {}));
}

}  // namespace
}  // namespace fairgate::setup
