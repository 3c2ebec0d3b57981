// Marzban-Sentry's way, done right: who came first stays, who comes too late is refused for a
// while, and nobody else notices. docs/first-come.md says which test stands for which defect of the
// original.

#include "daemon/first_come_world_test.hpp"
#include "logs/access_line.hpp"
#include "logs/account_name.hpp"
#include "model/ids.hpp"

namespace fairgate::daemon {
namespace {

using Texts = std::set<std::string>;

TEST_F(FirstComeDaemon, previous_connections_stay_and_the_new_one_is_refused) {
    three_phones(0s);
    line(4s, "ann", "203.0.113.7");
    pass(10s);
    EXPECT_EQ(refused(), Texts{"198.51.100.4"});
    ASSERT_EQ(decisions().size(), 1U);
    const Decision decision = decisions()[0];
    EXPECT_EQ(decision.action, Action::refuse);
    EXPECT_EQ(decision.state, DecisionState::in_force);
    EXPECT_EQ(
        decision.evidence.verdict,
        "3 devices for 2 slots: slot 1: 203.0.113.7 since 12:00:01Z, slot 2: 192.0.2.9 since "
        "12:00:02Z; 198.51.100.4 came third"
    );
    EXPECT_EQ(decision.evidence.refused, std::vector<std::string>{"198.51.100.4"});
}

// Marzban-Sentry multiplied its seconds by 1000.
TEST_F(FirstComeDaemon, ninety_seconds_are_not_a_day) {
    three_phones(0s);
    line(60s, "ann", "203.0.113.7");
    pass(75s);
    EXPECT_TRUE(refused().empty()) << "a ban of sixty seconds ends after sixty seconds";
    line(101s, "ann", "198.51.100.4");
    pass(110s);
    EXPECT_TRUE(refused().empty()) << "the second slot was free";
    EXPECT_EQ(decisions().size(), 1U);
}

// Its first unban ended the only thread that could lift bans.
TEST_F(FirstComeDaemon, every_ban_ends_though_one_cannot_be_lifted) {
    for (const char* name : {"ann", "bob"}) {
        const bool first = name == std::string("ann");
        line(1s, name, first ? "203.0.113.7" : "20.0.0.1");
        line(2s, name, first ? "192.0.2.9" : "21.0.0.1");
        line(first ? 3s : 13s, name, first ? "198.51.100.4" : "22.0.0.1");
    }
    pass(40s);
    EXPECT_EQ(refused(), Texts({"198.51.100.4", "22.0.0.1"}));
    keeps = Address::parse("198.51.100.4");
    pass(90s);
    EXPECT_EQ(refused(), Texts{"198.51.100.4"}) << "the other one ended at its time";
    keeps.reset();
    pass(5min);
    EXPECT_TRUE(refused().empty());
    EXPECT_TRUE(executor->open().empty());
}

TEST_F(FirstComeDaemon, who_comes_again_too_late_is_refused_again_and_never_before) {
    for (Duration at = 0s; at < 300s; at += 30s) {
        line(at + 1s, "ann", "203.0.113.7");
        line(at + 2s, "ann", "192.0.2.9");
        line(at + 3s, "ann", "198.51.100.4");
    }
    const auto made = decisions();
    ASSERT_GE(made.size(), 3U);
    for (std::size_t i = 1; i < made.size(); ++i) {
        EXPECT_GE(made[i].decided - made[i - 1].decided, 1min);
        EXPECT_EQ(*made[i].until - made[i].decided, 1min) << "always the same";
        EXPECT_EQ(made[i].evidence.refused, std::vector<std::string>{"198.51.100.4"});
    }
}

// It punished everybody behind an address.
TEST_F(FirstComeDaemon, a_neighbour_behind_the_same_address_is_not_cut_off) {
    line(0s, "bob", "198.51.100.4");
    three_phones(0s);
    pass(20s);
    EXPECT_TRUE(refused().empty());
    ASSERT_EQ(decisions().size(), 1U);
    EXPECT_EQ(decisions()[0].state, DecisionState::warned);
    EXPECT_NE(
        decisions()[0].reason.find("198.51.100.4 is used by bob too, and a neighbour is never"),
        std::string::npos
    ) << decisions()[0].reason;
    pass(60s);
    EXPECT_EQ(decisions().size(), 1U) << "said once, not every ten seconds";
}

TEST_F(FirstComeDaemon, an_account_whose_address_is_shared_is_blocked_itself_if_so_ordered) {
    otherwise = policy::Refusing::Otherwise::block;
    start();
    line(0s, "bob", "198.51.100.4");
    three_phones(0s);
    pass(20s);
    EXPECT_TRUE(refused().empty());
    ASSERT_EQ(executor->open().size(), 1U);
    EXPECT_EQ(executor->open()[0].account.name, "ann");
    EXPECT_EQ(executor->open()[0].action, Action::block);
    EXPECT_EQ(executor->open()[0].enforcer, "recording:local");
}

TEST_F(FirstComeDaemon, without_a_firewall_the_reason_says_so) {
    has_firewall = false;
    start();
    three_phones(0s);
    pass(20s);
    ASSERT_EQ(decisions().size(), 1U);
    EXPECT_EQ(decisions()[0].state, DecisionState::warned);
    EXPECT_NE(decisions()[0].reason.find("firewall.driver"), std::string::npos);
}

TEST_F(FirstComeDaemon, a_fresh_install_only_says_what_it_would_have_refused) {
    rule(Mode::shadow);
    three_phones(0s);
    line(20s, "ann", "70.0.0.1");
    pass(40s);
    EXPECT_TRUE(refused().empty());
    ASSERT_EQ(decisions().size(), 2U) << "one for each that came too late";
    EXPECT_EQ(decisions()[0].state, DecisionState::shadow);
    EXPECT_EQ(decisions()[0].evidence.refused, std::vector<std::string>{"198.51.100.4"});
    EXPECT_EQ(decisions()[1].evidence.refused.size(), 2U);
}

// Nodes tell at different times: whoever came third may be told of first, and alone.
TEST_F(FirstComeDaemon, a_late_comer_is_refused_as_soon_as_its_address_is_known) {
    line(3s, "ann", "198.51.100.4");
    echo(1s, "ann", "203.0.113.7");
    echo(2s, "ann", "192.0.2.9");
    pass(10s);
    ASSERT_EQ(decisions().size(), 1U);
    EXPECT_NE(decisions()[0].reason.find("no address of it was noted"), std::string::npos);
    line(14s, "ann", "198.51.100.4");
    pass(20s);
    EXPECT_EQ(refused(), Texts{"198.51.100.4"});
}

// Its ban changed the same dictionaries and rules once more for each line.
TEST_F(FirstComeDaemon, a_second_ban_of_one_address_changes_nothing) {
    three_phones(0s);
    pass(10s);
    for (Duration at = 11s; at < 40s; at += 1s) {
        echo(at, "ann", "198.51.100.4");
        pass(at);
    }
    EXPECT_EQ(firewall.size(), 1U);
    EXPECT_EQ(decisions().size(), 1U);
    EXPECT_EQ(unit->engine->devices_of("ann", clock.now()), 2) << "an echo is no device";
}

TEST_F(FirstComeDaemon, a_further_one_is_refused_while_the_first_still_is) {
    three_phones(0s);
    line(21s, "ann", "70.0.0.1");
    pass(30s);
    EXPECT_EQ(refused(), Texts({"198.51.100.4", "70.0.0.1"}));
    pass(72s);
    EXPECT_EQ(refused(), Texts{"70.0.0.1"}) << "each for its own time";
    pass(92s);
    EXPECT_TRUE(refused().empty());
}

// Its rules had no IPv6 at all.
TEST_F(FirstComeDaemon, an_ipv6_address_is_denied_as_such) {
    line(1s, "ann", "2001:db8:1::1");
    line(2s, "ann", "2001:db8:2::1");
    line(3s, "ann", "2001:db8:3::aa");
    line(4s, "ann", "2001:db8:3::bb");
    pass(10s);
    EXPECT_EQ(refused(), Texts({"2001:db8:3::aa", "2001:db8:3::bb"}));
    line(14s, "ann", "2001:db8:3::cc");  // the next privacy address of the same phone
    pass(20s);
    EXPECT_EQ(refused().size(), 3U);
}

TEST_F(FirstComeDaemon, ipv6_of_a_neighbour_in_the_same_network_protects_it) {
    line(0s, "bob", "2001:db8:3::dd");
    line(1s, "ann", "2001:db8:1::1");
    line(2s, "ann", "2001:db8:2::1");
    line(3s, "ann", "2001:db8:3::aa");
    pass(10s);
    EXPECT_TRUE(refused().empty());
}

TEST_F(FirstComeDaemon, a_number_of_its_own_is_stronger_than_the_general_one) {
    limits["ann"] = 3;
    limits["eve"] = unlimited;
    limits["tim"] = 1;
    rule(Mode::enforce);
    three_phones(0s);
    for (const char* address : {"20.0.0.1", "21.0.0.1", "22.0.0.1", "23.0.0.1"}) {
        line(4s, "eve", address);
    }
    line(5s, "tim", "30.0.0.1");
    line(6s, "tim", "31.0.0.1");
    pass(10s);
    EXPECT_EQ(refused(), Texts{"31.0.0.1"});
}

TEST_F(FirstComeDaemon, a_restart_changes_nothing_about_who_holds_a_slot) {
    line(1s, "ann", "203.0.113.7");
    line(2s, "ann", "192.0.2.9");
    line(62s, "ann", "203.0.113.7");
    line(63s, "ann", "192.0.2.9");
    pass(70s);
    restart();
    // Nothing is read again: the connection of the first goes on without a line.
    line(75s, "ann", "198.51.100.4");
    pass(80s);
    EXPECT_EQ(refused(), Texts{"198.51.100.4"});
    EXPECT_NE(decisions()[0].evidence.verdict.find("since 12:00:01Z"), std::string::npos)
        << decisions()[0].evidence.verdict;
}

TEST_F(FirstComeDaemon, a_restart_neither_forgets_a_ban_nor_makes_it_twice) {
    three_phones(0s);
    pass(10s);
    restart();
    for (const char* address : {"203.0.113.7", "192.0.2.9", "198.51.100.4"}) {
        echo(5s, "ann", address);  // lines of before are read again
    }
    pass(30s);
    EXPECT_EQ(refused(), Texts{"198.51.100.4"});
    EXPECT_EQ(decisions().size(), 1U);
    pass(75s);
    EXPECT_TRUE(refused().empty());
}

TEST_F(FirstComeDaemon, bans_that_come_again_and_again_do_not_open_the_breaker) {
    for (Duration at = 0s; at < 9min; at += 30s) {
        three_phones(at);
    }
    EXPECT_GE(decisions().size(), 6U);
    EXPECT_FALSE(decider->breaker().is_open(clock.now()));
}

// What it made of log text: names cut at dots, no line of the newer shape, a shell.
TEST(FirstComeLines, a_name_with_dots_is_whole) {
    EXPECT_EQ(logs::account_name("7.ann.of.example", logs::Names::marzban), "ann.of.example");
}

TEST_F(FirstComeDaemon, what_a_block_cannot_cut_is_refused_for_longer_than_a_carrier_waits) {
    unit->carriers.note("eve", *Address::parse("198.51.100.4"), "hy2", noon);
    const Measure measure = block("eve");
    EXPECT_EQ(refused(), Texts{"198.51.100.4"});
    const Decision made = decisions().back();
    EXPECT_EQ(made.action, Action::refuse);
    EXPECT_NE(made.reason.find("cannot cut UDP: inbound \"hy2\""), std::string::npos)
        << made.reason;
    EXPECT_EQ(made.until, noon + 150s);
    pass(3min);
    EXPECT_TRUE(refused().empty());
    EXPECT_EQ(executor->open().size(), 1U) << "the block itself goes on";
    EXPECT_EQ(executor->open()[0].id, measure.id);
}

TEST_F(FirstComeDaemon, what_a_block_could_not_cut_is_let_in_again_when_the_block_is_lifted) {
    unit->carriers.note("eve", *Address::parse("198.51.100.4"), "hy2", noon);
    const Measure measure = block("eve");
    ASSERT_EQ(refused(), Texts{"198.51.100.4"});
    EXPECT_EQ(decisions().back().evidence.part_of, to_text(measure.id));
    lift(measure);
    EXPECT_TRUE(refused().empty());
    EXPECT_TRUE(executor->open().empty());
    EXPECT_EQ(decisions().back().state, DecisionState::undone);
}

TEST_F(FirstComeDaemon, who_came_too_late_stays_refused_when_a_block_of_the_account_is_lifted) {
    three_phones(0s);
    pass(10s);
    ASSERT_EQ(refused(), Texts{"198.51.100.4"});
    lift(block("ann"));
    EXPECT_EQ(refused(), Texts{"198.51.100.4"});
}

TEST_F(FirstComeDaemon, a_neighbour_of_a_udp_carrier_is_left_alone_and_it_is_said_what_is_left) {
    line(1s, "bob", "198.51.100.4");
    unit->carriers.note("eve", *Address::parse("198.51.100.4"), "hy2", noon);
    block("eve");
    EXPECT_TRUE(refused().empty());
    EXPECT_NE(
        decisions().back().reason.find("left: 198.51.100.4 is used by bob"), std::string::npos
    );
}

TEST_F(FirstComeDaemon, without_a_firewall_it_is_said_once_for_an_inbound_what_cannot_be_cut) {
    has_firewall = false;
    start();
    Measure measure;
    measure.action = Action::block;
    measure.enforcer = "pasarguard:main";
    for (const char* account : {"eve", "mallory"}) {
        unit->carriers.note(account, *Address::parse("198.51.100.4"), "hy2", noon);
        measure.account = {"local", account};
        run(io, [&] { return stop_carriers(measure); });
    }
    EXPECT_TRUE(decisions().empty()) << "nothing could be decided";
    const auto told = events.after(0, 10);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_NE(told[0].happening.message.find("\"hy2\" has no socket"), std::string::npos);
}

TEST_F(FirstComeDaemon, a_hostile_name_never_reaches_a_shell) {
    const std::string name = "ann; touch /tmp/owned $(reboot) `id` | x";
    line(1s, name.c_str(), "203.0.113.7");
    line(2s, name.c_str(), "192.0.2.9");
    line(3s, name.c_str(), "198.51.100.4");
    pass(10s);
    // What a firewall is told is an address that was read as one, and a time.
    EXPECT_EQ(refused(), Texts{"198.51.100.4"});
    EXPECT_FALSE(Address::parse("198.51.100.4;reboot"));
}

TEST(FirstComeLines, every_shape_of_a_source_is_read) {
    const char* head = "2026/03/07 12:00:01 from ";
    const char* tail = " accepted tcp:example.com:443 [in -> out] email: 7.ann";
    for (const char* source :
         {"198.51.100.4:5000",
          "tcp:198.51.100.4:5000",
          "[2001:db8::4]:5000",
          "tcp:[2001:db8::4]:5000"}) {
        const std::string text = std::string(head) + source + tail;
        const logs::AccessLine line = logs::read_access_line(text, {});
        EXPECT_EQ(line.verdict, logs::Verdict::count) << text;
        EXPECT_TRUE(line.address) << text;
    }
}

}  // namespace
}  // namespace fairgate::daemon
