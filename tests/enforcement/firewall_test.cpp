#include "base/run.hpp"
#include "enforcement/address_enforcer.hpp"
#include "enforcement/harness.hpp"
#include "enforcement/memory_blocker_test.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>

// The executor with a firewall: what is blocked, for how long, and after which crash.
namespace fairgate::enforcement {
namespace {

using namespace std::chrono_literals;

const Denial first{.address = *Address::parse("203.0.113.5")};
const Denial second{.address = *Address::parse("2001:db8::5"), .local_port = 443};

boost::asio::awaitable<Result<std::vector<Denial>>> both() {
    co_return std::vector<Denial>{first, second};
}

class FirewallTest : public testing::Test {
protected:
    FirewallTest() { start(); }
    ~FirewallTest() override { end(); }

    void start() {
        crash.revive();
        journal_.emplace(*store_, io_.get_executor(), io_.get_executor());
        enforcer_ = std::make_unique<AddressEnforcer>(
            std::make_unique<MemoryBlocker>(
                rules,
                [this] {
                    crash.pass();
                    return true;
                }
            ),
            [] { return Result<kernel::ProtectedTargets>(kernel::ProtectedTargets()); },
            [](const Measure&) { return both(); },
            io_.get_executor(),
            clock
        );
        Listeners listeners;
        listeners.alarm = [this](const Alarm& alarm) { alarms.push_back(alarm.error.code); };
        executor_ = std::make_unique<Executor>(
            io_.get_executor(),
            clock,
            *journal_,
            std::vector<Enforcer*>{enforcer_.get()},
            ExecutorSettings(),
            listeners
        );
    }
    void end() {
        crash.kill();
        io_.restart();
        io_.poll();  // whatever still runs comes to its next point, and no further
        executor_.reset();
    }
    void restart() {
        end();
        start();
        fairgate::run(io_, [this] { return executor_->resume(); }).value();
    }

    /// A new machine.
    void begin_anew() {
        end();
        kept_ = store::memory::make_store();
        rules.clear();
        store_.emplace(*kept_, crash);
        start();
    }

    /// The program may end anywhere in it.
    void block(Duration length) {
        Decision decision;
        decision.account = {"main", "ali"};
        decision.action = Action::block;
        decision.mode = Mode::enforce;
        decision.decided = clock.now();
        decision.until = clock.now() + length;
        fairgate::run(io_, [&] {
            return executor_->carry_out(decision, "firewall:memory");
        }).value();
    }
    void pass(Duration time) {
        for (; time > Duration(0) && !crash.dead(); time -= 5s) {
            clock.advance(5s);
            fairgate::run(io_, [this] { return settled(*executor_); });
        }
    }
    Measure measure() { return kept_->measures().list({}, {.limit = 1}).value().rows.front(); }
    std::size_t measures() { return kept_->measures().list({}, {.limit = 2}).value().rows.size(); }

    ManualClock clock{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)};
    Rules rules;
    CrashPoints crash;
    std::vector<std::string> alarms;

private:
    static boost::asio::awaitable<int> settled(Executor& executor) {
        co_await executor.settle();
        co_return 0;
    }

    std::unique_ptr<store::Store> kept_ = store::memory::make_store();
    std::optional<ShakyStore> store_{std::in_place, *kept_, crash};
    boost::asio::io_context io_;
    std::optional<Journal> journal_;
    std::unique_ptr<AddressEnforcer> enforcer_;
    std::unique_ptr<Executor> executor_;
};

TEST_F(FirewallTest, a_block_comes_into_force_and_ends_in_time) {
    block(10min);
    pass(10s);
    EXPECT_EQ(measure().state, MeasureState::active);
    EXPECT_EQ(rules.size(), 2U);
    pass(9min);
    EXPECT_EQ(rules.size(), 2U);
    pass(1min);
    EXPECT_EQ(measure().state, MeasureState::lifted);
    EXPECT_TRUE(rules.empty());
    EXPECT_TRUE(alarms.empty());
}

TEST_F(FirewallTest, a_flushed_firewall_is_filled_again_within_a_minute) {
    block(10min);
    pass(10s);
    rules.clear();
    pass(1min);
    EXPECT_EQ(rules.size(), 2U);
    EXPECT_EQ(measure().state, MeasureState::active);
    pass(10min);
    EXPECT_TRUE(rules.empty());
    EXPECT_TRUE(alarms.empty());
}

TEST_F(FirewallTest, wherever_it_is_killed_the_block_holds_and_ends_in_time) {
    int reached = 0;
    for (int point = 1; point < 100; ++point) {
        begin_anew();
        crash.crash_at(point);
        const auto due = clock.now() + 5min;
        try {
            block(5min);
            pass(5min + 10s);
        } catch (const Crash&) {  // NOLINT(bugprone-empty-catch): it is dead, and that is looked at
        }
        reached += crash.dead() ? 1 : 0;
        crash.crash_at(0);
        restart();
        const bool decided = measures() == 1;
        if (decided && clock.now() + 30s < due) {
            pass(20s);
            EXPECT_EQ(rules.size(), 2U) << "killed at point " << point;
        }
        pass(6min);
        EXPECT_TRUE(rules.empty()) << "killed at point " << point;
        if (decided) {
            EXPECT_EQ(measure().state, MeasureState::lifted) << "killed at point " << point;
        }
    }
    EXPECT_GT(reached, 10);
}

}  // namespace
}  // namespace fairgate::enforcement
