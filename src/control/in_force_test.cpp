#include "control/in_force.hpp"

#include "store/memory/store.hpp"

#include <gtest/gtest.h>

namespace fairgate::control {
namespace {

using namespace std::chrono_literals;

const TimePoint noon = TimePoint(std::chrono::sys_days{std::chrono::year(2026) / 11 / 20}) + 12h;

AccountFacts account(std::string name, std::vector<std::string> groups = {}) {
    AccountFacts facts;
    facts.key = {"main", std::move(name)};
    facts.groups = std::move(groups);
    return facts;
}

LimitSetting limit(LimitOrigin origin, std::string match, int devices) {
    LimitSetting setting;
    setting.origin = origin;
    setting.match = std::move(match);
    setting.devices = devices;
    return setting;
}

TEST(in_force, a_command_takes_the_place_of_the_files_entry) {
    config::Settings file;
    file.limits.general = 2;
    file.limits.accounts = {{"ali", 3}, {"sara", 4}};
    ByCommand commands;
    commands.limits = {limit(LimitOrigin::account, "ali", 5)};
    const InForce all = in_force(file, commands, noon);
    const policy::LimitBook book = limit_book(all, "main");
    EXPECT_EQ(book.resolve(account("ali")).chosen.devices, 5);
    EXPECT_EQ(book.resolve(account("sara")).chosen.devices, 4);
    EXPECT_EQ(book.resolve(account("omid")).chosen.devices, 2);
    ASSERT_EQ(all.limits.size(), 3U);
    EXPECT_EQ(all.limits.front().set_in, SetIn::command);
    EXPECT_EQ(all.limits.back().entry.origin, LimitOrigin::general);
}

TEST(in_force, without_a_general_limit_nobody_is_limited) {
    const policy::LimitBook book = limit_book(in_force({}, {}, noon), "main");
    EXPECT_EQ(book.resolve(account("ali")).chosen.devices, policy::unlimited);
}

TEST(in_force, the_four_ways_to_choose_by_name_mean_what_the_file_says) {
    config::Settings file;
    file.limits.patterns = {
        {{"vip_*", "", "", ""}, 3},
        {{"", "a*b", "", ""}, 4},
        {{"", "", "_family", ""}, 5},
        {{"", "", "", "u[0-9]+|w"}, 6},
    };
    const policy::LimitBook book = limit_book(in_force(file, {}, noon), "main");
    EXPECT_EQ(book.devices_for("vip_1"), 3);
    EXPECT_EQ(book.devices_for("a*bc"), 4);
    EXPECT_EQ(book.devices_for("axbc"), policy::unlimited);
    EXPECT_EQ(book.devices_for("x_family"), 5);
    EXPECT_EQ(book.devices_for("u12"), 6);
    EXPECT_EQ(book.devices_for("u12x"), policy::unlimited);
    EXPECT_EQ(book.devices_for("xw"), policy::unlimited);
}

TEST(in_force, when_a_commands_time_is_over_the_files_entry_counts_again) {
    config::Settings file;
    file.mode.global = Mode::enforce;
    ModeOverride pause;
    pause.mode = Mode::shadow;
    pause.until = noon + 2h;
    ByCommand commands;
    commands.modes = {pause};
    const InForce now = in_force(file, commands, noon);
    EXPECT_EQ(mode_table(now).resolve(account("ali"), noon).mode, Mode::shadow);
    EXPECT_EQ(now.changes_at, noon + 2h);
    const InForce later = in_force(file, commands, noon + 2h);
    EXPECT_EQ(mode_table(later).resolve(account("ali"), noon + 2h).mode, Mode::enforce);
    EXPECT_EQ(later.modes.front().set_in, SetIn::file);
    EXPECT_FALSE(later.changes_at);
}

TEST(in_force, a_command_may_be_stricter_than_the_file_and_a_group_is_still_spared) {
    config::Settings file;
    file.mode.groups = {{"trial", Mode::warn, std::nullopt}};
    ModeOverride enforce;
    enforce.mode = Mode::enforce;
    ByCommand commands;
    commands.modes = {enforce};
    const policy::ModeTable modes = mode_table(in_force(file, commands, noon));
    EXPECT_EQ(modes.resolve(account("ali"), noon).mode, Mode::enforce);
    EXPECT_EQ(modes.resolve(account("ali", {"trial"}), noon).mode, Mode::warn);
}

TEST(in_force, an_entry_of_one_backend_is_none_of_another) {
    ByCommand commands;
    commands.limits = {limit(LimitOrigin::account, "ali", 5)};
    commands.limits[0].backend = "main";
    Exemption exemption;
    exemption.account = {"main", "ali"};
    commands.exemptions = {exemption};
    const InForce all = in_force({}, commands, noon);
    EXPECT_EQ(limit_book(all, "main").devices_for("ali"), 5);
    EXPECT_EQ(limit_book(all, "other").devices_for("ali"), policy::unlimited);
    EXPECT_TRUE(exceptions(all, {}, "main").find({"main", "ali"}, noon));
    EXPECT_FALSE(exceptions(all, {}, "other").find({"other", "ali"}, noon));
}

TEST(in_force, what_is_not_counted_is_not_blocked_either) {
    config::Settings file;
    file.trust.never_counted = {Network::parse("192.0.2.0/24").value()};
    file.trust.never_blocked = {Network::parse("198.51.100.7").value()};
    const InForce all = in_force(file, {}, noon);
    const NoNetworkTable networks;
    const Address monitor = Address::parse("192.0.2.9").value();
    const Address office = Address::parse("198.51.100.7").value();
    const auto counted = trust_list(all, TrustEffect::never_counted);
    const auto blocked = trust_list(all, TrustEffect::never_blocked);
    EXPECT_TRUE(counted.find(monitor, networks, noon));
    EXPECT_TRUE(blocked.find(monitor, networks, noon));
    EXPECT_FALSE(counted.find(office, networks, noon));
    EXPECT_TRUE(blocked.find(office, networks, noon));
}

TEST(in_force, what_commands_set_is_read_from_the_store) {
    const auto store = store::memory::make_store();
    ASSERT_TRUE(store->limits().set(limit(LimitOrigin::general, "", 3)));
    const ByCommand commands = read_by_command(*store).value();
    ASSERT_EQ(commands.limits.size(), 1U);
    EXPECT_EQ(commands.limits[0].devices, 3);
}

}  // namespace
}  // namespace fairgate::control
