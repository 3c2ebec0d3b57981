#include "backends/marzban/wire.hpp"

#include <gtest/gtest.h>

namespace fairgate::backends::marzban {
namespace {

TEST(MarzbanWire, a_user_is_read_and_its_secrets_are_not_kept) {
    const auto body = json::parse(
        R"({"proxies":{"vless":{"id":"secret"}},"expire":1767225600,"data_limit":null,)"
        R"("inbounds":{"vless":["VLESS TCP"]},"username":"Ali","status":"active",)"
        R"("created_at":"2026-01-01T02:03:04","links":["vless://secret"],"used_traffic":7,)"
        R"("next_plan":null,"admin":{"username":"seller","is_sudo":false}})"
    );
    const auto user = read_as<PanelUser>(*body, "GET /api/user");
    ASSERT_TRUE(user) << to_line(user.error());
    EXPECT_EQ(user->expire, 1'767'225'600);
    EXPECT_FALSE(user->data_limit);
    EXPECT_EQ(user->inbounds.at("vless"), std::vector<std::string>{"VLESS TCP"});
    EXPECT_EQ(user->admin->username, "seller");
    EXPECT_EQ(json::write(*user).find("secret"), std::string::npos);
}

TEST(MarzbanWire, an_email_is_an_id_and_everything_behind_the_first_dot) {
    EXPECT_EQ(name_in_email("7.ali.phone@home")->name, "ali.phone@home");
    EXPECT_EQ(name_in_email("7.ali")->id, 7);
    for (const char* foreign : {"", "7", "7.", ".ali", "ali@example.com", "x7.ali", "-7.ali"}) {
        EXPECT_FALSE(name_in_email(foreign)) << foreign;
    }
}

TEST(MarzbanWire, names_are_the_same_in_any_case_of_ascii_only) {
    EXPECT_EQ(folded("Ali.PHONE-1_@"), "ali.phone-1_@");
    EXPECT_EQ(folded("\xc4"), "\xc4");
}

TEST(MarzbanWire, what_hides_access_lines_is_read_from_the_core_configuration) {
    const auto config =
        json::parse(R"({"log":{"loglevel":"none","access":"/x.log","maskAddress":"half"}})");
    const LogFacts facts = log_facts(*config);
    EXPECT_EQ(facts.loglevel, "none");
    EXPECT_EQ(facts.access, "/x.log");
    EXPECT_EQ(facts.mask_address, "half");
    EXPECT_EQ(log_facts(json::Value()).access, "");
}

TEST(MarzbanWire, errors_have_codes_of_their_own_and_are_known_for_what_they_are) {
    EXPECT_EQ(panel::refused(product, 503, "GET", "").code, "FG-MZB-503");
    EXPECT_EQ(panel::refused(product, 307, "GET", "").code, "FG-MZB-010");
    EXPECT_TRUE(is_missing_user(panel::refused(product, 404, "GET", "User not found")));
    EXPECT_TRUE(is_passing(panel::refused(product, 500, "PUT", "")));
    EXPECT_TRUE(is_forbidden(panel::refused(product, 403, "GET", "You're not allowed")));
    EXPECT_EQ(refused_login(401, "Incorrect username or password").code, "FG-MZB-001");
}

}  // namespace
}  // namespace fairgate::backends::marzban
