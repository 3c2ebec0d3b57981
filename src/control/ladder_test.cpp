#include "control/ladder.hpp"

#include "control/fake_daemon_test.hpp"

#include <gtest/gtest.h>

namespace fairgate::control {
namespace {

using namespace std::chrono_literals;

class LadderTest : public testing::Test {
protected:
    Result<Change> set(LadderChange change, control::Run run = control::Run::for_real) {
        return daemon.ask([&] {
            return set_ladder(daemon.desk(), FakeDaemon::somebody(), change, "why", run);
        });
    }
    Result<Change> set_steps(std::vector<std::string> steps) {
        LadderChange change;
        change.steps = std::move(steps);
        return set(std::move(change));
    }
    LadderNow now() {
        return daemon.ask([&] { return show_ladder(daemon.live, daemon.records()); }).value();
    }

    FakeDaemon daemon;
};

TEST_F(LadderTest, what_is_set_is_in_force_and_says_how_to_go_back) {
    EXPECT_EQ(
        set_steps({"warn", "15m", "revoke"}).value().message,
        "the ladder: warn, 15m, revoke; within 7d; a warning lasts 10m (for decisions from now on)"
    );
    EXPECT_EQ(now().steps, (std::vector<std::string>{"warn", "15m", "revoke"}));
    EXPECT_EQ(now().source, SetIn::command);
    LadderChange change;
    change.instant = 70;
    EXPECT_EQ(
        set(change).value().undo,
        "fairgate ladder set warn 15m revoke --window 7d --warning 10m --instant 0 --reason why"
    );
    EXPECT_EQ(now().instant, 70);
    const auto reset = daemon.ask([&] {
        return reset_ladder(daemon.desk(), FakeDaemon::somebody(), control::Run::for_real);
    });
    EXPECT_TRUE(reset.value().changed);
    EXPECT_EQ(now().steps.front(), "warn");
    EXPECT_EQ(now().source, SetIn::file);
}

TEST_F(LadderTest, one_that_the_file_could_not_have_is_refused_whole) {
    EXPECT_EQ(set_steps({"warn", "soon"}).error().code, "FG-CTL-004");
    EXPECT_EQ(set_steps({"forever", "1h"}).error().code, "FG-CTL-004");
    EXPECT_EQ(set_steps({"revoke", "1h"}).error().code, "FG-CTL-004");
    EXPECT_EQ(set_steps({"warn", "1s"}).error().code, "FG-CTL-004");
    LadderChange change;
    change.window = 1min;
    EXPECT_EQ(set(change).error().code, "FG-CTL-004");
    change = {};
    change.instant = 101;
    EXPECT_EQ(set(change).error().code, "FG-CTL-004");
    EXPECT_EQ(now().source, SetIn::file);
}

TEST_F(LadderTest, a_dry_run_and_the_same_ladder_change_nothing) {
    LadderChange change;
    change.warning = 3min;
    EXPECT_EQ(set(change, control::Run::dry).value().plan->size(), 2U);
    EXPECT_EQ(now().warning, Duration(10min));
    ASSERT_TRUE(set(change).value().changed);
    EXPECT_FALSE(set(change).value().changed);
}

}  // namespace
}  // namespace fairgate::control
