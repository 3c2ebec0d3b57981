#include "control/events.hpp"

#include "base/run.hpp"
#include "control/line_tap.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace fairgate::control {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

Happening happening(std::string message) {
    Happening made;
    made.message = std::move(message);
    return made;
}

asio::awaitable<std::string> next_message(EventLog* log, std::uint64_t behind) {
    co_await log->wait(behind, 10s);
    const auto entries = log->after(behind, 1);
    co_return entries.empty() ? "" : entries[0].happening.message;
}

TEST(event_log, a_listener_goes_on_behind_the_number_it_knows) {
    asio::io_context io;
    EventLog log(io.get_executor());
    log.publish(happening("one"));
    log.publish(happening("two"));
    log.publish(happening("three"));
    EXPECT_EQ(log.newest(), 3U);
    const auto entries = log.after(1, 10);
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].id, 2U);
    EXPECT_EQ(entries[1].happening.message, "three");
    EXPECT_EQ(log.after(1, 1).size(), 1U);
    EXPECT_TRUE(log.after(3, 10).empty());
}

TEST(event_log, it_says_when_events_behind_a_number_are_gone_or_were_never_there) {
    asio::io_context io;
    EventLog log(io.get_executor(), 2);
    EXPECT_TRUE(log.holds_all_after(0));
    for (const char* message : {"one", "two", "three"}) {
        log.publish(happening(message));
    }
    EXPECT_FALSE(log.holds_all_after(0));
    EXPECT_TRUE(log.holds_all_after(1));
    EXPECT_TRUE(log.holds_all_after(3));
    EXPECT_FALSE(log.holds_all_after(4));
}

TEST(event_log, who_waits_is_woken) {
    asio::io_context io;
    EventLog log(io.get_executor());
    asio::post(io, [&] { log.publish(happening("now")); });
    EXPECT_EQ(run(io, [&] { return next_message(&log, 0); }), "now");
}

TEST(event_log, at_the_end_nobody_is_left_waiting) {
    asio::io_context io;
    EventLog log(io.get_executor());
    asio::post(io, [&] { log.close(); });
    EXPECT_EQ(run(io, [&] { return next_message(&log, 0); }), "");
    EXPECT_TRUE(log.closed());
}

TEST(line_taps, only_who_looks_sees_lines_of_that_source) {
    LineTaps taps;
    EXPECT_FALSE(taps.wanted("main"));
    auto tap = taps.open("main");
    EXPECT_TRUE(taps.wanted("main"));
    EXPECT_FALSE(taps.wanted("other"));
    TappedLine line;
    line.line = "text";
    taps.publish("main", line);
    taps.publish("other", line);
    ASSERT_TRUE(tap->take());
    EXPECT_FALSE(tap->take());
    tap.reset();
    EXPECT_FALSE(taps.wanted("main"));
}

TEST(line_taps, who_is_slow_loses_the_oldest_lines_and_is_told) {
    LineTaps taps;
    const auto tap = taps.open("main");
    for (int i = 0; i < 300; ++i) {
        TappedLine line;
        line.line = std::to_string(i);
        taps.publish("main", line);
    }
    EXPECT_EQ(tap->lost(), 44U);
    EXPECT_EQ(tap->take()->line, "44");
}

}  // namespace
}  // namespace fairgate::control
