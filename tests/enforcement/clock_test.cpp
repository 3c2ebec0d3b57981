#include "enforcement/harness.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

// Somebody sets the machine's clock: what was to last ten minutes still lasts ten minutes.
namespace fairgate::enforcement {
namespace {

using namespace std::chrono_literals;

boost::asio::awaitable<int> told(Executor& executor, Duration by) {
    co_await executor.clock_was_set(by);
    co_return 0;
}

class ClockTest : public testing::Test {
protected:
    ClockTest() {
        program.world.create("ali");
        program.world.create("sara");
    }
    MeasureId block(const std::string& name, std::optional<Duration> length) {
        const Measure measure = program.block(name, length).value().measure;
        program.settle();
        return measure.id;
    }
    /// As the daemon does: it is told before anybody sees the new time.
    void set_clock(Duration by) {
        program.clock.advance(by);
        tell(by);
    }
    void tell(Duration by) {
        run(program.io, [&] { return told(program.executor(), by); });
        program.settle();
    }

    Program program;
};

TEST_F(ClockTest, a_clock_set_forward_releases_nobody_early) {
    const MeasureId id = block("ali", 10min);
    program.pass(4min);
    set_clock(2h);
    program.pass(6min - 5s);
    EXPECT_EQ(program.status("ali"), "disabled");
    program.pass(10s);
    EXPECT_EQ(program.status("ali"), "active");
    EXPECT_EQ(program.measure(id).state, MeasureState::lifted);
}

TEST_F(ClockTest, a_clock_set_back_keeps_nobody_blocked_longer) {
    block("ali", 10min);
    program.pass(4min);
    set_clock(-24h);
    program.pass(6min - 5s);
    EXPECT_EQ(program.status("ali"), "disabled");
    program.pass(10s);
    EXPECT_EQ(program.status("ali"), "active");
}

TEST_F(ClockTest, the_new_end_is_written_with_the_reason_and_survives_a_crash) {
    const MeasureId id = block("ali", 10min);
    const TimePoint due = program.measure(id).due.value();
    set_clock(2h);
    EXPECT_EQ(program.measure(id).due, due + 2h);
    EXPECT_EQ(program.kept->decisions().get(program.measure(id).decision).value().until, due + 2h);
    EXPECT_EQ(
        program.kept->measures().history(id).value().back().what,
        "the clock was set forward by 2 h, its times moved with it"
    );
    program.restart();
    program.pass(10min - 5s);
    EXPECT_EQ(program.status("ali"), "disabled");
    program.pass(10s);
    EXPECT_EQ(program.status("ali"), "active");
}

TEST_F(ClockTest, a_clock_set_back_while_nobody_ran_is_seen_at_the_start) {
    block("ali", 10min);
    program.pass(1min);
    block("sara", 10min);
    program.clock.advance(-3h);
    program.restart();
    program.pass(9min + 30s);
    EXPECT_EQ(program.status("ali"), "active");
    EXPECT_EQ(program.status("sara"), "disabled");
    program.pass(1min);
    EXPECT_EQ(program.status("sara"), "active");
}

TEST_F(ClockTest, a_crash_while_the_times_are_moved_moves_none_twice) {
    const MeasureId ali = block("ali", 10min);
    const MeasureId sara = block("sara", 10min);
    Measure moved = program.measure(ali);
    moved.changed -= 3h;
    moved.created -= 3h;
    *moved.due -= 3h;
    ASSERT_TRUE(program.kept->measures().record(moved, "moved", program.clock.now() - 3h));
    program.clock.advance(-3h);
    program.restart();
    program.pass(9min + 30s);
    EXPECT_EQ(program.status("ali"), "disabled");
    EXPECT_EQ(program.status("sara"), "disabled");
    program.pass(1min);
    EXPECT_EQ(program.status("ali"), "active");
    EXPECT_EQ(program.measure(sara).state, MeasureState::lifted);
}

TEST_F(ClockTest, a_panel_that_is_down_is_asked_again_as_soon_as_before) {
    block("ali", 1min);
    program.world.fail_next(std::vector<Fault>(5, Fault::before));
    program.pass(70s);
    EXPECT_EQ(program.status("ali"), "disabled");
    set_clock(-5h);
    program.pass(3min);
    EXPECT_EQ(program.status("ali"), "active");
}

TEST_F(ClockTest, a_block_without_an_end_stays_without_one) {
    const MeasureId id = block("ali", std::nullopt);
    set_clock(100h);
    set_clock(-200h);
    program.pass(1h, 1min);
    EXPECT_EQ(program.status("ali"), "disabled");
    EXPECT_EQ(program.measure(id).due, std::nullopt);
}

TEST_F(ClockTest, the_end_moves_even_if_the_disk_is_full) {
    const MeasureId id = block("ali", 10min);
    program.store.failing_writes = 1000;
    set_clock(2h);
    program.pass(5min);
    EXPECT_EQ(program.status("ali"), "disabled");
    program.store.failing_writes = 0;
    program.pass(1min);
    EXPECT_GT(program.measure(id).due, program.clock.now());
    program.pass(5min);
    EXPECT_EQ(program.status("ali"), "active");
}

RC_GTEST_PROP(clock, whatever_is_done_to_it_a_block_lasts_as_long_as_it_was_to, ()) {
    Program program;
    program.world.create("ali");
    const Measure measure = program.block("ali", 10min).value().measure;
    program.settle();
    Duration passed{};
    while (passed < 10min - 10s) {
        const auto by = std::chrono::minutes(*rc::gen::inRange(-500, 500));
        program.clock.advance(by);
        run(program.io, [&] { return told(program.executor(), by); });
        const auto pause = std::chrono::seconds(*rc::gen::inRange(5, 200));
        const Duration step = std::min<Duration>(pause, 10min - 10s - passed);
        program.pass(step);
        passed += step;
        RC_ASSERT(program.status("ali") == "disabled");
    }
    program.pass(20s);
    RC_ASSERT(program.status("ali") == "active");
    RC_ASSERT(program.measure(measure.id).state == MeasureState::lifted);
}

}  // namespace
}  // namespace fairgate::enforcement
