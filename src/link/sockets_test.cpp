#include "link/sockets_wire.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace fairgate::link {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start = std::chrono::sys_days(std::chrono::year{2026} / 2 / 6);

TEST(sockets, a_connection_is_told_whole_and_by_the_hubs_clock) {
    Live live;
    live.account = "7.ali";
    live.inbound = "vless";
    live.peer = {Address::parse("2001:db8::7").value(), 50'000};
    live.local_port = 443;
    live.since = start + 3h;
    live.moved = start + 3h + 5s;
    live.up = 1'000;
    live.down = 5'000'000'000;
    live.down_rate = 1e6;
    live.shared = true;
    Seen seen;
    seen.live.push_back(live);
    seen.more = true;
    wire::Seen told;
    tell(seen, told);
    const Seen heard = read(told, 3h);
    ASSERT_EQ(heard.live.size(), 1U);
    EXPECT_TRUE(heard.more);
    EXPECT_EQ(heard.live[0].account, "7.ali");
    EXPECT_EQ(heard.live[0].peer, live.peer);
    EXPECT_EQ(heard.live[0].since, start);
    EXPECT_EQ(heard.live[0].moved, start + 5s);
    EXPECT_EQ(heard.live[0].down, 5'000'000'000U);
    EXPECT_DOUBLE_EQ(heard.live[0].down_rate, 1e6);
    EXPECT_TRUE(heard.live[0].shared);
}

TEST(sockets, what_a_node_makes_up_is_cut_to_size) {
    wire::Seen told;
    wire::Live& live = *told.add_live();
    live.set_address(std::string(4, '\1'));
    live.set_account(std::string(100'000, 'a'));
    live.set_inbound("\x1b[2J");
    live.set_since_us(std::numeric_limits<std::int64_t>::min());
    live.set_moved_us(std::numeric_limits<std::int64_t>::max());
    live.set_down_rate(std::nanf(""));
    live.set_up_rate(std::numeric_limits<float>::infinity());
    told.add_live()->set_address("12345");
    for (std::size_t i = 0; i < 2 * most_live; ++i) {
        told.add_live()->set_address(std::string(4, '\2'));
    }
    const Seen seen = read(told, 1h);
    ASSERT_LE(seen.live.size(), most_live);
    EXPECT_EQ(seen.live[0].account.size(), 256U);
    EXPECT_EQ(seen.live[0].inbound.find('\x1b'), std::string::npos);
    EXPECT_EQ(seen.live[0].down_rate, 0.0);
    EXPECT_EQ(seen.live[0].up_rate, 0.0);
    EXPECT_NE(seen.live[1].peer.address.text(), "");
}

TEST(sockets, an_order_to_cut_names_accounts_and_spares_addresses) {
    Cut cut;
    cut.names = {"7.ali", "ali"};
    cut.spared = {Address::parse("203.0.113.9").value()};
    wire::Cut told;
    tell(cut, told);
    told.add_spared("nonsense");
    const Cut heard = read(told);
    EXPECT_EQ(heard.names, cut.names);
    EXPECT_EQ(heard.spared, cut.spared);
}

TEST(sockets, why_nothing_was_cut_is_told) {
    WasCut done;
    done.error = Error{.code = "FG-KRN-001", .what = "the kernel refuses", .next = "do this"};
    wire::WasCut told;
    tell(done, told);
    const WasCut heard = read(told);
    ASSERT_TRUE(heard.error);
    EXPECT_EQ(heard.error->code, "FG-KRN-001");
    EXPECT_EQ(heard.error->next, "do this");
}

}  // namespace
}  // namespace fairgate::link
