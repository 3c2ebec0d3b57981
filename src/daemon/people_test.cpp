#include "daemon/people.hpp"

#include "daemon/intake.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace fairgate::daemon {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint noon = std::chrono::sys_days(std::chrono::year{2026} / 3 / 7) + 12h;

policy::Identity listed(std::set<AccountKey> accounts) {
    policy::Identity rule;
    rule.accounts = std::move(accounts);
    return rule;
}

policy::Identity by_name(const char* match) {
    policy::Identity rule;
    rule.by = policy::Identity::By::name;
    rule.person = *policy::NamePattern::parse(match);
    return rule;
}

/// Several backends, each with its engine, fed by hand.
class World {
public:
    explicit World(const std::vector<std::string>& backends, int limit = 2) {
        for (const std::string& name : backends) {
            auto unit = std::make_unique<Unit>();
            unit->backend = make_local_backend(name, logs::Names::standard);
            Rules rules;
            rules.limits.general = limit;
            unit->engine = std::make_unique<Engine>(
                Engine::Settings{name, {}, {}, {}},
                std::make_shared<NoNetworkTable>(),
                rules,
                [backend = unit->backend.get()](std::string_view account) {
                    return backend->facts(account);
                }
            );
            unit->engine->set_same_person(people);
            unit->people = &people;
            units.push_back(std::move(unit));
        }
    }

    Unit& unit(std::size_t number) {
        return **std::next(units.begin(), static_cast<std::ptrdiff_t>(number));
    }

    void know(policy::Identity rule) {
        policy::IdentityBook book;
        book.add(std::move(rule));
        people.set_book(std::move(book));
    }

    void see(std::size_t backend, const char* account, Duration at, const std::string& address) {
        Observation seen;
        seen.time = noon + at;
        seen.account = account;
        seen.address = *Address::parse(address);
        seen.port = 40'000;
        seen.raw = "a raw line";
        unit(backend).engine->observe(seen, "node");
        people.share(unit(backend), "node", seen);
    }

    std::list<std::unique_ptr<Unit>> units;
    People people{units};
};

int devices(World& world, std::size_t backend, const char* account, Duration at) {
    return world.unit(backend).engine->devices_of(account, noon + at);
}

/// One home on each of two panels for five minutes.
void share_over_panels(World& world, const char* first, const char* second) {
    for (Duration at = 0s; at < 5min; at += 5s) {
        world.see(0, first, at, "198.51.100.7");
        world.see(1, second, at, "203.0.113.9");
    }
}

TEST(People, homes_on_two_panels_are_two_devices_of_both_accounts) {
    World world({"main", "second"});
    world.know(listed({{"main", "ali"}, {"second", "ali.2"}}));
    share_over_panels(world, "ali", "ali.2");
    EXPECT_EQ(devices(world, 0, "ali", 290s), 2);
    EXPECT_EQ(devices(world, 1, "ali.2", 290s), 2);
}

TEST(People, without_a_rule_each_account_is_somebody_else) {
    World world({"main", "second"});
    share_over_panels(world, "ali", "ali");
    EXPECT_EQ(devices(world, 0, "ali", 290s), 1);
    EXPECT_EQ(devices(world, 1, "ali", 290s), 1);
}

TEST(People, a_home_that_both_accounts_use_is_one_device) {
    World world({"main", "second"});
    world.know(listed({{"main", "ali"}, {"second", "ali"}}));
    for (Duration at = 0s; at < 5min; at += 5s) {
        world.see(0, "ali", at, "198.51.100.7");
        world.see(1, "ali", at, "198.51.100.7");
    }
    EXPECT_EQ(devices(world, 0, "ali", 290s), 1);
}

TEST(People, what_an_account_that_is_never_limited_does_is_not_the_others_fault) {
    World world({"main", "second"});
    world.know(listed({{"main", "ali"}, {"second", "ali"}}));
    Rules rules = world.unit(1).engine->rules();
    Exemption exemption;
    exemption.account = {"second", "ali"};
    rules.exceptions.add(exemption);
    world.unit(1).engine->set_rules(rules);
    share_over_panels(world, "ali", "ali");
    EXPECT_EQ(devices(world, 0, "ali", 290s), 1);
}

TEST(People, the_evidence_says_with_whom_an_account_was_counted) {
    World world({"main", "second"});
    world.know(by_name("{person}_*"));
    share_over_panels(world, "ali_pc", "ali_tv");
    world.people.refresh();
    const Evidence evidence = world.unit(0).engine->evidence_of("ali_pc", noon + 290s);
    EXPECT_NE(evidence.policy.find("together with second/ali_tv"), std::string::npos);
    EXPECT_EQ(
        world.people.others({"second", "ali_tv"}), (std::vector<AccountKey>{{"main", "ali_pc"}})
    );
}

TEST(People, a_rule_that_fits_a_crowd_is_not_believed_and_said) {
    World world({"main", "second"});
    world.know(by_name("u{person}*"));
    for (int i = 0; i < 20; ++i) {
        const std::string name = "u1" + std::to_string(i);
        world.see(0, name.c_str(), 5s, "198.51." + std::to_string(i) + ".1");
    }
    EXPECT_EQ(world.unit(0).engine->origins_of("u119", noon + 9s).size(), 1U);
    world.people.accounts_changed();
    world.people.refresh();
    ASSERT_EQ(world.people.crowds().size(), 1U);
    EXPECT_EQ(error_of(world.people.crowds()[0]).code, "FG-DMN-015");
    EXPECT_TRUE(world.people.others({"main", "u119"}).empty());
}

TEST(People, a_violation_does_not_close_while_another_panel_of_the_person_is_silent) {
    World world({"main", "second", "third"});
    world.know(listed({{"main", "ali"}, {"second", "ali"}}));
    EXPECT_EQ(world.people.counted_with(world.unit(0)).size(), 1U);
    share_over_panels(world, "ali", "ali");
    EXPECT_EQ(world.people.counted_with(world.unit(0)).size(), 2U);
    EXPECT_EQ(world.people.counted_with(world.unit(2)).size(), 1U);
}

/// What is opened and closed, slot by slot.
std::vector<std::string> verdicts(World& world, std::size_t backend, tracker::Slot slot) {
    std::vector<std::string> said;
    const auto outcome = world.unit(backend).engine->close_slot(slot, Closing::allowed);
    for (const Opened& opened : outcome.opened) {
        said.push_back(
            "opened with " + std::to_string(opened.violation.devices) + " at " +
            std::to_string(opened.evidence.counted.size())
        );
    }
    for (const Violation& violation : outcome.closed) {
        said.push_back("closed after " + std::to_string(violation.seconds_over));
    }
    return said;
}

/// A person with an account on each of three panels, on any of ten nodes: every account is judged
/// as one account is of which a single log tells everything.
RC_GTEST_PROP(People, three_panels_are_judged_as_one_log, ()) {
    constexpr std::array<const char*, 3> names{"ali", "ali.2", "reza"};
    World panels({"main", "second", "third"}, 1);
    panels.know(listed({{"main", "ali"}, {"second", "ali.2"}, {"third", "reza"}}));
    World log({"local"}, 1);
    for (std::size_t panel = 0; panel < names.size(); ++panel) {  // all are known from the start
        panels.see(panel, names[panel], -1h, "192.0.2.1");
    }
    log.see(0, "ali", -1h, "192.0.2.1");
    const int homes = *rc::gen::inRange(1, 4);
    for (int slot = 0; slot < 60; ++slot) {
        const int lines = *rc::gen::inRange(0, 5);
        for (int line = 0; line < lines; ++line) {
            const auto panel = static_cast<std::size_t>(*rc::gen::inRange(0, 3));
            const Duration at = slot * 10s + std::chrono::seconds(*rc::gen::inRange(0, 10));
            const std::string home = "198.51." + std::to_string(*rc::gen::inRange(0, homes)) + ".7";
            panels.see(panel, names[panel], at, home);
            log.see(0, "ali", at, home);
        }
        const tracker::Slot over = tracker::slot_of(noon) + slot;
        const auto expected = verdicts(log, 0, over);
        for (std::size_t panel = 0; panel < names.size(); ++panel) {
            RC_ASSERT(verdicts(panels, panel, over) == expected);
        }
    }
}

}  // namespace
}  // namespace fairgate::daemon
