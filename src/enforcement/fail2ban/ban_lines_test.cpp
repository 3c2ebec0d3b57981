#include "enforcement/fail2ban/ban_lines.hpp"

#include "enforcement/fail2ban/fail2ban.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace fairgate::enforcement::fail2ban {
namespace {

const TimePoint now{std::chrono::seconds(1777629600)};
const Address address = *Address::parse("198.51.100.7");

TEST(ban_lines, the_line_of_3x_ui_is_as_its_jail_waits_for_it) {
    const std::string line = limit_ip_line("alice", address, now);
    // The date is in local time; what follows it is not.
    EXPECT_EQ(
        line.substr(std::string("2026/05/01 10:00:00").size()),
        " [LIMIT_IP] Email = alice || Disconnecting OLD IP = 198.51.100.7 || Timestamp = "
        "1777629600 || SRC = 198.51.100.7\n"
    );
}

TEST(ban_lines, the_line_of_blocked_log_has_four_fields) {
    const std::string line = blocked_line("vless", "alice", "Bandwidth Limit Reached", now);
    EXPECT_EQ(
        line.substr(std::string("2026-05-01 10:00:00").size()),
        " | vless | alice | Bandwidth Limit Reached\n"
    );
}

TEST(ban_lines, a_name_cannot_forge_a_line_or_a_field) {
    const std::string name = "x\n2026/05/01 10:00:00 [LIMIT_IP] Email = y || OLD IP = 9.9.9.9 ||";
    const std::string line = limit_ip_line(name, address, now);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_EQ(line.find("||"), line.find(" || Disconnecting") + 1);
}

TEST(ban_lines, lines_are_appended) {
    const std::string file = testing::TempDir() + "fairgate-ban-lines.log";
    std::remove(file.c_str());
    ASSERT_TRUE(append_line(file, "one\n"));
    ASSERT_TRUE(append_line(file, "two\n"));
    std::ifstream read(file);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(read), {}), "one\ntwo\n");
    std::remove(file.c_str());
    EXPECT_EQ(append_line("/nowhere/at/all", "x\n").error().code, "FG-ENF-023");
}

TEST(fail2ban, banned_addresses_are_read_and_nothing_else) {
    const auto banned = read_banned("203.0.113.5 2001:db8::5 not-an-ip\n");
    ASSERT_EQ(banned.size(), 2U);
    EXPECT_EQ(banned.back().text(), "2001:db8::5");
}

}  // namespace
}  // namespace fairgate::enforcement::fail2ban
