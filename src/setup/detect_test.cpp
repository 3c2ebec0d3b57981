#include "setup/detect.hpp"

#include "setup/protect.hpp"
#include "setup/tree_test.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <utmpx.h>

namespace fairgate::setup {
namespace {

const Finding* find(const Findings& all, std::string_view name) {
    const auto found =
        std::ranges::find_if(all, [&](const Finding& each) { return each.name == name; });
    return found == all.end() ? nullptr : &*found;
}

TEST(detect, an_empty_machine_has_nothing) {
    const Tree tree;
    EXPECT_TRUE(detect(tree.root(), a_day).empty());
}

TEST(detect, a_panel_is_found_with_its_port_and_how_sure_that_is) {
    const Tree tree;
    tree.write("opt/pasarguard/.env", "# UVICORN_PORT = 1\nUVICORN_PORT = \"8010\"\n");
    const Findings likely = detect(tree.root(), a_day);
    ASSERT_NE(find(likely, "PasarGuard"), nullptr);
    EXPECT_EQ(find(likely, "PasarGuard")->certainty, Certainty::likely);
    EXPECT_EQ(find(likely, "PasarGuard")->url, "http://127.0.0.1:8010");
    tree.write("var/lib/pasarguard/db.sqlite3", "");
    const Findings sure = detect(tree.root(), a_day);
    EXPECT_EQ(find(sure, "PasarGuard")->certainty, Certainty::sure);
    EXPECT_EQ(
        find(sure, "PasarGuard")->because, "found /opt/pasarguard/.env, port 8010, without TLS"
    );
}

TEST(detect, a_panel_with_a_certificate_is_reached_by_the_name_it_is_for) {
    const Tree tree;
    tree.write(
        "opt/marzban/.env",
        "UVICORN_SSL_CERTFILE=/var/lib/marzban/certs/panel.example.com/fullchain.pem\n"
    );
    EXPECT_EQ(find(detect(tree.root(), a_day), "Marzban")->url, "https://panel.example.com:8000");
}

TEST(detect, the_api_of_a_core_is_read_from_either_form_of_its_configuration) {
    const CoreFile newer = read_core_file(R"({"api": {"tag": "api", "listen": "127.0.0.1:8080"},
        "log": {"access": "/var/log/xray/a.log"}})");
    EXPECT_EQ(newer.api, "127.0.0.1:8080");
    EXPECT_EQ(newer.access_log, "/var/log/xray/a.log");
    EXPECT_EQ(newer.problem, "");
    const CoreFile older = read_core_file(R"({
        // a comment, as people write them
        "api": {"tag": "API", "services": ["HandlerService"]},
        "inbounds": [{"tag": "in", "port": 443},
                     {"tag": "API_INBOUND", "listen": "0.0.0.0", "port": 10085,}],
        "routing": {"rules": [{"inboundTag": ["API_INBOUND"], "outboundTag": "API"}]},
        "log": {"loglevel": "none"}})");
    EXPECT_EQ(older.api, "127.0.0.1:10085");
    EXPECT_EQ(older.problem, "it writes no access log");
}

TEST(detect, a_configuration_that_is_none_finds_a_possible_core_and_nothing_more) {
    for (const char* text : {"", "{", "[]", "\xff\xfe", R"({"api": 5, "inbounds": {"a": []}})"}) {
        EXPECT_EQ(read_core_file(text).api, "") << text;
    }
    const Tree tree;
    tree.write("etc/xray/config.json", "{");
    EXPECT_EQ(find(detect(tree.root(), a_day), "Xray")->certainty, Certainty::possible);
}

TEST(detect, a_log_is_found_with_its_size_and_age) {
    const Tree tree;
    std::string text;
    text.resize(14'000'000, 'x');
    tree.write("var/lib/marzban/access.log", text);
    const auto facts = tree.root().facts("/var/lib/marzban/access.log");
    ASSERT_TRUE(facts);
    const Findings found = detect(tree.root(), facts->changed + std::chrono::seconds(3));
    ASSERT_NE(find(found, "access log"), nullptr);
    EXPECT_EQ(
        find(found, "access log")->because,
        "found /var/lib/marzban/access.log, 14 MB, last line 3 s ago"
    );
}

TEST(detect, limiters_come_with_the_command_that_takes_over_from_them) {
    const Tree tree;
    tree.write("etc/opt/pg-limiter/.env", "");
    tree.write("var/lib/pg-limiter/data/pg_limiter.db", "");
    tree.write("opt/luIP-marzban/.env", "");
    const Findings found = detect(tree.root(), a_day);
    EXPECT_EQ(
        find(found, "PG-Limiter")->advice,
        "fairgate import pg-limiter /etc/opt/pg-limiter /var/lib/pg-limiter/data --dry-run"
    );
    EXPECT_EQ(find(found, "luIP")->advice, "fairgate import luip /opt/luIP-marzban --dry-run");
}

TEST(detect, what_runs_and_which_firewalls_there_are) {
    const Tree tree;
    tree.write("proc/17/comm", "mtg\n");
    tree.write("proc/self/comm", "telemt\n");
    tree.write("usr/sbin/nft", "");
    tree.write("usr/sbin/ufw", "");
    tree.write("etc/ufw/ufw.conf", "ENABLED=no\n");
    tree.write("etc/ssh/sshd_config", "#Port 1\nPort 2222\n");
    const Findings found = detect(tree.root(), a_day);
    EXPECT_EQ(find(found, "mtg")->because, "runs as process 17");
    EXPECT_EQ(find(found, "telemt"), nullptr);
    EXPECT_NE(find(found, "nftables"), nullptr);
    EXPECT_EQ(find(found, "ufw")->because, "found the program ufw, switched off");
    EXPECT_EQ(find(found, "sshd")->because, "found /etc/ssh/sshd_config, port 2222");
    EXPECT_EQ(find(found, "fail2ban"), nullptr);
}

TEST(detect, a_pipe_in_place_of_a_file_is_not_waited_for) {
    const Tree tree;
    std::filesystem::create_directories(tree.path("opt/marzban"));
    ASSERT_EQ(::mkfifo(tree.path("opt/marzban/.env").c_str(), 0600), 0);
    EXPECT_EQ(find(detect(tree.root(), a_day), "Marzban")->url, "");
}

TEST(operators, are_where_ssh_and_the_list_of_logins_say) {
    const Tree tree;
    utmpx record{};
    record.ut_type = USER_PROCESS;
    std::strncpy(record.ut_user, "ann", sizeof(record.ut_user) - 1);
    std::strncpy(record.ut_host, "203.0.113.20", sizeof(record.ut_host) - 1);
    std::string bytes(reinterpret_cast<const char*>(&record), sizeof(record));
    record.ut_type = DEAD_PROCESS;
    std::strncpy(record.ut_host, "203.0.113.21", sizeof(record.ut_host) - 1);
    bytes.append(reinterpret_cast<const char*>(&record), sizeof(record));
    tree.write("run/utmp", bytes + "half a record");
    const auto found =
        operators(tree.root(), {{"SSH_CONNECTION", "198.51.100.7 50000 192.0.2.1 22"}});
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].address, "198.51.100.7");
    EXPECT_EQ(found[1].address, "203.0.113.20");
    EXPECT_EQ(found[1].why, "ann is logged in from there");
}

TEST(operators, behind_sudo_are_found_by_who_started_us) {
    const Tree tree;
    const std::string self = "proc/" + std::to_string(::getpid());
    tree.write(self + "/environ", "HOME=/root");
    tree.write(self + "/stat", std::to_string(::getpid()) + " (fair gate) S 4711 1 1");
    tree.write(
        "proc/4711/environ", std::string("A=1\0SSH_CONNECTION=2001:db8::7 5 2001:db8::1 22\0", 48)
    );
    const auto found = operators(tree.root(), {});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].address, "2001:db8::7");
}

TEST(operators, loopback_and_what_is_no_address_are_left_out) {
    std::vector<Protected> all;
    for (const char* text :
         {"127.0.0.1", "::1", "panel.example.com", "", "0.0.0.0", "192.0.2.9/33"}) {
        add_protected(all, text, "a test");
    }
    EXPECT_TRUE(all.empty());
    add_protected(all, "::ffff:192.0.2.9", "a test");
    add_protected(all, "192.0.2.9", "again");
    ASSERT_EQ(all.size(), 1U);
}

}  // namespace
}  // namespace fairgate::setup
