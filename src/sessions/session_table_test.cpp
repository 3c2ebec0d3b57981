#include "sessions/session_table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace fairgate::sessions {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start = std::chrono::sys_days(std::chrono::year{2026} / 2 / 6);
constexpr std::uint16_t https = 443;

Endpoint peer(std::string_view address, std::uint16_t port) {
    return {*Address::parse(address), port};
}

LiveSocket socket(
    std::uint64_t cookie, const Endpoint& from, std::uint64_t bytes = 0, std::uint16_t port = https
) {
    LiveSocket socket;
    socket.cookie = cookie;
    socket.flow = {Protocol::tcp, {*Address::parse("192.0.2.1"), port}, from};
    socket.received = Bytes{bytes};
    return socket;
}

struct Heard final : SessionListener {
    std::map<Ticket, Confirmation> answers;
    std::vector<std::string> active;
    std::vector<std::pair<std::string, std::uint64_t>> over;  ///< account, bytes up
    std::uint64_t news = 0;                                   ///< bytes up

    void settled(Ticket ticket, Confirmation confirmation) override {
        answers[ticket] = confirmation;
    }
    void alive(const Session& session) override {
        active.emplace_back(session.account);
        news += session.up_news.count;
    }
    void ended(const Session& session) override {
        news += session.up_news.count;
        over.emplace_back(session.account, session.up.count);
    }
};

class SessionTableTest : public testing::Test {
public:
    std::optional<Confirmation> tell(
        std::string_view account, const Endpoint& from, Ticket ticket = 0
    ) {
        return table.tell({account, "vless", from, now}, ticket);
    }
    void look(const std::vector<LiveSocket>& sockets) {
        now += 1s;
        table.begin_look(now);
        for (const LiveSocket& each : sockets) {
            table.see(each);
        }
        table.end_look(heard);
    }
    /// So many customers came and went: this machine sees every connection of the inbound.
    void learn() {
        for (std::uint16_t i = 1; i <= 40; ++i) {
            const Endpoint from = peer("198.51.100.200", i);
            tell("somebody", from);
            table.saw_end(socket(10'000U + i, from), now, heard);
        }
        look({});
        look({});
        heard = {};
    }
    std::vector<Session> sessions() {
        std::vector<Session> all;
        table.each([&](const Session& session) { all.push_back(session); });
        return all;
    }

    SessionTable table;
    Heard heard;
    TimePoint now = start;
    Endpoint alices = peer("198.51.100.7", 50'000);
};

TEST_F(SessionTableTest, a_line_and_a_socket_become_a_session) {
    tell("alice", alices);
    look({socket(1, alices, 500)});
    ASSERT_EQ(sessions().size(), 1U);
    EXPECT_EQ(sessions()[0].account, "alice");
    EXPECT_EQ(sessions()[0].up, Bytes{500});
    EXPECT_EQ(sessions()[0].since, start);
    EXPECT_EQ(sessions()[0].flow.local.port, https);
}

TEST_F(SessionTableTest, a_socket_without_a_line_is_nobodys) {
    look({socket(1, alices)});
    EXPECT_TRUE(sessions().empty());
}

TEST_F(SessionTableTest, a_session_ends_with_its_socket_and_its_last_bytes_count) {
    tell("alice", alices);
    look({socket(1, alices, 500)});
    table.saw_end(socket(1, alices, 900), now, heard);
    EXPECT_EQ(heard.over, (std::vector<std::pair<std::string, std::uint64_t>>{{"alice", 900}}));
    EXPECT_TRUE(sessions().empty());
}

TEST_F(SessionTableTest, a_session_ends_also_when_nobody_told_of_its_end) {
    tell("alice", alices);
    look({socket(1, alices, 500)});
    look({});
    EXPECT_EQ(heard.over.size(), 1U);
}

TEST_F(SessionTableTest, a_rate_is_what_moved_between_two_looks) {
    tell("alice", alices);
    look({socket(1, alices, 500)});
    look({socket(1, alices, 2'500)});
    EXPECT_DOUBLE_EQ(sessions()[0].up_rate, 2'000);
    look({socket(1, alices, 2'500)});
    EXPECT_DOUBLE_EQ(sessions()[0].up_rate, 0);
}

TEST_F(SessionTableTest, who_moves_bytes_is_active_once_in_each_slot) {
    tell("alice", alices);
    std::uint64_t bytes = 0;
    for (int second = 0; second < 20; ++second) {
        look({socket(1, alices, ++bytes)});
    }
    EXPECT_EQ(heard.active.size(), 3U);  // three slots are touched by seconds 1 to 20
}

TEST_F(SessionTableTest, a_connection_that_moves_nothing_is_not_active) {
    tell("alice", alices);
    for (int second = 0; second < 60; ++second) {
        look({socket(1, alices, 500)});
    }
    EXPECT_EQ(heard.active.size(), 1U) << "when it began";
}

TEST_F(SessionTableTest, until_it_is_known_what_can_be_seen_every_line_is_believed) {
    EXPECT_EQ(tell("alice", alices), Confirmation::unknowable);
}

TEST_F(SessionTableTest, a_line_that_no_socket_bears_out_is_refuted) {
    learn();
    EXPECT_EQ(tell("alice", peer("203.0.113.9", 1), 7), std::nullopt);
    look({});
    EXPECT_TRUE(heard.answers.empty()) << "the look may have begun before the connection";
    look({});
    EXPECT_EQ(heard.answers.at(7), Confirmation::refuted);
}

TEST_F(SessionTableTest, a_line_whose_socket_is_there_is_confirmed) {
    learn();
    EXPECT_EQ(tell("alice", alices, 7), std::nullopt);
    look({socket(1, alices)});
    EXPECT_EQ(heard.answers.at(7), Confirmation::confirmed);
    EXPECT_EQ(tell("alice", alices, 8), Confirmation::confirmed) << "from now on at once";
}

TEST_F(SessionTableTest, a_connection_that_was_over_before_its_line_came_is_confirmed) {
    learn();
    table.saw_end(socket(1, alices), now, heard);
    EXPECT_EQ(tell("alice", alices), Confirmation::confirmed);
}

TEST_F(SessionTableTest, a_connection_that_is_over_before_the_next_look_is_confirmed) {
    learn();
    tell("alice", alices, 7);
    table.saw_end(socket(1, alices), now, heard);
    look({});
    EXPECT_EQ(heard.answers.at(7), Confirmation::confirmed);
}

TEST_F(SessionTableTest, nothing_is_refuted_when_ends_were_missed) {
    learn();
    tell("alice", alices, 7);
    table.missed_ends(now);
    look({});
    look({});
    EXPECT_EQ(heard.answers.at(7), Confirmation::unknowable);
}

TEST_F(SessionTableTest, nobody_can_put_another_account_on_their_own_connection) {
    learn();
    tell("mallory", alices);
    look({socket(1, alices)});
    tell("alice", alices, 7);
    look({socket(1, alices)});
    EXPECT_EQ(heard.answers.at(7), Confirmation::refuted);
    ASSERT_EQ(sessions().size(), 1U);
    EXPECT_EQ(sessions()[0].account, "mallory");
    EXPECT_TRUE(sessions()[0].shared);
}

TEST_F(SessionTableTest, every_byte_is_news_once) {
    tell("alice", alices);
    for (std::uint64_t second = 1; second <= 25; ++second) {
        look({socket(1, alices, second * 100)});
    }
    EXPECT_LT(heard.news, 2'500U);
    table.saw_end(socket(1, alices, 2'517), now, heard);
    EXPECT_EQ(heard.news, 2'517U);
}

TEST_F(SessionTableTest, what_moved_before_a_restart_is_no_news) {
    table.tell({"alice", "vless", alices, now, true}, 1);
    look({socket(1, alices, 5'000)});
    look({socket(1, alices, 5'010)});
    table.saw_end(socket(1, alices, 5'020), now, heard);
    EXPECT_EQ(heard.news, 20U);
}

TEST_F(SessionTableTest, lines_are_believed_while_sockets_cannot_be_seen) {
    learn();
    EXPECT_FALSE(tell("alice", alices, 7));
    look({socket(1, alices)});
    EXPECT_FALSE(tell("bob", peer("198.51.100.8", 9), 8));
    table.cannot_look(heard);
    EXPECT_EQ(heard.answers.at(8), Confirmation::unknowable);
    EXPECT_TRUE(sessions().empty());
    for (std::uint16_t port = 1; port <= 5'000; ++port) {
        EXPECT_TRUE(tell("bob", peer("198.51.100.9", port)));
    }
    EXPECT_LE(table.waiting(), 1'000U);
    look({});
    look({});
    EXPECT_FALSE(tell("carol", alices, 9)) << "sockets are seen again";
}

TEST_F(SessionTableTest, a_port_that_is_used_again_is_a_session_of_its_own) {
    tell("alice", alices);
    look({socket(1, alices, 500)});
    tell("bob", alices);
    look({socket(2, alices, 10)});
    ASSERT_EQ(sessions().size(), 1U);
    EXPECT_EQ(sessions()[0].account, "bob");
    EXPECT_FALSE(sessions()[0].shared);
    EXPECT_EQ(heard.over.size(), 1U);
}

TEST_F(SessionTableTest, one_port_connected_to_two_inbounds_is_told_apart) {
    learn();
    tell("alice", alices);
    look({socket(1, alices, 0, 22), socket(2, alices)});
    ASSERT_EQ(sessions().size(), 1U);
    EXPECT_EQ(sessions()[0].cookie, 2U);
}

TEST_F(SessionTableTest, an_address_from_a_header_is_never_joined) {
    for (int i = 0; i < 40; ++i) {
        EXPECT_EQ(tell("alice", peer("198.51.100.7", 0)), Confirmation::unknowable);
    }
    EXPECT_EQ(table.sights().sight("vless"), Sight::header);
}

TEST_F(SessionTableTest, an_inbound_without_sockets_is_seen_for_what_it_is) {
    for (std::uint16_t i = 1; i <= 40; ++i) {
        tell("alice", peer("198.51.100.7", i));
    }
    look({});
    look({});
    EXPECT_EQ(table.sights().sight("vless"), Sight::none);
}

TEST_F(SessionTableTest, old_lines_find_their_sockets_and_say_nothing_of_what_can_be_seen) {
    learn();
    for (std::uint16_t i = 1; i <= 400; ++i) {
        table.tell({"alice", "vless", peer("198.51.100.7", i), now, true}, i);
    }
    look({socket(1, peer("198.51.100.7", 5))});
    look({socket(1, peer("198.51.100.7", 5))});
    EXPECT_TRUE(heard.answers.empty());
    EXPECT_EQ(sessions().size(), 1U);
    EXPECT_EQ(table.sights().sight("vless"), Sight::direct);
    EXPECT_EQ(table.waiting(), 0U);
}

TEST_F(SessionTableTest, a_clock_that_is_set_changes_no_rate) {
    tell("alice", alices);
    look({socket(1, alices, 500)});
    table.clock_was_set(-2h);
    now -= 2h;
    look({socket(1, alices, 2'500)});
    EXPECT_DOUBLE_EQ(sessions()[0].up_rate, 2'000);
}

/// A world of connections that begin and end, and the lines that tell of them, late or at once.
struct World {
    struct Connection {
        std::uint64_t cookie = 0;
        Endpoint from;
        std::string account;
    };
    std::vector<Connection> live;
    std::uint64_t cookies = 100'000;
};

RC_GTEST_FIXTURE_PROP(
    SessionTableTest, what_is_true_is_never_refuted_and_what_is_false_never_confirmed, ()
) {
    learn();
    World world;
    std::map<Ticket, bool> truth;
    Ticket ticket = 100;
    for (int step = 0; step < 60; ++step) {
        switch (*rc::gen::inRange(0, 5)) {
            case 0:
            case 1: {  // a connection; its line comes at once
                const auto port = static_cast<std::uint16_t>(1000 + (world.cookies % 60'000));
                const std::string account = "a" + std::to_string(*rc::gen::inRange(0, 5));
                world.live.push_back({++world.cookies, peer("198.51.100.9", port), account});
                truth[++ticket] = true;
                if (const auto at_once = tell(account, world.live.back().from, ticket)) {
                    heard.answers[ticket] = *at_once;
                }
                break;
            }
            case 2:  // one ends
                if (!world.live.empty()) {
                    table.saw_end(
                        socket(world.live.back().cookie, world.live.back().from), now, heard
                    );
                    world.live.pop_back();
                }
                break;
            case 3: {  // a forged line
                truth[++ticket] = false;
                const auto port = static_cast<std::uint16_t>(*rc::gen::inRange(1, 1000));
                if (const auto at_once = tell("a1", peer("203.0.113.9", port), ticket)) {
                    heard.answers[ticket] = *at_once;
                }
                break;
            }
            default: {
                std::vector<LiveSocket> sockets;
                for (const auto& each : world.live) {
                    sockets.push_back(socket(each.cookie, each.from));
                }
                look(sockets);
            }
        }
    }
    for (const auto& [number, answer] : heard.answers) {
        RC_ASSERT(answer != (truth.at(number) ? Confirmation::refuted : Confirmation::confirmed));
    }
    std::map<std::uint64_t, std::string> truly;
    for (const auto& each : world.live) {
        truly[each.cookie] = each.account;
    }
    for (const Session& each : sessions()) {
        const auto known = truly.find(each.cookie);
        if (known != truly.end()) {
            RC_ASSERT(known->second == each.account);
        }
    }
}

}  // namespace
}  // namespace fairgate::sessions
