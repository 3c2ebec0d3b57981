#include "sim/marzban/log_feed.hpp"

#include <gtest/gtest.h>

namespace fairgate::sim::marzban {
namespace {

using namespace std::chrono_literals;
using Frames = std::vector<std::string>;
using Of = LogFraming::Of;

constexpr LogFraming::Time start{};

TEST(LogFeed, gives_every_reader_every_line) {
    LogFeed feed;
    const auto one = feed.attach(LogFeed::Start::with_nothing);
    const auto two = feed.attach(LogFeed::Start::with_nothing);
    feed.push("a");
    EXPECT_EQ(feed.take(one), Frames{"a"});
    EXPECT_EQ(feed.take(two), Frames{"a"});
    EXPECT_EQ(feed.take(two), Frames{});
}

TEST(LogFeed, shows_the_last_hundred_lines_to_who_comes_later) {
    LogFeed feed;
    for (int i = 0; i < 150; ++i) {
        feed.push(std::to_string(i));
    }
    const auto lines = feed.take(feed.attach(LogFeed::Start::with_last_lines));
    ASSERT_EQ(lines.size(), 100U);
    EXPECT_EQ(lines.front(), "50");
    EXPECT_EQ(feed.take(feed.attach(LogFeed::Start::with_nothing)), Frames{});
}

TEST(LogFeed, a_reader_that_is_not_asked_loses_the_oldest) {
    LogFeed feed;
    const auto reader = feed.attach(LogFeed::Start::with_nothing);
    for (int i = 0; i < 130; ++i) {
        feed.push(std::to_string(i));
    }
    EXPECT_EQ(feed.take(reader).front(), "30");
    EXPECT_EQ(feed.lost(), 30U);
}

TEST(LogFeed, repeats_lines_when_the_link_is_made_again) {
    LogFeed feed;
    const auto reader = feed.attach(LogFeed::Start::with_nothing);
    feed.push("a");
    EXPECT_EQ(feed.take(reader), Frames{"a"});
    feed.repeat();
    EXPECT_EQ(feed.take(reader), Frames{"a"});
}

TEST(LogFraming, of_a_core_without_interval_is_one_line_a_frame) {
    LogFraming framing(Of::core, std::nullopt, 700ms, start);
    EXPECT_EQ(framing.frames({"a", "b"}, start), (Frames{"a", "b"}));
}

TEST(LogFraming, of_a_core_with_interval_is_a_batch_at_most_so_often) {
    LogFraming framing(Of::core, 1000ms, 700ms, start);
    EXPECT_EQ(framing.frames({"a"}, start + 200ms), Frames{});
    EXPECT_EQ(framing.frames({"b"}, start + 1000ms), Frames{"a\nb\n"});
    EXPECT_EQ(framing.frames({"c"}, start + 1200ms), Frames{});
    EXPECT_EQ(framing.frames({}, start + 2000ms), Frames{"c\n"});
    EXPECT_EQ(framing.frames({}, start + 9000ms), Frames{});
}

TEST(LogFraming, of_a_node_without_interval_is_a_batch_too) {
    LogFraming framing(Of::node, std::nullopt, 700ms, start);
    EXPECT_EQ(framing.frames({"a", "b"}, start + 200ms), Frames{});
    EXPECT_EQ(framing.frames({}, start + 700ms), Frames{"a\nb\n"});
}

TEST(LogFraming, of_a_node_with_interval_has_empty_lines) {
    LogFraming framing(Of::node, 2000ms, 700ms, start);
    EXPECT_EQ(framing.frames({"a"}, start + 700ms), Frames{});
    EXPECT_EQ(framing.frames({"b"}, start + 1400ms), Frames{});
    EXPECT_EQ(framing.frames({}, start + 2000ms), Frames{"a\n\nb\n\n"});
}

}  // namespace
}  // namespace fairgate::sim::marzban
