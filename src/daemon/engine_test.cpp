#include "daemon/engine.hpp"

#include <gtest/gtest.h>

namespace fairgate::daemon {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start = std::chrono::sys_days(std::chrono::year{2026} / 2 / 6);

/// Of no address the provider, of most the country.
class Countries final : public NetworkTable {
public:
    Asn asn_of(const Address&) const override { return Asn{}; }
    NetworkInfo info_of(const Address& address) const override {
        NetworkInfo info;
        info.country = Network::parse("203.0.113.0/24")->contains(address) ? "DE" : "IR";
        return info;
    }
};

Violation of_eve(TimePoint opened) {
    Violation violation;
    violation.id = ViolationId{7};
    violation.account = {"local", "eve"};
    violation.limit = 1;
    violation.devices = 2;
    violation.opened = opened;
    return violation;
}

/// An engine with one general limit, fed by hand.
class EngineTest : public testing::Test {
public:
    static Rules rules(int general) {
        Rules rules;
        rules.limits.general = general;
        return rules;
    }

    void see(Duration at, const char* account, const char* address) {
        Observation seen;
        seen.time = start + at;
        seen.account = account;
        seen.address = *Address::parse(address);
        seen.port = 40'000;
        seen.inbound = "vless";
        seen.raw = "a raw line";
        engine.observe(seen, "de-1");
    }

    /// Two homes at once, a connection every five seconds, judged at the end of every slot.
    std::vector<Opened> share(Duration from, Duration to, Closing closing = Closing::allowed) {
        std::vector<Opened> opened;
        for (Duration at = from; at < to; at += 5s) {
            see(at, "eve", "198.51.100.7");
            see(at + 1s, "eve", "203.0.113.9");
            if ((at + 5s) % 10s == 0s) {
                auto outcome = engine.close_slot(tracker::slot_of(start + at), closing);
                std::move(outcome.opened.begin(), outcome.opened.end(), std::back_inserter(opened));
            }
        }
        return opened;
    }

    std::vector<Violation> be_silent(Duration from, Duration to, Closing closing) {
        std::vector<Violation> closed;
        for (Duration at = from; at < to; at += 10s) {
            auto outcome = engine.close_slot(tracker::slot_of(start + at), closing);
            std::move(outcome.closed.begin(), outcome.closed.end(), std::back_inserter(closed));
        }
        return closed;
    }

    Engine engine{
        Engine::Settings{"local", {}, {}, {}},
        std::make_shared<Countries>(),
        rules(1),
        [](std::string_view name) {
            AccountFacts facts;
            facts.key = {"local", std::string(name)};
            return facts;
        }
    };
};

TEST_F(EngineTest, a_violation_comes_with_the_evidence_of_both_devices) {
    const auto opened = share(0s, 3min);
    ASSERT_EQ(opened.size(), 1U);
    const Opened& found = opened[0];
    EXPECT_EQ(found.violation.account.name, "eve");
    EXPECT_EQ(found.violation.devices, 2);
    EXPECT_EQ(found.violation.limit, 1);
    EXPECT_LE(found.violation.opened, start + 2min);
    EXPECT_EQ(found.nodes, std::vector<std::string>{"de-1"});
    EXPECT_EQ(found.evidence.verdict, "2 devices at once, limit 1");
    ASSERT_EQ(found.evidence.counted.size(), 2U);
    for (const EvidenceDevice& device : found.evidence.counted) {
        EXPECT_EQ(device.origins.size(), 1U);
        EXPECT_EQ(device.addresses.size(), 1U);
        EXPECT_GT(device.connections, 5);
        EXPECT_EQ(device.inbounds, std::vector<std::string>{"vless"});
    }
    EXPECT_FALSE(found.evidence.lines.empty());
}

TEST_F(EngineTest, thousands_at_two_places_do_not_displace_the_evidence_of_one_at_three) {
    engine.set_rules(rules(2));
    std::vector<Opened> opened;
    for (Duration at = 0s; at < 3min; at += 10s) {
        for (int i = 0; i < 3'000; ++i) {
            const std::string name = "honest" + std::to_string(i);
            see(at, name.c_str(), "198.51.100.1");
            see(at, name.c_str(), "192.0.2.1");
            if (i == 0) {
                for (const char* const address : {"198.51.100.7", "203.0.113.9", "192.0.2.9"}) {
                    see(at, "eve", address);
                }
            }
        }
        auto outcome = engine.close_slot(tracker::slot_of(start + at), Closing::allowed);
        std::move(outcome.opened.begin(), outcome.opened.end(), std::back_inserter(opened));
    }
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_EQ(opened[0].evidence.counted.size(), 3U);
    EXPECT_EQ(opened[0].nodes, std::vector<std::string>{"de-1"});
    EXPECT_GT(opened[0].evidence.lines.size(), 10U);
}

TEST_F(EngineTest, what_an_agent_tells_again_is_no_more_connections) {
    for (int telling = 0; telling < 2; ++telling) {
        for (Duration at = 0s; at < 2min; at += 10s) {
            for (const char* const address : {"198.51.100.7", "203.0.113.9"}) {
                Observation seen;
                seen.time = start + at + 5s;
                seen.account = "eve";
                seen.address = *Address::parse(address);
                engine.observe(seen, "de-1");
            }
        }
    }
    for (const EvidenceDevice& device : engine.evidence_of("eve", start + 2min).counted) {
        EXPECT_LE(device.connections, 12);
        EXPECT_GE(device.connections, 11);
    }
}

TEST_F(EngineTest, it_closes_when_the_sharing_is_over_but_not_while_closing_is_held) {
    share(0s, 3min);
    EXPECT_TRUE(be_silent(3min, 12min, Closing::held).empty());
    const auto closed = be_silent(12min, 13min, Closing::allowed);
    ASSERT_EQ(closed.size(), 1U);
    EXPECT_TRUE(closed[0].closed);
    EXPECT_GT(closed[0].seconds_over, 60);
    EXPECT_TRUE(engine.open_violations().empty());
}

TEST_F(EngineTest, an_exempt_account_is_passed_by) {
    Rules exempting = rules(1);
    Exemption exemption;
    exemption.account = {"local", "eve"};
    exempting.exceptions.add(exemption);
    engine.set_rules(std::move(exempting));
    EXPECT_TRUE(share(0s, 5min).empty());
}

TEST_F(EngineTest, only_the_countries_asked_for_are_counted_and_what_was_left_out_is_told) {
    Rules one_country = rules(1);
    one_country.countries = policy::Countries({"IR"});
    engine.set_rules(one_country);
    EXPECT_TRUE(share(0s, 5min).empty());
    const Evidence evidence = engine.evidence_of("eve", start + 5min);
    ASSERT_EQ(evidence.not_counted.size(), 1U);
    EXPECT_EQ(evidence.not_counted[0].why, "it is in DE, which is not counted");

    one_country.countries = policy::Countries({"IR", "DE"});
    engine.set_rules(one_country);
    EXPECT_EQ(share(5min, 8min).size(), 1U);
}

TEST_F(EngineTest, what_is_seen_on_an_ignored_node_is_not_counted) {
    Rules ignoring = rules(1);
    ignoring.ignored_nodes = {"de-1"};
    engine.set_rules(std::move(ignoring));
    EXPECT_TRUE(share(0s, 3min).empty());
    EXPECT_EQ(engine.devices_of("eve", start + 3min), 0);
}

TEST_F(EngineTest, a_trusted_address_is_not_counted) {
    Rules trusting = rules(1);
    trusting.never_counted.add(*Network::parse("203.0.113.0/24"));
    engine.set_rules(std::move(trusting));
    EXPECT_TRUE(share(0s, 5min).empty());
}

TEST_F(EngineTest, a_raised_limit_takes_effect_at_once) {
    engine.set_rules(rules(2));
    EXPECT_TRUE(share(0s, 5min).empty());
    engine.set_rules(rules(1));
    EXPECT_EQ(share(5min, 6min).size(), 1U);
}

TEST_F(EngineTest, a_violation_from_before_a_restart_is_not_opened_again) {
    engine.restore(of_eve(start - 1min));
    EXPECT_TRUE(share(0s, 5min, Closing::held).empty());
    ASSERT_NE(engine.open_violation("eve"), nullptr);
    EXPECT_EQ(engine.open_violation("eve")->id, ViolationId{7});
}

TEST_F(EngineTest, who_goes_on_after_a_block_is_in_violation_again) {
    share(0s, 3min);
    const auto before = engine.start_afresh("eve", start + 3min);
    ASSERT_TRUE(before);
    EXPECT_EQ(before->closed, start + 3min);
    EXPECT_GE(before->seconds_over, 60);
    EXPECT_EQ(engine.open_violation("eve"), nullptr);
    EXPECT_TRUE(share(3min, 3min + 50s).empty()) << "what the block was for brings no second one";
    EXPECT_EQ(share(3min + 50s, 8min).size(), 1U);
}

TEST_F(EngineTest, what_was_before_a_fresh_start_does_not_count_when_it_is_read_again) {
    ASSERT_FALSE(engine.start_afresh("eve", start + 4min)) << "there was a restart";
    EXPECT_TRUE(share(0s, 4min).empty()) << "what was undone is not blocked again";
    EXPECT_TRUE(share(4min, 4min + 50s).empty());
    EXPECT_EQ(share(4min + 50s, 7min).size(), 1U) << "what comes after it counts as ever";
}

TEST_F(EngineTest, a_violation_that_opened_after_a_fresh_start_stays_open) {
    engine.restore(of_eve(start + 1min));
    EXPECT_FALSE(engine.start_afresh("eve", start));
    EXPECT_NE(engine.open_violation("eve"), nullptr);
    const auto closed = engine.start_afresh("eve", start + 1min);
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->closed, start + 1min);
}

TEST_F(EngineTest, nothing_is_counted_across_a_clock_that_was_set) {
    for (const Duration by : {Duration(40s), Duration(-40s)}) {
        see(0s, "ann", "198.51.100.7");
        for (Duration at = 0s; at < 50s; at += 10s) {
            see(at, "ann", "198.51.100.7");
            see(at, "ann", "203.0.113.9");
        }
        engine.clock_was_set(by);
        see(50s + by, "ann", "198.51.100.7");
        see(50s + by, "ann", "203.0.113.9");
        EXPECT_TRUE(
            engine.close_slot(tracker::slot_of(start + 50s + by), Closing::held).opened.empty()
        );
        EXPECT_EQ(engine.devices_of("ann", start + 50s + by), 1)
            << "a minute together is what counts";
    }
}

TEST_F(EngineTest, a_violation_stays_open_when_the_clock_is_set_back_and_closes_later) {
    ASSERT_EQ(share(0s, 3min).size(), 1U);
    engine.clock_was_set(-2h);
    EXPECT_NE(engine.open_violation("eve"), nullptr);
    EXPECT_TRUE(share(-2h + 3min, -2h + 9min, Closing::held).empty()) << "it is the same one";
    const auto closed = be_silent(-2h + 9min, -2h + 16min, Closing::allowed);
    ASSERT_EQ(closed.size(), 1U);
    EXPECT_GE(closed[0].closed, closed[0].opened);
}

TEST_F(EngineTest, housekeeping_forgets_the_idle_and_keeps_the_open) {
    see(0s, "bob", "192.0.2.1");
    share(0s, 3min);
    engine.keep_house(tracker::slot_of(start + 1h));
    EXPECT_FALSE(engine.tracker().accounts().find("bob"));
    EXPECT_TRUE(engine.tracker().accounts().find("eve"));
}

}  // namespace
}  // namespace fairgate::daemon
