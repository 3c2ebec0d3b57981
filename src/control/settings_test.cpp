#include "control/exemptions.hpp"
#include "control/fake_daemon_test.hpp"
#include "control/modes.hpp"
#include "control/trust.hpp"

#include <gtest/gtest.h>

namespace fairgate::control {
namespace {

class SettingsTest : public testing::Test {
protected:
    Result<Change> exempt(
        const std::string& account,
        std::optional<TimePoint> until = std::nullopt,
        control::Run run = control::Run::for_real
    ) {
        return daemon.ask([&] {
            return add_exemption(
                daemon.desk(), FakeDaemon::somebody(), account, until, "reseller", run
            );
        });
    }
    Result<Change> limit_again(const std::string& account) {
        return daemon.ask([&] {
            return remove_exemption(
                daemon.desk(), FakeDaemon::somebody(), account, control::Run::for_real
            );
        });
    }
    Result<Change> trust(const std::string& network, TrustEffect effect) {
        return daemon.ask([&] {
            return add_trust(
                daemon.desk(),
                FakeDaemon::somebody(),
                network,
                effect,
                std::nullopt,
                "",
                control::Run::for_real
            );
        });
    }
    Result<Change> mode(ModeTarget target, Mode wanted, std::optional<Duration> length = {}) {
        return daemon.ask([&] {
            return set_mode(
                daemon.desk(),
                FakeDaemon::somebody(),
                target,
                wanted,
                length,
                "",
                control::Run::for_real
            );
        });
    }

    FakeDaemon daemon;
};

TEST_F(SettingsTest, exempting_twice_says_since_when) {
    EXPECT_EQ(
        exempt("ali")->message,
        "ali is exempt for good (effective now; no account of that name is known yet)"
    );
    EXPECT_EQ(exempt("ali")->undo, "");
    const Change again = exempt("ali").value();
    EXPECT_FALSE(again.changed);
    EXPECT_EQ(again.message, "ali is exempt for good already since 2026-11-20T12:00:00Z");
    EXPECT_TRUE(exempt("ali", noon + 24h)->changed);
    EXPECT_EQ(
        limit_again("ali")->undo,
        "fairgate exempt add ali --until 2026-11-21T12:00:00Z --reason reseller"
    );
    EXPECT_FALSE(limit_again("ali")->changed);
}

TEST_F(SettingsTest, an_exemption_is_shown_while_it_lasts) {
    ASSERT_TRUE(exempt("ali", noon + 1h));
    const auto show = [&] {
        return daemon.ask([&] { return show_exemption(daemon.live, daemon.records(), "ali"); });
    };
    EXPECT_EQ(show()->reason, "reseller");
    daemon.live.time += 1h;
    EXPECT_EQ(show().error().code, "FG-CTL-006");
    EXPECT_EQ(exempt("ali", noon).error().code, "FG-CTL-004");
}

TEST_F(SettingsTest, what_a_file_exempts_a_command_does_not_limit) {
    daemon.live.file.exempt.accounts = {{"ali", std::nullopt, "boss"}};
    EXPECT_EQ(limit_again("ali").error().code, "FG-CTL-005");
}

TEST_F(SettingsTest, trust_takes_addresses_networks_and_as_numbers) {
    EXPECT_EQ(
        trust("192.0.2.0/24", TrustEffect::never_counted)->message,
        "192.0.2.0/24 is never counted (effective now)"
    );
    EXPECT_FALSE(trust("192.0.2.0/24", TrustEffect::never_counted)->changed);
    EXPECT_TRUE(trust("192.0.2.0/24", TrustEffect::never_blocked)->changed);
    EXPECT_TRUE(trust("as64500", TrustEffect::never_blocked)->changed);
    EXPECT_EQ(trust("example.org", TrustEffect::never_blocked).error().code, "FG-CTL-004");
    const auto remove = [&](std::optional<TrustEffect> effect) {
        return daemon.ask([&, effect] {
            return remove_trust(
                daemon.desk(), FakeDaemon::somebody(), "AS64500", effect, control::Run::for_real
            );
        });
    };
    EXPECT_FALSE(remove(TrustEffect::never_counted)->changed);
    EXPECT_EQ(remove(std::nullopt)->undo, "fairgate trust add AS64500 --effect never_blocked");
}

TEST_F(SettingsTest, a_test_of_trust_says_which_entry_holds) {
    AddressNow now;
    now.never_blocked_by = "198.51.100.7";
    now.network = {Asn{64500}, "Example", "DE"};
    daemon.live.addresses[Address::parse("198.51.100.7").value()] = now;
    const TrustTest test = test_trust(daemon.live, "198.51.100.7").value();
    EXPECT_TRUE(test.counted);
    EXPECT_FALSE(test.blockable);
    EXPECT_EQ(test.because, "never blocked: 198.51.100.7");
    EXPECT_EQ(test.network, "AS64500 Example");
    EXPECT_EQ(test_trust(daemon.live, "x").error().code, "FG-CTL-004");
}

TEST_F(SettingsTest, a_mode_says_from_what_to_what_and_until_when) {
    EXPECT_EQ(
        mode({}, Mode::enforce, 2h)->message,
        "the mode: shadow -> enforce until 2026-11-20T14:00:00Z (effective now)"
    );
    EXPECT_EQ(mode({}, Mode::enforce)->undo, "fairgate mode set enforce --for 7200s");
    EXPECT_FALSE(mode({}, Mode::enforce)->changed);
    EXPECT_EQ(daemon.events.after(0, 1).at(0).happening.topic, Topic::mode);
}

TEST_F(SettingsTest, a_mode_that_has_no_effect_says_so) {
    const Change change = mode({ModeScope::group, "gold", ""}, Mode::enforce).value();
    EXPECT_NE(change.message.find("no effect"), std::string::npos);
    EXPECT_EQ(change.undo, "fairgate mode clear --group gold");
}

TEST_F(SettingsTest, clearing_a_mode_goes_back_to_the_file) {
    ASSERT_TRUE(mode({}, Mode::enforce));
    const auto clear = [&] {
        return daemon.ask([&] {
            return clear_mode(daemon.desk(), FakeDaemon::somebody(), {}, control::Run::for_real);
        });
    };
    EXPECT_TRUE(clear()->changed);
    EXPECT_EQ(clear().error().code, "FG-CTL-005");
}

}  // namespace
}  // namespace fairgate::control
