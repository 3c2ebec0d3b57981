#include "control/sessions.hpp"

#include "control/fake_daemon_test.hpp"

#include <gtest/gtest.h>

namespace fairgate::control {
namespace {

class SessionsTest : public testing::Test {
public:
    SessionsTest() {
        daemon.live.add("ali", 1);
        daemon.live.add("sara", 1);
        daemon.live.live_sessions = {
            session_of("sara", "203.0.113.9", 3),
            session_of("ali", "203.0.113.9", 2),
            session_of("ali", "2001:db8::7", 1),
        };
    }
    Result<Listed<SessionRow>> ask(const SessionSearch& search) {
        const auto asked = [&] { return list_sessions(daemon.desk(), search); };
        return daemon.ask(asked);
    }
    Listed<SessionRow> list(const SessionSearch& search = {}) { return ask(search).value(); }
    Change drop(const std::string& account, control::Run how = control::Run::for_real) {
        const auto ordered = [&] {
            return drop_sessions(daemon.desk(), FakeDaemon::somebody(), account, "", how);
        };
        return daemon.ask(ordered).value();
    }
    static SessionSearch of_account(const std::string& name) {
        SessionSearch search;
        search.account = name;
        return search;
    }
    static SessionSearch from(const std::string& address) {
        SessionSearch search;
        search.address = address;
        return search;
    }
    FakeDaemon daemon;
};

TEST_F(SessionsTest, are_listed_by_account) {
    const auto rows = list().rows;
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].account, "ali");
    EXPECT_EQ(rows[1].address, "[2001:db8::7]:1");
    EXPECT_EQ(rows[2].account, "sara");
}

TEST_F(SessionsTest, of_one_account_or_from_one_address_are_found) {
    EXPECT_EQ(list(of_account("ali")).rows.size(), 2U);
    EXPECT_EQ(list(from("203.0.113.9")).rows.size(), 2U);
    EXPECT_EQ(ask(from("nonsense")).error().code, "FG-CTL-004");
    EXPECT_EQ(ask(of_account("nobody")).error().code, "FG-CTL-002");
}

TEST_F(SessionsTest, a_long_list_is_read_by_pages) {
    SessionSearch search;
    search.limit = 2;
    const auto first = list(search);
    ASSERT_EQ(first.rows.size(), 2U);
    ASSERT_TRUE(first.next_cursor);
    search.cursor = *first.next_cursor;
    const auto rest = list(search);
    ASSERT_EQ(rest.rows.size(), 1U);
    EXPECT_EQ(rest.rows[0].account, "sara");
    EXPECT_FALSE(rest.next_cursor);
}

TEST_F(SessionsTest, a_list_says_why_it_may_be_short) {
    daemon.live.blind = {Error{.code = "FG-KRN-001", .what = "no right to see", .next = "do this"}};
    EXPECT_EQ(list().warnings, (std::vector<std::string>{"no right to see; do this"}));
}

TEST_F(SessionsTest, are_cut_for_one_account_alone) {
    EXPECT_EQ(drop("ali").message, "ali: cut 2, left 0; it may connect again");
}

TEST_F(SessionsTest, a_dry_run_names_what_would_be_cut_and_what_carries_others) {
    daemon.live.live_sessions[1].shared = true;
    const Change change = drop("ali", control::Run::dry);
    EXPECT_FALSE(change.changed);
    ASSERT_TRUE(change.plan);
    EXPECT_EQ(
        *change.plan,
        (std::vector<std::string>{
            "leave, as it carries others too: 203.0.113.9:2 to port 443",
            "cut [2001:db8::7]:1 to port 443"
        })
    );
}

TEST_F(SessionsTest, nothing_to_cut_is_said) {
    daemon.live.live_sessions.clear();
    EXPECT_EQ(drop("ali").message, "no connection of ali is known to live");
}

}  // namespace
}  // namespace fairgate::control
