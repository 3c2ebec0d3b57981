#include "backends/xray/methods.hpp"

#include "backends/xray/releases.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace fairgate::backends::xray {
namespace {

TEST(methods, these_are_all_the_calls_there_are) {
    std::set<std::string> paths;
    for (const Method method : methods()) {
        paths.insert(path_of(Core::xray, method));
    }
    const std::set<std::string> allowed{
        "/xray.app.stats.command.StatsService/GetSysStats",
        "/xray.app.stats.command.StatsService/QueryStats",
        "/xray.app.stats.command.StatsService/GetUsersStats",
        "/xray.app.stats.command.StatsService/GetAllOnlineUsers",
        "/xray.app.stats.command.StatsService/GetStatsOnlineIpList",
        "/xray.app.proxyman.command.HandlerService/ListInbounds",
        "/xray.app.proxyman.command.HandlerService/GetInboundUsers",
        "/xray.app.proxyman.command.HandlerService/GetInboundUsersCount",
        "/xray.app.proxyman.command.HandlerService/AlterInbound",
    };
    EXPECT_EQ(paths, allowed);
    EXPECT_EQ(
        type_of(Core::xray, Operation::add_user), "xray.app.proxyman.command.AddUserOperation"
    );
    EXPECT_EQ(
        type_of(Core::v2ray, Operation::remove_user),
        "v2ray.core.app.proxyman.command.RemoveUserOperation"
    );
}

/// The definitions without their comments.
std::string definitions() {
    std::ifstream file("src/backends/xray/core.proto");
    std::string all;
    for (std::string line; std::getline(file, line);) {
        all += line.substr(0, line.find("//")) + "\n";
    }
    return all;
}

TEST(methods, no_message_can_reset_a_counter_or_change_a_route) {
    const std::string text = definitions();
    ASSERT_NE(text.find("message StatsQuery"), std::string::npos);
    for (const char* const word : {"reset", "Rule", "rule", "Outbound", "outbound", "AddInbound"}) {
        EXPECT_EQ(text.find(word), std::string::npos) << word;
    }
}

TEST(methods, the_package_tells_whose_accounts_an_inbound_holds) {
    EXPECT_EQ(package_of("xray.proxy.vless.Account"), "xray.proxy.vless");
    EXPECT_EQ(package_of("xray.proxy.vless.inbound.Config"), "xray.proxy.vless");
    EXPECT_EQ(package_of("v2ray.core.proxy.trojan.Account"), "v2ray.core.proxy.trojan");
    EXPECT_EQ(package_of("xray.app.log.Config"), "");
    EXPECT_NE(
        package_of("xray.proxy.shadowsocks.Account"),
        package_of("xray.proxy.shadowsocks_2022.Account")
    );
}

Abilities abilities(bool users, bool list, bool online) {
    return {Core::xray, true, true, users, list, online};
}

TEST(releases, what_is_answered_is_the_version) {
    EXPECT_EQ(release_range(abilities(false, false, false)), "Xray before 24.11.5");
    EXPECT_EQ(release_range(abilities(true, false, false)), "Xray 24.11.5 or newer, before 25.6.7");
    EXPECT_EQ(release_range(abilities(true, true, false)), "Xray 25.6.7 or newer, before 26.4.13");
    EXPECT_EQ(release_range(abilities(true, true, true)), "Xray 26.4.13 or newer");
}

TEST(releases, a_service_that_is_off_tells_nothing) {
    Abilities only_stats;
    only_stats.stats = true;
    EXPECT_EQ(release_range(only_stats), "Xray before 26.4.13");
}

}  // namespace
}  // namespace fairgate::backends::xray
