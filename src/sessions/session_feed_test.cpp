#include "sessions/session_feed.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fairgate::sessions {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start = std::chrono::sys_days(std::chrono::year{2026} / 2 / 6);

class SessionFeedTest : public testing::Test {
public:
    static Observation line(const std::string& account, std::uint16_t port, TimePoint time) {
        Observation seen;
        seen.time = time;
        seen.account = account;
        seen.address = *Address::parse("198.51.100.7");
        seen.port = port;
        seen.inbound = "vless";
        return seen;
    }
    static LiveSocket socket(std::uint64_t cookie, std::uint16_t port, std::uint64_t bytes) {
        LiveSocket socket;
        socket.cookie = cookie;
        socket.flow.local = {*Address::parse("192.0.2.1"), 443};
        socket.flow.peer = {*Address::parse("198.51.100.7"), port};
        socket.received = Bytes{bytes};
        return socket;
    }
    void look(const std::vector<LiveSocket>& sockets) {
        now += 1s;
        feed.table().begin_look(now);
        for (const LiveSocket& each : sockets) {
            feed.table().see(each);
        }
        feed.table().end_look(feed);
    }
    /// Forty connections that were seen to end: every line of the inbound has its socket here.
    void learn() {
        for (std::uint16_t port = 1; port <= 40; ++port) {
            feed.offer(line("somebody", port, now), now);
            feed.table().saw_end(socket(1000U + port, port, 0), now, feed);
        }
        look({});
        look({});
        delivered.clear();
    }

    std::vector<std::string> delivered;
    std::vector<ObservationKind> kinds;
    std::uint64_t up = 0;
    SessionFeed feed{[this](const Observation& seen) {
        delivered.emplace_back(seen.account);
        kinds.push_back(seen.kind);
        up += seen.up.count;
    }};
    TimePoint now = start;
};

TEST_F(SessionFeedTest, lines_go_through_at_once_until_it_is_known_what_can_be_seen) {
    feed.offer(line("alice", 50'000, now), now);
    EXPECT_EQ(delivered, (std::vector<std::string>{"alice"}));
}

TEST_F(SessionFeedTest, a_line_waits_for_its_socket_and_keeps_its_words) {
    learn();
    {
        const std::string account = "alice";  // gone before the answer comes
        feed.offer(line(account, 50'000, now), now);
    }
    EXPECT_TRUE(delivered.empty());
    look({socket(1, 50'000, 10)});
    ASSERT_GE(delivered.size(), 1U);
    EXPECT_EQ(delivered.front(), "alice");
}

TEST_F(SessionFeedTest, a_line_that_no_socket_bears_out_is_dropped_and_counted) {
    learn();
    feed.offer(line("alice", 50'000, now), now);
    look({});
    look({});
    EXPECT_TRUE(delivered.empty());
    EXPECT_EQ(feed.refuted(), 1U);
}

TEST_F(SessionFeedTest, a_connection_that_moves_bytes_is_seen_without_a_line) {
    feed.offer(line("alice", 50'000, now), now);
    look({socket(1, 50'000, 10)});
    kinds.clear();
    for (std::uint64_t second = 0; second < 30; ++second) {
        look({socket(1, 50'000, 100 * (second + 1))});
    }
    EXPECT_EQ(kinds, std::vector<ObservationKind>(3, ObservationKind::alive));
}

TEST_F(SessionFeedTest, a_connection_that_ends_tells_its_last_bytes) {
    feed.offer(line("alice", 50'000, now), now);
    look({socket(1, 50'000, 10)});
    look({socket(1, 50'000, 300)});
    look({});
    EXPECT_EQ(kinds.back(), ObservationKind::closed);
    EXPECT_EQ(up, 300U);
}

TEST_F(SessionFeedTest, looks_are_wanted_only_while_there_is_something_to_see) {
    EXPECT_FALSE(feed.wants_looks());
    feed.offer(line("alice", 50'000, now), now);
    EXPECT_TRUE(feed.wants_looks());
    look({});
    look({});
    EXPECT_FALSE(feed.wants_looks());
}

}  // namespace
}  // namespace fairgate::sessions
