#include "daemon/own_servers.hpp"

#include "base/spawn.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace fairgate::daemon {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint noon = std::chrono::sys_days(std::chrono::year{2026} / 2 / 6) + 12h;

/// Name servers that a test fills in.
class OwnServersTest : public testing::Test {
protected:
    void look() {
        io.restart();
        const auto none = [](const std::string&, const std::exception_ptr&) { FAIL(); };
        const Task task = spawn(io.get_executor(), "look", [this] { return watch.look(); }, none);
        io.run();
    }
    boost::asio::awaitable<OwnServerWatch::Answer> answer(std::string host) {
        ++questions;
        const auto found = names.find(host);
        if (found == names.end()) {
            co_return Error{.code = "FG-NET-002", .what = "the name cannot be resolved"};
        }
        co_return std::vector<Address>(1, *Address::parse(found->second));
    }
    std::string who(const char* address) const {
        const auto found = known.find(*Address::parse(address));
        return found == known.end() ? "" : found->second.name;
    }

    boost::asio::io_context io;
    ManualClock clock{noon};
    std::vector<Server> servers{{Server::Kind::panel, "panel main", "panel.example.com"}};
    std::map<std::string, std::string> names{{"panel.example.com", "192.0.2.1"}};
    OwnServers known;
    std::vector<Error> unresolved;
    int questions = 0;
    int told = 0;
    OwnServerWatch watch{OwnServerWatch::Parts{
        io.get_executor(),
        clock,
        [this] { return servers; },
        [this](Server server) { return answer(std::move(server.host)); },
        [this](OwnServers now, std::vector<Error> missing) {
            known = std::move(now);
            unresolved = std::move(missing);
            ++told;
        }
    }};
};

TEST_F(OwnServersTest, a_panel_given_by_name_is_known_by_its_address) {
    look();
    EXPECT_EQ(who("192.0.2.1"), "panel main");
    EXPECT_EQ(who("192.0.2.2"), "");
}

TEST_F(OwnServersTest, a_node_is_known_when_its_panel_tells_of_it_and_no_longer_than_that) {
    look();
    servers.push_back({Server::Kind::node, "node de-1", "2001:db8::7"});
    names["2001:db8::7"] = "2001:db8::7";
    look();
    EXPECT_EQ(who("2001:db8::7"), "node de-1");
    servers.pop_back();
    look();
    EXPECT_EQ(who("2001:db8::7"), "");
    EXPECT_EQ(who("192.0.2.1"), "panel main");
}

TEST_F(OwnServersTest, a_name_that_moves_is_followed_within_five_minutes) {
    look();
    names["panel.example.com"] = "192.0.2.9";
    clock.advance(10s);
    look();
    EXPECT_EQ(who("192.0.2.9"), "");
    EXPECT_EQ(questions, 1) << "a name server is not asked all the time";
    clock.advance(5min);
    look();
    EXPECT_EQ(who("192.0.2.9"), "panel main");
    EXPECT_EQ(who("192.0.2.1"), "");
    EXPECT_EQ(told, 2);
}

TEST_F(OwnServersTest, what_a_name_server_does_not_tell_now_stays_as_it_was) {
    look();
    names.clear();
    clock.advance(10min);
    look();
    EXPECT_EQ(who("192.0.2.1"), "panel main");
    EXPECT_TRUE(unresolved.empty());
}

TEST_F(OwnServersTest, a_name_that_never_had_an_address_is_told_and_asked_again) {
    names.clear();
    look();
    ASSERT_EQ(unresolved.size(), 1U);
    EXPECT_EQ(unresolved[0].code, "FG-DMN-013");
    EXPECT_EQ(unresolved[0].where, "panel.example.com");
    names["panel.example.com"] = "192.0.2.1";
    clock.advance(31s);
    look();
    EXPECT_TRUE(unresolved.empty());
    EXPECT_EQ(who("192.0.2.1"), "panel main");
}

}  // namespace
}  // namespace fairgate::daemon
