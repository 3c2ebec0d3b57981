#include "core/real_core.hpp"
#include "core/rig.hpp"
#include "core/vless.hpp"

#include <gtest/gtest.h>

#include <algorithm>

// What must hold with every real core: Debian's V2Ray, which cannot be asked for its users, and
// Xray.
namespace fairgate::core_test {
namespace {

class RealCores : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        const auto program = GetParam() == "v2ray" ? v2ray_program() : xray_program();
        if (!program) {
            GTEST_SKIP() << GetParam() << " is not here";
        }
        core = std::make_unique<RealCore>(*program);
        ASSERT_TRUE(core->alive()) << core->output();
        EnforcerSettings settings;
        settings.accounts_file = core->config_file();
        rig = std::make_unique<Rig>(core->api(), settings);
    }
    bool alice_comes_in() { return Visit(core->vless_port(), '1', echo.port).talks(); }
    bool bob_comes_in() { return Visit(core->vless_port(), '2', echo.port).talks(); }

    Echo echo;
    std::unique_ptr<RealCore> core;
    std::unique_ptr<Rig> rig;
};

TEST_P(RealCores, tells_which_core_it_is) {
    const auto abilities = rig->ask([&] { return rig->client.find_out(); });
    ASSERT_TRUE(abilities) << to_line(abilities.error());
    EXPECT_EQ(abilities->core, GetParam() == "v2ray" ? Core::v2ray : Core::xray);
    EXPECT_TRUE(abilities->stats);
    EXPECT_TRUE(abilities->handler);
    EXPECT_EQ(abilities->inbound_users, GetParam() == "xray");
    EXPECT_EQ(
        release_range(*abilities),
        GetParam() == "v2ray" ? "V2Ray" : "Xray 25.6.7 or newer, before 26.4.13"
    );
}

TEST_P(RealCores, counts_bytes_that_nobody_resets) {
    ASSERT_TRUE(alice_comes_in());
    for (int i = 0; i < 2; ++i) {
        const auto counters = rig->ask([&] { return rig->client.counters("user>>>"); });
        ASSERT_TRUE(counters) << to_line(counters.error());
        const auto up =
            std::ranges::find(*counters, "user>>>Alice>>>traffic>>>uplink", &Counter::name);
        ASSERT_NE(up, counters->end());
        EXPECT_GE(up->value, 5);
    }
}

TEST_P(RealCores, a_blocked_account_cannot_come_in_and_its_neighbour_can) {
    ASSERT_TRUE(alice_comes_in());
    const Measure blocked = rig->block("alice");
    ASSERT_EQ(rig->failure, "");
    EXPECT_FALSE(alice_comes_in());
    EXPECT_TRUE(bob_comes_in());
    EXPECT_EQ(rig->verify(blocked).value().kind, Verification::Kind::held);

    const auto restored = rig->restore(blocked);
    ASSERT_TRUE(restored) << to_line(restored.error());
    EXPECT_EQ(restored->kind, Restored::Kind::restored) << restored->text;
    EXPECT_TRUE(alice_comes_in());
}

TEST_P(RealCores, what_is_open_goes_on_until_it_is_cut) {
    Visit open(core->vless_port(), '1', echo.port);
    ASSERT_TRUE(open.talks());
    const Measure blocked = rig->block("Alice");
    EXPECT_TRUE(open.talks());
    EXPECT_FALSE(alice_comes_in());
}

TEST_P(RealCores, every_step_may_come_again) {
    Measure blocked = rig->block("Alice");
    ASSERT_EQ(rig->failure, "");
    EXPECT_EQ(rig->act(blocked).value().kind, Acted::Kind::done);
    const std::string before = blocked.before;
    EXPECT_EQ(rig->read(blocked).value().kind, Reading::Kind::found);
    EXPECT_EQ(blocked.before, before);
    EXPECT_EQ(rig->restore(blocked).value().kind, Restored::Kind::restored);
    EXPECT_EQ(rig->restore(blocked).value().kind, Restored::Kind::already);
    EXPECT_TRUE(alice_comes_in());
}

TEST_P(RealCores, after_a_restart_it_is_blocked_again) {
    const Measure blocked = rig->block("Alice");
    ASSERT_EQ(rig->verify(blocked).value().kind, Verification::Kind::held);
    // The uptime is told in whole seconds.
    std::this_thread::sleep_for(std::chrono::milliseconds(1'100));
    Measure older = blocked;
    ASSERT_EQ(rig->act(older).value().kind, Acted::Kind::done);
    core->stop();
    core->start();
    ASSERT_TRUE(alice_comes_in());
    EXPECT_EQ(rig->verify(older).value().kind, Verification::Kind::ineffective);
    EXPECT_EQ(rig->act(older).value().kind, Acted::Kind::done);
    EXPECT_FALSE(alice_comes_in());
    EXPECT_EQ(rig->restore(older).value().kind, Restored::Kind::restored);
    EXPECT_TRUE(alice_comes_in());
}

TEST_P(RealCores, whom_a_restart_has_released_is_not_added_twice) {
    Measure blocked = rig->block("Alice");
    std::this_thread::sleep_for(std::chrono::milliseconds(1'100));
    ASSERT_EQ(rig->act(blocked).value().kind, Acted::Kind::done);
    core->stop();
    core->start();
    EXPECT_EQ(rig->restore(blocked).value().kind, Restored::Kind::already);
    EXPECT_TRUE(alice_comes_in());
}

TEST_P(RealCores, an_account_that_it_does_not_have_is_gone) {
    Measure nobody = rig->measure("nobody");
    EXPECT_EQ(rig->read(nobody).value().kind, Reading::Kind::gone);
}

TEST_P(RealCores, while_it_is_away_every_step_says_so) {
    const Measure blocked = rig->block("Alice");
    core->stop();
    const auto restored = rig->restore(blocked);
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().code, "FG-NET-003") << to_line(restored.error());
}

TEST_P(RealCores, the_connection_is_kept) {
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(rig->ask([&] { return rig->client.uptime(); }));
    }
    EXPECT_EQ(rig->client.connections(), 1U);
}

TEST_P(RealCores, survives_everything_that_was_done_to_it) {
    for (const char* const account : {"Alice", "bob", "carol", "dave"}) {
        const Measure blocked = rig->block(account);
        EXPECT_EQ(rig->failure, "") << account;
        EXPECT_TRUE(rig->restore(blocked)) << account;
    }
    EXPECT_TRUE(core->alive()) << core->output();
}

INSTANTIATE_TEST_SUITE_P(real, RealCores, testing::Values("v2ray", "xray"), [](const auto& chosen) {
    return chosen.param;
});

}  // namespace
}  // namespace fairgate::core_test
