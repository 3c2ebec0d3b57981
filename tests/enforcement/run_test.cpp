#include "enforcement/harness.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

// The executor as the daemon uses it: running, asked from outside, and stopped.
namespace fairgate::enforcement {
namespace {

using namespace std::chrono_literals;

/// Takes orders and never answers.
class SilentEnforcer final : public Enforcer {
public:
    explicit SilentEnforcer(boost::asio::io_context& io) : never_(io, 24h) {}

    std::string_view name() const override { return "silent"; }
    bool supports(Action) const override { return true; }
    boost::asio::awaitable<Result<Reading>> read(const Measure&) override {
        ++asked;
        co_await never_.async_wait(boost::asio::use_awaitable);
        co_return Reading();
    }
    boost::asio::awaitable<Result<Acted>> act(const Measure&) override { co_return Acted(); }
    boost::asio::awaitable<Result<Verification>> verify(const Measure&) override {
        co_return Verification();
    }
    boost::asio::awaitable<Result<Restored>> restore(const Measure&) override {
        co_return Restored();
    }

    int asked = 0;

private:
    boost::asio::steady_timer never_;
};

class RunTest : public testing::Test {
protected:
    RunTest() { program.world.create("ali"); }

    Task started(Executor& executor) {
        return spawn(
            program.io.get_executor(), "executor", [&] { return executor.run(); }, nullptr
        );
    }
    template <class Reached>
    void run_until(const Reached& reached) {
        program.io.restart();
        while (!reached() && program.io.run_one() > 0) {
        }
    }

    Program program;
};

TEST_F(RunTest, an_order_is_carried_out_as_soon_as_it_comes) {
    const Task task = started(program.executor());
    const MeasureId id = program.block("ali", 10min).value().measure.id;
    run_until([&] { return program.measure(id).state == MeasureState::active; });
    EXPECT_EQ(program.status("ali"), "disabled");
    ASSERT_TRUE(program.undo(id));
    run_until([&] { return program.measure(id).state == MeasureState::lifted; });
    EXPECT_EQ(program.status("ali"), "active");
}

TEST_F(RunTest, many_accounts_are_carried_out_side_by_side) {
    const Task task = started(program.executor());
    for (int i = 0; i < 100; ++i) {
        const std::string name = "user" + std::to_string(i);
        program.world.create(name);
        ASSERT_TRUE(program.block(name, 10min));
    }
    store::MeasureFilter active;
    active.states = {MeasureState::active};
    const auto count = [&] {
        return program.kept->measures().list(active, {.limit = 1000}).value().rows.size();
    };
    run_until([&] { return count() == 100; });
    EXPECT_EQ(count(), 100U);
}

TEST_F(RunTest, stopping_ends_the_steps_that_are_under_way_and_loses_nothing) {
    SilentEnforcer silent(program.io);
    Journal journal(program.store, program.io.get_executor(), program.io.get_executor());
    Executor executor(
        program.io.get_executor(), program.clock, journal, {&silent}, {}, Listeners{}
    );
    Task task = started(executor);
    Decision decision;
    decision.account = {"main", "ali"};
    decision.action = Action::block;
    const auto carried =
        run(program.io, [&] { return executor.carry_out(decision, "silent"); }).value();
    run_until([&] { return silent.asked == 1; });
    task.cancel();
    run_until([&] { return task.finished(); });
    EXPECT_TRUE(task.finished());
    EXPECT_EQ(program.measure(carried.measure.id).state, MeasureState::pending);
    EXPECT_EQ(program.measure(carried.measure.id).attempts, 0);
}

}  // namespace
}  // namespace fairgate::enforcement
