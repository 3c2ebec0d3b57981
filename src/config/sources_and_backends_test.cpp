#include "config/load.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fairgate::config {
namespace {

std::string faults_of(const std::string& text) {
    const Loaded loaded = load_text("f.toml", text);
    std::string all;
    for (const Error& fault : loaded.faults) {
        all += fault.code + ": " + fault.what + "\n";
    }
    return all;
}

/// What is wrong with one backend of type xray that has these lines.
std::string faults_of_core(const std::string& lines) {
    return faults_of("[[backend]]\nname = 'core'\ntype = 'xray'\n" + lines);
}

TEST(patterns, a_number_or_the_name_says_the_limit_and_never_both) {
    const auto faults = [](const std::string& lines) {
        return faults_of("[[limits.patterns]]\n" + lines);
    };
    EXPECT_EQ(faults("match = '*.{devices}.User'\n"), "");
    EXPECT_EQ(faults("prefix = 'vip_'\ndevices = 3\n"), "");
    for (const char* bad :
         {"match = '*.{devices}.User'\ndevices = 2\n",
          "prefix = 'vip_'\n",
          "match = '{devices}.{devices}'\n",
          "prefix = '{devices}'\n"}) {
        EXPECT_NE(faults(bad), "") << bad;
    }
}

TEST(owners, are_told_by_one_way_of_choosing_names) {
    EXPECT_EQ(faults_of("[[owner]]\nname = 'seller1'\nprefix = 's1_'\n"), "");
    EXPECT_NE(faults_of("[[owner]]\nprefix = 's1_'\n"), "");
    EXPECT_NE(faults_of("[[owner]]\nname = 'seller1'\n").find("exactly one of"), std::string::npos);
    EXPECT_NE(
        faults_of("[[owner]]\nname = 'a'\nmatch = '{devices}'\n").find("FG-CFG-008"),
        std::string::npos
    );
}

TEST(identities, are_listed_or_chosen_by_what_names_or_notes_have_in_common) {
    const auto faults = [](const std::string& lines) {
        return faults_of("[[source]]\nname = 'log'\npath = '/a'\n[[identity]]\n" + lines);
    };
    for (const char* good :
         {"accounts = ['local/ali', 'local/ali.2']\n",
          "match = '{person}_*'\nlimit = 'sum'\n",
          "by = 'note'\nmatch = 'tg:{person}'\nbackends = ['local']\n"}) {
        EXPECT_EQ(faults(good), "") << good;
    }
    for (const char* bad :
         {"accounts = ['local/ali']\n",
          "accounts = ['ali', 'reza']\n",
          "accounts = ['nowhere/ali', 'local/ali']\n",
          "accounts = ['local/ali', 'local/reza']\nmatch = '{person}'\n",
          "match = 'ali_*'\n",
          "match = '{person}{person}'\n",
          "match = '{person}.{devices}'\n",
          "by = 'note'\n",
          "backends = ['nowhere']\n"}) {
        EXPECT_NE(faults(bad), "") << bad;
    }
}

TEST(sources, a_network_is_named_in_one_of_three_ways) {
    const auto faults = [](const std::string& network) {
        return faults_of("[[source]]\nname = 'a'\npath = '/a'\nnamespace = '" + network + "'\n");
    };
    for (const char* good : {"", "web", "process:xray", "/run/docker/netns/3f2a"}) {
        EXPECT_EQ(faults(good), "") << good;
    }
    for (const char* bad : {"process:", "../web", "netns/web", "."}) {
        EXPECT_NE(faults(bad).find("FG-CFG-008"), std::string::npos) << bad;
    }
}

TEST(backends, a_bare_core_needs_its_api_and_no_login) {
    EXPECT_EQ(faults_of_core("api = '127.0.0.1:10085'\n"), "");
    EXPECT_EQ(faults_of_core("api = 'https://node.example.com:62051'\n"), "");
    EXPECT_EQ(faults_of_core("api = 'unix:/run/xray.sock'\ninbounds = ['in']\n"), "");
    EXPECT_NE(faults_of_core("").find("FG-CFG-009"), std::string::npos);
    EXPECT_NE(faults_of_core("api = 'localhost'\n").find("FG-CFG-008"), std::string::npos);
    EXPECT_NE(
        faults_of_core("api = '[::1]:1'\nurl = 'https://p'\n").find("FG-CFG-010"), std::string::npos
    );
}

/// The same of one backend of type marzban.
std::string faults_of_marzban(const std::string& lines) {
    const Loaded loaded = load_text(
        "f.toml",
        "[[backend]]\nname = 'main'\ntype = 'marzban'\nurl = 'https://p.example.com'\n"
        "username = 'u'\n" +
            lines
    );
    std::string all;
    for (const Error& fault : loaded.faults) {
        all += fault.code + ": " + fault.what + "\n";
    }
    return all;
}

TEST(backends, a_marzban_panel_has_a_password_and_neither_groups_nor_keys) {
    const std::string login = "password_file = '/p'\n";
    EXPECT_EQ(faults_of_marzban(login), "");
    EXPECT_EQ(faults_of_marzban(login + "action = 'move_group'\ninbounds = ['SLOW']\n"), "");
    EXPECT_NE(faults_of_marzban("").find("FG-CFG-009"), std::string::npos);
    for (const char* wrong :
         {"action = 'move_group'\n",
          "inbounds = ['SLOW']\n",
          "group = 'slow'\n",
          "action = 'move_group'\ngroup = 'slow'\n",
          "api = '127.0.0.1:1'\n"}) {
        EXPECT_NE(faults_of_marzban(login + wrong).find("FG-CFG-010"), std::string::npos) << wrong;
    }
    EXPECT_NE(faults_of_marzban("api_key_file = '/k'\n").find("API keys"), std::string::npos);
}

TEST(backends, the_names_of_a_marzban_have_one_form) {
    const std::string source =
        "password_file = '/p'\n[[source]]\nname = 'log'\npath = '/l'\nbackend = 'main'\n";
    EXPECT_EQ(faults_of_marzban(source), "");
    EXPECT_EQ(faults_of_marzban(source + "names = 'marzban'\n"), "");
    for (const char* wrong : {"names = 'pasarguard'\n", "names = 'standard'\n"}) {
        EXPECT_NE(faults_of_marzban(source + wrong).find("one form"), std::string::npos) << wrong;
    }
}

}  // namespace
}  // namespace fairgate::config
