// What PG-Limiter 0.9.8 got wrong in judging and punishing, each as a test of ours: from what is
// seen to what is decided and in force. What it got wrong with panels is in tests/panel.
#include "base/run.hpp"
#include "daemon/decider.hpp"
#include "daemon/last_run.hpp"
#include "enforcement/executor.hpp"
#include "enforcement/journal.hpp"
#include "store/memory/store.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::daemon {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint noon = std::chrono::sys_days(std::chrono::year{2026} / 3 / 7) + 12h;

/// The parts of the daemon from what was seen to a measure that is only recorded.
class PgLimiter : public testing::Test {
public:
    PgLimiter() { start(); }

    void start() {
        decider.reset();
        executor.reset();
        units.clear();
        units.push_back(std::make_unique<Unit>());
        Unit& unit = *units.back();
        unit.backend = make_local_backend("local", logs::Names::standard);
        Engine::Settings settings;
        settings.backend = "local";
        unit.engine = std::make_unique<Engine>(
            settings,
            std::make_shared<NoNetworkTable>(),
            rules,
            [](std::string_view name) {
                AccountFacts facts;
                facts.key = {"local", std::string(name)};
                return facts;
            }
        );
        executor = std::make_unique<enforcement::Executor>(
            io.get_executor(),
            clock,
            journal,
            std::vector<enforcement::Enforcer*>{&unit.backend->enforcer()},
            enforcement::ExecutorSettings{},
            enforcement::Listeners{}
        );
        decider = std::make_unique<Decider>(
            Decider::Parts{
                clock,
                *store,
                io.get_executor(),
                *executor,
                events,
                [](const std::vector<std::string>&) { return std::optional<std::string>(); }
            },
            ladder,
            policy::BreakerRule{}
        );
    }

    static Rules enforcing() {
        Rules rules;
        rules.limits.general = 1;
        rules.modes = policy::ModeTable(Mode::enforce);
        return rules;
    }
    void set_rules(const Rules& changed) {
        rules = changed;
        units.front()->engine->set_rules(changed);
    }

    void see(Duration at, const std::string& account, const std::string& address) {
        Observation seen;
        seen.time = noon + at;
        seen.account = account;
        seen.address = *Address::parse(address);
        seen.port = 40'000;
        units.front()->engine->observe(seen, "de-1");
    }
    /// Lines of these addresses every five seconds, each slot judged at its end.
    void connect(
        Duration from, Duration to, const std::string& account, const std::vector<std::string>& all
    ) {
        for (Duration at = from; at < to; at += 5s) {
            for (const std::string& address : all) {
                see(at, account, address);
            }
            pass(at + 5s);
        }
    }
    void share(Duration from, Duration to) {
        connect(from, to, "eve", {"198.51.100.7", "203.0.113.9"});
    }

    void pass(Duration until) {
        for (; noon + until >= tracker::end_of(slot); ++slot) {
            clock.set(tracker::end_of(slot));
            run(io, [this]() -> boost::asio::awaitable<bool> { return close_slot(); });
        }
    }
    boost::asio::awaitable<bool> close_slot() {
        Unit& unit = *units.front();
        for (const AccountKey& warned : decider->warned_long_enough(clock.now())) {
            if (auto over = unit.engine->start_afresh(warned.name, clock.now())) {
                co_await decider->closed(std::move(*over));
            }
        }
        SlotOutcome outcome = unit.engine->close_slot(slot, Closing::allowed);
        for (Opened& opened : outcome.opened) {
            co_await decider->opened(unit, std::move(opened));
        }
        for (Violation& closed : outcome.closed) {
            co_await decider->closed(std::move(closed));
        }
        co_await executor->settle();
        co_return true;
    }
    void restart() {
        start();
        run(io, [this]() -> boost::asio::awaitable<bool> { return take_up_the_last_run(); });
    }
    boost::asio::awaitable<bool> take_up_the_last_run() {
        const auto last = read_last_run(*store, clock.now());
        take_up(*last, units);
        co_await executor->resume();
        co_await executor->settle();
        co_return true;
    }

    std::vector<Action> actions() {
        store::Cursor cursor;
        cursor.direction = store::Direction::oldest_first;
        std::vector<Action> actions;
        for (const Decision& decision : store->decisions().list({}, cursor).value().rows) {
            actions.push_back(decision.action);
        }
        return actions;
    }

    boost::asio::io_context io;
    ManualClock clock{noon};
    tracker::Slot slot = tracker::slot_of(noon);
    Rules rules = enforcing();
    policy::Ladder ladder;
    std::unique_ptr<store::Store> store = store::memory::make_store();
    enforcement::Journal journal{*store, io.get_executor(), io.get_executor()};
    control::EventLog events{io.get_executor()};
    std::list<std::unique_ptr<Unit>> units;
    std::unique_ptr<enforcement::Executor> executor;
    std::unique_ptr<Decider> decider;
};

TEST_F(PgLimiter, grouped_networks_in_its_report_and_punished_by_bare_addresses) {
    connect(0s, 10min, "ali", {"198.51.100.7", "198.51.100.8", "198.51.100.200"});
    EXPECT_TRUE(actions().empty());
}

TEST_F(PgLimiter, took_each_ipv6_address_for_a_device) {
    std::vector<std::string> privacy;
    for (int i = 1; i <= 20; ++i) {
        privacy.push_back("2001:db8:1:2::" + std::to_string(i));
    }
    privacy.emplace_back("198.51.100.7");  // the same line's IPv4
    connect(0s, 10min, "ali", privacy);
    EXPECT_TRUE(actions().empty());
}

TEST_F(PgLimiter, warned_for_ever_and_never_came_to_a_block) {
    share(0s, 20min);
    const std::vector<Action> seen = actions();
    ASSERT_GE(seen.size(), 2U);
    EXPECT_EQ(seen[0], Action::warn);
    EXPECT_EQ(seen[1], Action::block);
}

TEST_F(PgLimiter, climbed_a_step_a_minute_on_its_instant_path) {
    ladder.instant = 20;
    start();
    share(0s, 9min);
    EXPECT_EQ(actions(), std::vector<Action>{Action::block});
    EXPECT_EQ(executor->open().size(), 1U);
}

TEST_F(PgLimiter, punished_who_was_excepted_while_it_monitored) {
    share(0s, 5min);
    ASSERT_EQ(actions(), std::vector<Action>{Action::warn});
    Rules changed = enforcing();
    Exemption exemption;
    exemption.account = {"local", "eve"};
    changed.exceptions.add(exemption);
    set_rules(changed);
    share(5min, 40min);
    EXPECT_EQ(actions().size(), 1U);
}

TEST_F(PgLimiter, punished_by_the_limit_of_before_although_it_was_raised) {
    share(0s, 5min);
    ASSERT_EQ(actions(), std::vector<Action>{Action::warn});
    Rules changed = enforcing();
    changed.limits.accounts.emplace("eve", 2);
    set_rules(changed);
    share(5min, 40min);
    EXPECT_EQ(actions().size(), 1U);
}

TEST_F(PgLimiter, knew_no_filter_by_the_patterns_of_names_that_it_offered) {
    Rules changed = enforcing();
    changed.owners.add(*policy::NamePattern::parse("eve*"), "seller1");
    policy::AccountFilter filter;
    filter.except_owners = {"seller1"};
    changed.exceptions.set_filter(filter);
    set_rules(changed);
    share(0s, 20min);
    EXPECT_TRUE(actions().empty());
}

TEST_F(PgLimiter, let_everybody_go_when_it_was_started) {
    ladder.steps = {{Action::block, std::nullopt}};
    start();
    share(0s, 3min);
    ASSERT_EQ(executor->open().size(), 1U);
    restart();
    ASSERT_EQ(executor->open().size(), 1U) << "for good is for good";
    EXPECT_EQ(executor->open().front().state, MeasureState::active);
    pass(5h);
    EXPECT_EQ(executor->open().size(), 1U);
}

TEST_F(PgLimiter, forgot_when_a_block_was_to_end_when_it_was_started) {
    ladder.steps = {{Action::block, 30min}};
    start();
    share(0s, 3min);
    ASSERT_EQ(executor->open().size(), 1U);
    const auto due = executor->open().front().due;
    restart();
    EXPECT_EQ(executor->open().front().due, due);
    pass(40min);
    EXPECT_TRUE(executor->open().empty());
}

TEST_F(PgLimiter, dropped_the_lines_that_came_while_it_judged) {
    for (Duration at = 0s; at < 5min; at += 10s) {
        pass(at + 12s);  // this slot is judged already when its lines are read
        see(at, "eve", "198.51.100.7");
        see(at, "eve", "203.0.113.9");
    }
    pass(6min);
    EXPECT_EQ(actions(), std::vector<Action>{Action::warn});
}

TEST(PgLimiterScore, took_an_unknown_provider_for_one_that_speaks_against_the_account) {
    Evidence evidence;
    evidence.limit.chosen.devices = 1;
    evidence.devices = 2;
    evidence.counted.resize(2);  // without a table of networks
    EXPECT_EQ(policy::score_of(evidence, 0).total(), 20) << "only the device beyond the limit";
}

}  // namespace
}  // namespace fairgate::daemon
