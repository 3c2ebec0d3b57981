#include "backends/xray/accounts_file.hpp"

#include "backends/xray/directory.hpp"
#include "backends/xray/image.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace fairgate::backends::xray {
namespace {

class File {
public:
    explicit File(const std::string& text)
        : path((std::filesystem::temp_directory_path() /
                ("fairgate-accounts-" + std::to_string(::getpid())))
                   .string()) {
        std::ofstream(path) << text;
    }
    ~File() { std::filesystem::remove(path); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    Result<AccountsFile> read(Core core = Core::v2ray) const {
        return AccountsFile::read(path, core);
    }

    std::string path;
};

const char* const config = R"({
  // what v2ray takes as well
  "inbounds": [
    {"tag": "a", "protocol": "vless", "settings": {"clients": [
      {"id": "id-1", "email": "Ali", "level": 2, "flow": "f"},
      {"id": "id-2"}]}},
    {"tag": "b", "protocol": "trojan", "settings": {"clients": [{"password": "p", "email": "ali"}]}},
    {"tag": "c", "protocol": "vmess", "settings": {"clients": [{"id": "id-3", "alterId": 4, "email": "bea"}]}},
    {"tag": "d", "protocol": "shadowsocks", "settings": {"clients": [{"password": "q", "email": "ali"}]}},
    {"tag": "e", "protocol": "dokodemo-door"}
  ]
})";

TEST(accounts_file, finds_an_account_in_all_its_inbounds_whatever_the_case) {
    const auto accounts = File(config).read();
    ASSERT_TRUE(accounts) << to_line(accounts.error());
    const auto ali = accounts->of("ALI");
    ASSERT_EQ(ali.size(), 2U);
    EXPECT_EQ(ali[0].tag, "a");
    EXPECT_EQ(ali[0].user.email(), "Ali");
    EXPECT_EQ(ali[0].user.account_type(), "v2ray.core.proxy.vless.Account");
    EXPECT_EQ(ali[0].user.credential(), "id-1");
    EXPECT_EQ(ali[1].user.account_type(), "v2ray.core.proxy.trojan.Account");
}

TEST(accounts_file, builds_the_bytes_that_the_core_builds) {
    const auto accounts = File(R"({"inbounds": [{"tag": "c", "protocol": "vmess", "settings":
        {"clients": [{"id": "id", "alterId": 4, "email": "b"}]}}]})")
                              .read(Core::xray);
    ASSERT_TRUE(accounts);
    // User{email: "b", account: {"xray.proxy.vmess.Account", Account{id: "id", alter_id: 4,
    // security: {AUTO}}}}
    const std::string type = "xray.proxy.vmess.Account";
    const std::string account = std::string("\x0a\x02id\x10\x04\x1a\x02\x08\x02", 10);
    const std::string typed = "\x0a" + std::string(1, static_cast<char>(type.size())) + type +
                              "\x12" + std::string(1, static_cast<char>(account.size())) + account;
    const std::string user =
        "\x12\x01"
        "b\x1a" +
        std::string(1, static_cast<char>(typed.size())) + typed;
    EXPECT_EQ(accounts->entries().at(0).user.bytes(), user);
}

TEST(accounts_file, what_is_no_configuration_is_said_to_be_none) {
    for (const char* const text : {"", "[]", "{", R"({"inbounds": 1})"}) {
        const auto accounts = File(text).read();
        ASSERT_FALSE(accounts) << text;
        EXPECT_EQ(accounts.error().code, "FG-XRY-008");
    }
    EXPECT_FALSE(AccountsFile::read("/nonexistent/config.json", Core::v2ray));
    EXPECT_FALSE(AccountsFile::read("/tmp", Core::v2ray));
}

TEST(user_bytes, come_back_from_the_journal_as_they_were) {
    const auto accounts = File(config).read();
    const UserBytes& user = accounts->entries().at(0).user;
    EXPECT_EQ(UserBytes::from_hex(user.to_hex()), user);
    for (const char* const text : {"", "0", "zz", "0A", "ff"}) {
        EXPECT_FALSE(UserBytes::from_hex(text)) << text;
    }
}

TEST(image, a_damaged_journal_is_an_error_that_repeats_nothing) {
    const auto image = parse_image(R"({"email": "a", "inbounds": "the-secret"})", "before");
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().code, "FG-XRY-011");
    EXPECT_EQ(to_line(image.error()).find("the-secret"), std::string::npos);
}

TEST(directory, an_account_is_known_by_any_case_and_grouped_by_its_inbounds) {
    Directory directory("main");
    EXPECT_TRUE(directory.set_members({{"a", "Ali", "1"}, {"b", "ali", "2"}, {"a", "bea", "3"}}));
    EXPECT_EQ(directory.size(), 2U);
    EXPECT_EQ(directory.find("ALI"), "Ali");
    EXPECT_EQ(directory.facts("ali").groups, (std::vector<std::string>{"a", "b"}));
    EXPECT_FALSE(directory.set_members({{"a", "Ali", "1"}, {"b", "ali", "2"}, {"a", "bea", "3"}}));
}

TEST(directory, whom_we_hold_stays_known_though_the_core_does_not_list_it) {
    Directory directory("main");
    directory.set_members({{"a", "ali", "1"}, {"a", "bea", "2"}});
    directory.hold("ali");
    directory.set_members({});
    EXPECT_EQ(directory.find("ali"), "ali");
    EXPECT_FALSE(directory.facts("ali").enabled);
    EXPECT_EQ(directory.facts("ali").groups, std::vector<std::string>{"a"});
    EXPECT_FALSE(directory.find("bea"));
    directory.release("ali");
    directory.set_members({});
    EXPECT_FALSE(directory.find("ali"));
}

}  // namespace
}  // namespace fairgate::backends::xray
