#include "daemon/decider.hpp"

#include "base/run.hpp"
#include "daemon/flow.hpp"
#include "enforcement/journal.hpp"
#include "store/forwarding_store_test.hpp"
#include "store/memory/store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace fairgate::daemon {
namespace {

using namespace std::chrono_literals;

TimePoint noon() { return std::chrono::sys_days(std::chrono::year{2026} / 2 / 6) + 12h; }

/// A store whose disk can be full.
class FullStore final : public store::ForwardingStore {
public:
    using ForwardingStore::ForwardingStore;
    bool full = false;

    Result<void> atomically(store::Durability durability, const std::function<Result<void>()>& work)
        override {
        return full ? Result<void>(Error{.code = "FG-STO-004", .what = "the disk is full"})
                    : store_.atomically(durability, work);
    }
};

/// The part of the daemon from a violation to a measure, on a store in memory.
class DeciderTest : public testing::Test {
public:
    static AccountFacts facts(const std::string& name) {
        AccountFacts facts;
        facts.key = {"local", name};
        return facts;
    }

    DeciderTest() {
        unit.backend = make_local_backend("local", logs::Names::standard);
        unit.engine = std::make_unique<Engine>(
            Engine::Settings{"local", {}, {}, {}},
            std::make_shared<NoNetworkTable>(),
            Rules{},
            [](std::string_view name) { return facts(std::string(name)); }
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
                [this](const std::vector<std::string>&) { return distrust; }
            },
            policy::Ladder{},
            policy::BreakerRule{}
        );
    }

    void set_mode(Mode mode) {
        Rules rules;
        rules.modes = policy::ModeTable(mode);
        unit.engine->set_rules(std::move(rules));
    }

    void violate(const std::string& name) {
        Opened opened;
        opened.facts = facts(name);
        opened.violation.account = opened.facts.key;
        opened.violation.limit = 2;
        opened.violation.devices = 3;
        opened.violation.opened = clock.now();
        run(io, [&]() -> boost::asio::awaitable<bool> { return decide(opened); });
    }

    /// Has the engine see that the account is over its limit of two.
    void share(const std::string& name) {
        Violation violation;
        violation.account = facts(name).key;
        violation.limit = 2;
        violation.devices = 3;
        violation.opened = clock.now();
        unit.engine->restore(violation);
    }

    void decide_again() {
        run(io, [&]() -> boost::asio::awaitable<bool> { return look_again(); });
    }

    boost::asio::awaitable<bool> look_again() {
        co_await decider->decide_again(unit);
        co_return true;
    }

    boost::asio::awaitable<bool> decide(Opened opened) {
        co_await decider->opened(unit, std::move(opened));
        co_return true;
    }

    void again() {
        run(io, [this]() -> boost::asio::awaitable<bool> { return tried_again(); });
    }
    boost::asio::awaitable<bool> tried_again() {
        co_await decider->try_again();
        co_return true;
    }

    std::vector<Decision> decisions() {
        store::Cursor cursor;
        cursor.direction = store::Direction::oldest_first;
        return store->decisions().list({}, cursor).value().rows;
    }

    boost::asio::io_context io;
    ManualClock clock{noon()};
    std::unique_ptr<store::Store> store = store::memory::make_store();
    FullStore disk{*store};
    enforcement::Journal journal{disk, io.get_executor(), io.get_executor()};
    control::EventLog events{io.get_executor()};
    Unit unit;
    std::optional<std::string> distrust;
    std::unique_ptr<enforcement::Executor> executor;
    std::unique_ptr<Decider> decider;
};

TEST_F(DeciderTest, a_fresh_install_only_records) {
    violate("eve");
    ASSERT_EQ(decisions().size(), 1U);
    EXPECT_EQ(decisions()[0].state, DecisionState::shadow);
    EXPECT_TRUE(executor->open().empty());
}

TEST_F(DeciderTest, the_second_violation_is_blocked_and_the_first_warned) {
    set_mode(Mode::enforce);
    violate("eve");
    clock.advance(1h);
    violate("eve");
    const auto made = decisions();
    ASSERT_EQ(made.size(), 2U);
    EXPECT_EQ(made[0].state, DecisionState::warned);
    EXPECT_EQ(made[1].state, DecisionState::in_force);
    EXPECT_EQ(made[1].until, clock.now() + 10min);
    ASSERT_EQ(executor->open().size(), 1U);
    EXPECT_EQ(executor->open()[0].account.name, "eve");
}

TEST_F(DeciderTest, what_was_only_watched_puts_nobody_up_the_ladder) {
    violate("eve");
    violate("eve");
    set_mode(Mode::enforce);
    violate("eve");
    EXPECT_EQ(decisions().back().step, 1);
    EXPECT_TRUE(store->violations().ladder(noon() - 1h).value().at({"local", "eve"}).size() <= 1);
}

TEST_F(DeciderTest, nothing_is_enforced_on_what_a_stale_source_said) {
    set_mode(Mode::enforce);
    violate("eve");
    distrust = "source main is stale";
    violate("eve");
    EXPECT_EQ(decisions().back().state, DecisionState::warned);
    EXPECT_NE(decisions().back().reason.find("source main is stale"), std::string::npos);
    EXPECT_TRUE(executor->open().empty());
}

TEST_F(DeciderTest, a_storm_of_blocks_is_stopped_and_goes_on_being_recorded) {
    set_mode(Mode::enforce);
    for (int i = 0; i < 12; ++i) {
        violate("user" + std::to_string(i));
        violate("user" + std::to_string(i));
    }
    EXPECT_EQ(executor->open().size(), 5U);
    EXPECT_EQ(decisions().size(), 24U);
}

TEST_F(DeciderTest, what_could_not_be_written_is_decided_later_unless_it_is_over) {
    set_mode(Mode::enforce);
    violate("eve");
    disk.full = true;
    violate("eve");
    violate("eve");
    EXPECT_TRUE(executor->open().empty()) << "nothing without a record";
    const auto told = events.newest();
    again();
    EXPECT_EQ(events.newest(), told) << "the alarm is not repeated every two seconds";
    disk.full = false;
    again();
    EXPECT_TRUE(executor->open().empty()) << "nobody is blocked for what is over";
}

TEST_F(DeciderTest, a_reload_does_not_close_an_open_breaker) {
    set_mode(Mode::enforce);
    for (int i = 0; i < 12; ++i) {
        violate("user" + std::to_string(i));
        violate("user" + std::to_string(i));
    }
    ASSERT_TRUE(decider->breaker().is_open(clock.now()));
    int alarms = 0;
    for (const auto& entry : events.after(0, 1000)) {
        alarms += entry.happening.topic == control::Topic::alarm ? 1 : 0;
    }
    EXPECT_EQ(alarms, 1) << "the operator is told once that blocking stopped";
    decider->set_breaker(policy::BreakerRule{});
    EXPECT_TRUE(decider->breaker().is_open(clock.now()));
}

TEST_F(DeciderTest, a_decision_tells_how_to_undo_it) {
    set_mode(Mode::enforce);
    violate("eve");
    const Evidence evidence = decisions()[0].evidence;
    EXPECT_FALSE(evidence.timeline.empty());
    EXPECT_NE(
        std::ranges::find(evidence.next, "release it: fairgate undo --account eve"),
        evidence.next.end()
    );
}

TEST_F(DeciderTest, what_the_breaker_held_back_is_decided_again_when_it_is_closed) {
    set_mode(Mode::enforce);
    for (int i = 0; i < 6; ++i) {
        violate("user" + std::to_string(i));
    }
    clock.advance(1min);
    for (int i = 0; i < 6; ++i) {
        violate("user" + std::to_string(i));
    }
    share("user5");
    ASSERT_EQ(decisions().back().state, DecisionState::warned);
    decider->breaker().close();
    decide_again();
    EXPECT_EQ(decisions().back().state, DecisionState::in_force);
    EXPECT_EQ(decisions().back().step, 2) << "it is the same violation, so not a step further";
    const std::size_t before = decisions().size();
    decide_again();
    EXPECT_EQ(decisions().size(), before);
}

TEST_F(DeciderTest, who_was_let_pass_meanwhile_is_not_decided_about_again) {
    violate("eve");
    share("eve");
    Rules rules;
    rules.modes = policy::ModeTable(Mode::enforce);
    Exemption exemption;
    exemption.account = {"local", "eve"};
    rules.exceptions.add(exemption);
    unit.engine->set_rules(std::move(rules));
    decide_again();
    EXPECT_EQ(decisions().size(), 1U);
    EXPECT_TRUE(executor->open().empty());
}

TEST_F(DeciderTest, a_warning_is_given_time_and_only_where_the_ladder_goes_on) {
    set_mode(Mode::enforce);
    violate("eve");
    EXPECT_TRUE(decider->warned_long_enough(clock.now() + 9min).empty());
    EXPECT_EQ(decider->warned_long_enough(clock.now() + 10min).size(), 1U);
    decider->set_ladder(policy::Ladder{.steps = {{Action::warn, std::nullopt}}});
    EXPECT_TRUE(decider->warned_long_enough(clock.now() + 1h).empty());
}

}  // namespace
}  // namespace fairgate::daemon
