#include "base/run.hpp"
#include "enforcement/address_enforcer.hpp"
#include "enforcement/drift.hpp"
#include "enforcement/fail2ban/fail2ban.hpp"
#include "firewall.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

// What every firewall driver must do, for real: a customer's connection is refused, another's is
// not.

namespace fairgate::firewall_test {
namespace {

TEST_F(Firewall, an_address_is_refused_and_others_pass) {
    EXPECT_TRUE(passes(bad4) && passes(bad6));
    auto blocked = block({{{bad4}, now() + 1h}, {{bad6}, now() + 1h}});
    ASSERT_TRUE(blocked) << to_line(blocked.error());
    EXPECT_TRUE(is_refused(bad4));
    EXPECT_TRUE(is_refused(bad6));
    EXPECT_TRUE(passes(good4));
    EXPECT_TRUE(passes(good6));
    EXPECT_EQ(passes(bad4, TwoHosts::ssh_port), blocker->abilities().spares_ssh);
    ASSERT_TRUE(unblock({{bad4}, {bad6}}));
    EXPECT_TRUE(passes(bad4));
    EXPECT_TRUE(passes(bad6));
}

TEST_F(Firewall, udp_of_an_address_is_refused_too) {
    if (!blocker->abilities().udp) {
        GTEST_SKIP();
    }
    ASSERT_TRUE(block({{{bad4}, now() + 1h}}));
    EXPECT_TRUE(comes_to(false, [&] { return hosts->send_udp(bad4); }));
    EXPECT_EQ(hosts->send_udp(good4), Outcome::reached);
}

TEST_F(Firewall, twice_is_as_once) {
    for (int i = 0; i < 2; ++i) {
        auto blocked = block({{{bad4}, now() + 1h}, {{bad4}, now() + 1h}});
        ASSERT_TRUE(blocked) << to_line(blocked.error());
    }
    EXPECT_EQ(blocker->list(now())->size(), 1U);
    for (int i = 0; i < 2; ++i) {
        auto unblocked = unblock({{bad4}, {good6}});
        ASSERT_TRUE(unblocked) << to_line(unblocked.error());
    }
    EXPECT_TRUE(blocker->list(now())->empty());
    EXPECT_TRUE(passes(bad4));
}

TEST_F(Firewall, what_is_in_force_is_listed_with_its_time) {
    const auto until = now() + 1h;
    ASSERT_TRUE(block({{{bad4}, until}, {{bad6}, std::nullopt}}));
    const auto listed = blocker->list(now());
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->size(), 2U);
    for (const Block& each : *listed) {
        if (!blocker->abilities().tells_times) {
            continue;
        }
        if (each.denial.address == bad6) {
            EXPECT_FALSE(each.until);
        } else {
            ASSERT_TRUE(each.until);
            EXPECT_LT(std::chrono::abs(*each.until - until), 3s);
        }
    }
    const std::vector<Denial> asked = {{bad4}, {bad6}, {good4}};
    const auto missing = blocker->missing(asked, now());
    ASSERT_TRUE(missing);
    EXPECT_EQ(*missing, std::vector<Denial>{Denial{good4}});
}

TEST_F(Firewall, a_new_time_takes_the_place_of_the_old) {
    ASSERT_TRUE(block({{{bad4}, now() + 1h}}));
    ASSERT_TRUE(block({{{bad4}, now() + 3h}}));
    const auto listed = blocker->list(now());
    ASSERT_EQ(listed->size(), 1U);
    if (blocker->abilities().tells_times) {
        EXPECT_GT(*listed->front().until, now() + 2h);
    }
}

TEST_F(Firewall, another_process_finds_what_this_one_left) {
    ASSERT_TRUE(block({{{bad4}, now() + 1h}, {{bad6}, now() + 1h}}));
    blocker = make_blocker();
    EXPECT_EQ(blocker->list(now())->size(), 2U);
    ASSERT_TRUE(unblock({{bad4}}));
    EXPECT_TRUE(passes(bad4));
    EXPECT_TRUE(is_refused(bad6));
}

TEST_F(Firewall, own_addresses_and_nonsense_are_refused_and_nothing_is_done) {
    for (const char* own :
         {"127.0.0.1", "::1", "0.0.0.0", "224.0.0.1", "198.51.100.1", "2001:db8:1::1"}) {
        const auto refused = block({{{bad4}, now() + 1h}, {{*Address::parse(own)}, now() + 1h}});
        ASSERT_FALSE(refused) << own;
        EXPECT_EQ(refused.error().code, "FG-KRN-004");
    }
    const Denial no_door{.address = bad4, .peer_port = 5};
    EXPECT_EQ(block({{no_door, now() + 1h}}).error().code, "FG-KRN-022");
    EXPECT_EQ(unblock({no_door}).error().code, "FG-KRN-022");
    EXPECT_TRUE(blocker->list(now())->empty());
}

TEST_F(Firewall, what_is_over_is_not_blocked) {
    ASSERT_TRUE(block({{{bad4}, now() - 1s}}));
    EXPECT_TRUE(blocker->list(now())->empty());
    EXPECT_TRUE(passes(bad4));
}

TEST_F(Firewall, one_port_of_ours_can_be_closed_to_an_address) {
    const Denial door4{.address = bad4, .local_port = TwoHosts::port};
    const Denial door6{.address = bad6, .protocol = Protocol::udp, .local_port = TwoHosts::port};
    auto blocked = block({{door4, now() + 1h}, {door6, now() + 1h}});
    if (!blocker->abilities().doors) {
        EXPECT_EQ(blocked.error().code, "FG-ENF-020");
        return;
    }
    ASSERT_TRUE(blocked) << to_line(blocked.error());
    EXPECT_TRUE(is_refused(bad4));
    EXPECT_TRUE(passes(bad4, TwoHosts::other_port));
    EXPECT_TRUE(passes(good4));
    EXPECT_EQ(hosts->send_udp(bad4), Outcome::reached);
    EXPECT_EQ(hosts->send_udp(bad6), Outcome::silence);
    EXPECT_TRUE(passes(bad6));
    EXPECT_EQ(blocker->list(now())->size(), 2U);
    EXPECT_TRUE(blocker->missing(std::vector{door4, door6}, now())->empty());
    ASSERT_TRUE(unblock({door4, door6}));
    EXPECT_TRUE(passes(bad4));
    EXPECT_EQ(hosts->send_udp(bad6), Outcome::reached);
}

TEST_F(Firewall, one_connection_can_be_refused) {
    constexpr std::uint16_t from = 40001;
    const Denial flow4{.address = bad4, .peer_port = from, .local_port = TwoHosts::port};
    Denial flow6{.address = bad6, .protocol = Protocol::udp, .peer_port = from};
    flow6.local_port = TwoHosts::port;
    auto blocked = block({{flow4, now() + 1h}, {flow6, now() + 1h}});
    if (!blocker->abilities().connections) {
        EXPECT_EQ(blocked.error().code, "FG-ENF-020");
        return;
    }
    ASSERT_TRUE(blocked) << to_line(blocked.error());
    EXPECT_NE(hosts->connect(bad4, TwoHosts::port, from), Outcome::reached);
    EXPECT_EQ(hosts->connect(bad4, TwoHosts::port, from + 1), Outcome::reached);
    EXPECT_EQ(hosts->send_udp(bad6, TwoHosts::port, from), Outcome::silence);
    EXPECT_EQ(hosts->send_udp(bad6, TwoHosts::port, from + 1), Outcome::reached);
    EXPECT_EQ(blocker->list(now())->size(), 2U);
    ASSERT_TRUE(unblock({flow4, flow6}));
    EXPECT_EQ(hosts->connect(bad4, TwoHosts::port, from), Outcome::reached);
}

TEST_F(Firewall, connections_that_are_open_stop_where_it_says_so) {
    const auto pair = hosts->open(bad4);
    EXPECT_TRUE(hosts->passes(pair));
    const auto other = hosts->open(good4);
    ASSERT_TRUE(block({{{bad4}, now() + 1h}}));
    EXPECT_TRUE(is_refused(bad4));
    EXPECT_EQ(hosts->passes(pair), !blocker->abilities().stops_live);
    EXPECT_TRUE(hosts->passes(other));
}

TEST_F(Firewall, what_others_took_away_is_missing_and_comes_back) {
    if (driver != "nftables" && driver != "iptables") {
        GTEST_SKIP() << "its tool keeps the rules itself";
    }
    ASSERT_TRUE(block({{{bad4}, now() + 1h}}));
    must_run({"nft", "flush", "ruleset"});
    EXPECT_TRUE(passes(bad4));
    const std::vector<Denial> denials = {Denial{bad4}};
    EXPECT_EQ(blocker->missing(denials, now())->size(), 1U);
    ASSERT_TRUE(block({{{bad4}, now() + 1h}}));
    EXPECT_TRUE(is_refused(bad4));
    EXPECT_TRUE(blocker->missing(denials, now())->empty());
}

TEST_F(Firewall, a_tool_that_is_switched_off_is_told) {
    if (driver == "ufw") {
        must_run({"ufw", "disable"});
        EXPECT_EQ(block({{{bad4}, now() + 1h}}).error().code, "FG-ENF-021");
        EXPECT_EQ(blocker->ready(now()).error().code, "FG-ENF-021");
        must_run({"ufw", "--force", "enable"});
    } else if (driver == "fail2ban") {
        const enforcement::fail2ban::Fail2banSettings other{.jail = "nosuch"};
        enforcement::fail2ban::Fail2ban nosuch(other);
        EXPECT_EQ(nosuch.ready(now()).error().code, "FG-ENF-021");
        const enforcement::fail2ban::Fail2banSettings dead{.socket = "/run/nosuch.sock"};
        enforcement::fail2ban::Fail2ban off(dead);
        EXPECT_EQ(off.ready(now()).error().code, "FG-ENF-021");
    }
    EXPECT_TRUE(blocker->ready(now()));
}

TEST_F(Firewall, an_operators_own_rule_stays) {
    if (driver != "ufw") {
        GTEST_SKIP();
    }
    must_run({"ufw", "prepend", "reject", "from", bad4.text(), "comment", "mine"});
    ASSERT_TRUE(block({{{bad4}, now() + 1h}}));
    EXPECT_TRUE(blocker->list(now())->empty());
    EXPECT_TRUE(blocker->missing(std::vector{Denial{bad4}}, now())->empty());
    ASSERT_TRUE(unblock({{bad4}}));
    EXPECT_TRUE(is_refused(bad4));
    must_run({"ufw", "delete", "reject", "from", bad4.text()});
}

boost::asio::awaitable<Result<std::vector<Denial>>> give(std::vector<Denial> denials) {
    co_return denials;
}

TEST_F(Firewall, a_measure_refuses_an_account_and_lets_it_through_again) {
    boost::asio::io_context io;
    const SystemClock clock;
    enforcement::AddressEnforcer enforcer(
        make_blocker(),
        [] { return Result<kernel::ProtectedTargets>(never); },
        [this](const Measure&) { return give({{bad4}, {TwoHosts::server(bad4)}, {bad6}}); },
        io.get_executor(),
        clock
    );
    EXPECT_EQ(enforcer.name(), "firewall:" + driver);
    Measure measure;
    measure.id.value = 1;
    measure.due = now() + 1h;
    measure.after = fairgate::run(io, [&] { return enforcer.read(measure); }).value().after;
    const auto acted = fairgate::run(io, [&] { return enforcer.act(measure); });
    ASSERT_TRUE(acted) << to_line(acted.error());
    EXPECT_EQ(
        acted->text,
        "2 addresses refused, 1 left out (198.51.100.1: it is an address of this machine)"
    );
    EXPECT_TRUE(is_refused(bad4));
    EXPECT_TRUE(is_refused(bad6));
    EXPECT_TRUE(passes(good4));
    const auto seen = fairgate::run(io, [&] { return enforcer.verify(measure); });
    EXPECT_EQ(seen->kind, enforcement::Verification::Kind::held);
    ASSERT_TRUE(make_blocker()->drop(now()));
    const auto flushed = fairgate::run(io, [&] { return enforcer.verify(measure); });
    EXPECT_EQ(flushed->kind, enforcement::Verification::Kind::ineffective);
    EXPECT_TRUE(fairgate::run(io, [&] { return enforcer.act(measure); }));
    EXPECT_TRUE(is_refused(bad4));
    const auto restored = fairgate::run(io, [&] { return enforcer.restore(measure); });
    EXPECT_EQ(restored->kind, enforcement::Restored::Kind::restored);
    EXPECT_TRUE(passes(bad4));
    EXPECT_TRUE(passes(bad6));
}

TEST_F(Firewall, a_harmless_address_tells_that_it_works) {
    const auto tried = enforcement::try_out(*blocker, now());
    ASSERT_TRUE(tried) << to_line(tried.error());
    EXPECT_GT(tried->block.count(), 0);
    EXPECT_TRUE(blocker->list(now())->empty());
}

TEST_F(Firewall, nothing_is_left_behind) {
    ASSERT_TRUE(block({{{bad4}, now() + 1h}, {{bad6}, now() + 1h}}));
    ASSERT_TRUE(blocker->drop(now()));
    ASSERT_TRUE(blocker->drop(now()));
    EXPECT_TRUE(passes(bad4));
    EXPECT_TRUE(passes(bad6));
    const std::string rules = must_run({"nft", "list", "ruleset"});
    for (const std::string& trace :
         {bad4.text(), bad6.text(), std::string("airgate"), std::string("AIRGATE")}) {
        if (driver != "fail2ban" || trace != "airgate") {  // the jail's chain is its own
            EXPECT_EQ(rules.find(trace), std::string::npos) << rules;
        }
    }
}

}  // namespace
}  // namespace fairgate::firewall_test
