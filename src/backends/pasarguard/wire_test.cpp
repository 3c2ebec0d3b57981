#include "backends/pasarguard/wire.hpp"

#include "backends/pasarguard/dialect.hpp"
#include "backends/pasarguard/errors.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairgate::backends::pasarguard {
namespace {

TEST(Wire, reads_a_user_and_keeps_no_secret) {
    const auto body = read_body(
        R"({"proxy_settings":{"vless":{"id":"hidden"}},"expire":"2026-09-01T00:00:00Z",
            "group_ids":[4,1],"hwid_limit":null,"next_plan":{"expire":86400,"later_field":[1]},
            "id":7,"username":"ali.phone","status":"active","unknown":{},
            "admin":{"id":2,"username":"seller"}})",
        "GET"
    );
    ASSERT_TRUE(body);
    const auto user = read_as<PanelUser>(*body, "GET");
    ASSERT_TRUE(user) << to_line(user.error());
    EXPECT_EQ(user->id, 7);
    EXPECT_EQ(user->groups(), (std::vector<std::int64_t>{4, 1}));
    EXPECT_EQ(json::serialize(user->next_plan), R"({"expire":86400,"later_field":[1]})");
    EXPECT_EQ(json::write(*user).find("hidden"), std::string::npos);
}

TEST(Wire, a_user_of_an_older_panel_lacks_fields) {
    const auto body = read_body(R"({"id":7,"username":"a","status":"active"})", "GET");
    const auto user = read_as<PanelUser>(*body, "GET");
    ASSERT_TRUE(user);
    EXPECT_TRUE(user->next_plan.is_null());
    EXPECT_TRUE(user->groups().empty());
}

TEST(Wire, what_is_not_json_is_not_shown) {
    const auto body = read_body(R"({"users":[{"proxy_settings":"hidden)", "GET /api/users");
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().code, "FG-PG-010");
    EXPECT_EQ(to_line(body.error()).find("hidden"), std::string::npos);
}

TEST(Wire, a_field_of_another_type_is_named) {
    const auto body = read_body(R"({"users":[{"id":"seven"}],"total":1})", "GET /api/users");
    const auto page = read_as<UserPage>(*body, "GET /api/users");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, "FG-PG-010");
    EXPECT_NE(page.error().cause.find("/users/0/id"), std::string::npos) << page.error().cause;
}

TEST(Wire, detail_is_text_or_an_object) {
    EXPECT_EQ(detail_of(R"({"detail":"User not found"})"), "User not found");
    EXPECT_EQ(
        detail_of(R"({"detail":{"username":"Field required","body":"x"}})"),
        "username: Field required; body: x"
    );
    EXPECT_EQ(detail_of("Internal Server Error"), "Internal Server Error");
    EXPECT_EQ(detail_of(R"({"error":"secret"})"), "an answer without detail");
    EXPECT_EQ(detail_of("a\nb\x1b[31m"), "a b [31m");
}

TEST(Wire, nodes_come_bare_or_in_an_envelope) {
    for (const char* text :
         {R"([{"id":3,"name":"de","status":"connected","api_key":"k"}])",
          R"({"nodes":[{"id":3,"name":"de","status":"connected"}],"total":1})"}) {
        const auto nodes = read_nodes(*read_body(text, "GET"), "GET");
        ASSERT_TRUE(nodes);
        EXPECT_EQ(nodes->at(0).name, "de");
    }
}

TEST(Wire, a_core_without_policy_keeps_no_online_addresses) {
    const auto cores = read_cores(
        *read_body(
            R"({"count":2,"cores":[
                {"name":"a","type":"xray","config":{"log":{"loglevel":"none","maskAddress":"half"}}},
                {"name":"b","config":{"policy":{"levels":{"0":{"statsUserOnline":true}}}}}]})",
            "GET"
        ),
        "GET"
    );
    ASSERT_TRUE(cores);
    EXPECT_EQ(cores->at(0).loglevel, "none");
    EXPECT_EQ(cores->at(0).mask_address, "half");
    EXPECT_FALSE(cores->at(0).keeps_online);
    EXPECT_TRUE(cores->at(1).keeps_online);
}

TEST(Email, begins_with_the_id) {
    EXPECT_EQ(id_in_email("7"), 7);
    EXPECT_EQ(id_in_email("7.ali.phone"), 7);
    EXPECT_EQ(id_in_email("7."), 7);
    EXPECT_EQ(id_in_email("7ali"), std::nullopt);
    EXPECT_EQ(id_in_email("-7"), std::nullopt);
    EXPECT_EQ(id_in_email("foo@bar.example"), std::nullopt);
    EXPECT_EQ(id_in_email(""), std::nullopt);
    EXPECT_EQ(id_in_email("99999999999999999999"), std::nullopt);
}

TEST(Version, is_read_with_and_without_ornament) {
    EXPECT_EQ(*parse_version("5.2.1"), (PanelVersion{5, 2, 1}));
    EXPECT_EQ(*parse_version("v5.0"), (PanelVersion{5, 0, 0}));
    EXPECT_EQ(*parse_version("5.1.0-beta.2"), (PanelVersion{5, 1, 0}));
    EXPECT_EQ(parse_version("five").error().code, "FG-PG-011");
    EXPECT_EQ(parse_version("").error().code, "FG-PG-011");
}

TEST(Version, chooses_the_routes) {
    EXPECT_EQ(Dialect::of({3, 2, 0}).error().code, "FG-PG-012");
    const Dialect old = *Dialect::of({4, 0, 2});
    const Dialect now = *Dialect::of({5, 2, 1});
    EXPECT_FALSE(old.has_disable_switch());
    EXPECT_TRUE(now.has_disable_switch());
    EXPECT_EQ(old.online(7, "ali phone"), "/api/node/online_stats/ali%20phone/ip");
    EXPECT_EQ(now.online(7, "ali phone"), "/api/node/online_stats/7/ip");
    EXPECT_TRUE(Dialect::of({6, 0, 0})->has_disable_switch());
}

TEST(Errors, only_the_panel_s_own_word_means_that_a_user_is_gone) {
    EXPECT_TRUE(is_missing_user(refused(404, "GET", "User not found")));
    EXPECT_FALSE(is_missing_user(refused(404, "GET", "Not Found")));
    EXPECT_FALSE(is_missing_user(refused(404, "GET", "<html>")));
    EXPECT_TRUE(is_missing_route(refused(404, "PUT", "Not Found")));
    EXPECT_TRUE(is_passing(refused(503, "GET", "")));
    EXPECT_TRUE(is_passing(refused(408, "GET", "")));
    EXPECT_FALSE(is_passing(refused(403, "GET", "")));
    EXPECT_FALSE(is_passing(refused(422, "PUT", "")));
}

TEST(Errors, have_a_code_that_is_explained_whatever_the_status) {
    EXPECT_EQ(refused(503, "GET", "").code, "FG-PG-503");
    EXPECT_EQ(refused(504, "GET", "Gateway Time-out").code, "FG-PG-500");
    EXPECT_EQ(refused(504, "GET", "Gateway Time-out").cause, "504: Gateway Time-out");
    EXPECT_EQ(refused(418, "GET", "").code, "FG-PG-400");
    EXPECT_EQ(refused(307, "GET", "").code, "FG-PG-010");
    EXPECT_TRUE(is_missing_route(refused(405, "PUT", "Method Not Allowed")));
}

RC_GTEST_PROP(Detail, is_short_and_without_control_characters, (const std::string& body)) {
    const std::string detail = detail_of(body);
    RC_ASSERT(detail.size() <= 203U);
    for (const char c : detail) {
        RC_ASSERT(static_cast<unsigned char>(c) >= ' ');
    }
}

}  // namespace
}  // namespace fairgate::backends::pasarguard
