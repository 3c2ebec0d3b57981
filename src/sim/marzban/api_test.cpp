#include "sim/marzban/api.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <set>

namespace fairgate::sim::marzban {
namespace {

namespace json = boost::json;

constexpr TimePoint start{std::chrono::seconds{1'785'960'000}};
constexpr const char* root = "username=root&password=pass+word";

http::Request call(std::string method, std::string target, std::string body = {}) {
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers.set("Content-Type", "application/json");
    request.body = std::move(body);
    return request;
}

http::Request get(std::string target) { return call("GET", std::move(target)); }

http::Request form(std::string body) {
    http::Request request = call("POST", "/api/admin/token", std::move(body));
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    return request;
}

User named(std::string name) {
    User user;
    user.username = std::move(name);
    return user;
}

/// A panel without sockets: requests in, responses out.
struct Desk {
    explicit Desk(Release release = Release::v0_8) : panel(release, 7, start) {
        panel.add_environment_admin("root", "pass word");
        panel.add_admin("seller", "s");
        panel.add_sudo("boss", "b");
        panel.add_node("de-1", start);
        for (const char* name : {"ali.phone", "bea", "cem"}) {
            panel.add_user(named(name), start);
        }
        panel.users().at(2).admin_id = 2;
    }

    http::Response ask(const http::Request& request) { return answer(world, request, now); }
    std::string token(const char* form_body) {
        const json::value given = json::parse(ask(form(form_body)).body);
        return std::string(given.as_object().at("access_token").as_string());
    }
    http::Response ask_as(const char* form_body, http::Request request) {
        request.headers.set("Authorization", "Bearer " + token(form_body));
        return ask(request);
    }
    http::Response ask_root(http::Request request) { return ask_as(root, std::move(request)); }
    json::object object(http::Request request) {
        return json::parse(ask_root(std::move(request)).body).as_object();
    }

    TimePoint now = start;
    PanelState panel;
    Auth auth{7};
    World world{panel, auth};
};

TEST(Login, says_what_the_panel_says) {
    Desk desk;
    EXPECT_EQ(
        desk.ask(form("username=root&password=x")).body,
        R"({"detail":"Incorrect username or password"})"
    );
    EXPECT_EQ(
        desk.ask(call("POST", "/api/admin/token", "{}")).body,
        R"({"detail":{"username":"Field required"}})"
    );
    const auto none = desk.ask(get("/api/users"));
    EXPECT_EQ(none.status, 401);
    EXPECT_EQ(none.body, R"({"detail":"Not authenticated"})");
    http::Request bad = get("/api/users");
    bad.headers.set("Authorization", "Bearer x");
    EXPECT_EQ(desk.ask(bad).body, R"({"detail":"Could not validate credentials"})");
}

TEST(Login, ends_with_time_and_with_a_new_password_of_a_database_administrator) {
    Desk desk;
    desk.auth.token_lifetime = std::chrono::minutes(1);
    http::Request request = get("/api/admin");
    request.headers.set("Authorization", "Bearer " + desk.token("username=boss&password=b"));
    EXPECT_EQ(desk.ask(request).status, 200);
    desk.now = start + std::chrono::seconds(61);
    EXPECT_EQ(desk.ask(request).status, 401);
    desk.now = start;
    desk.panel.find_admin("boss")->password_reset_at = start + std::chrono::seconds(1);
    EXPECT_EQ(desk.ask(request).status, 401);
}

TEST(Rights, end_where_sudo_begins_and_at_other_people_s_users) {
    Desk desk;
    const char* seller = "username=seller&password=s";
    for (const char* target : {"/api/nodes", "/api/core/config", "/api/admins"}) {
        const auto refused = desk.ask_as(seller, get(target));
        EXPECT_EQ(refused.status, 403) << target;
        EXPECT_EQ(refused.body, R"({"detail":"You're not allowed"})");
    }
    EXPECT_EQ(desk.ask_as(seller, get("/api/user/bea")).status, 200);
    EXPECT_EQ(desk.ask_as(seller, get("/api/user/cem")).status, 403);
    EXPECT_EQ(desk.ask_as(seller, get("/api/user/nobody")).status, 404);
    const auto list = json::parse(desk.ask_as(seller, get("/api/users?admin=root")).body);
    EXPECT_EQ(list.as_object().at("total"), 1);
}

TEST(Routes, refuse_as_the_panel_does) {
    Desk desk;
    EXPECT_EQ(desk.ask(get("/api/nothing")).status, 404);
    EXPECT_EQ(desk.ask(get("/api/users/")).status, 307);
    EXPECT_EQ(desk.ask(call("DELETE", "/api/users")).status, 405);
    EXPECT_EQ(
        desk.ask_root(get("/api/users?sort=foo")).body,
        R"({"detail":"\"foo\" is not a valid sort option"})"
    );
    EXPECT_EQ(desk.ask_root(call("PUT", "/api/user/bea", "{")).status, 422);
    EXPECT_EQ(desk.ask_root(call("PUT", "/api/user/nobody", "{")).status, 404);
}

TEST(Users, have_no_id_a_unix_expiry_and_times_without_a_zone) {
    Desk desk;
    desk.panel.users().at(1).expire = 1'767'225'600;
    desk.panel.users().at(1).online_at = start + std::chrono::microseconds(5);
    const json::object user = desk.object(get("/api/user/ALI.PHONE"));
    EXPECT_FALSE(user.contains("id"));
    EXPECT_EQ(user.at("username"), "ali.phone");
    EXPECT_EQ(user.at("expire"), 1'767'225'600);
    EXPECT_EQ(user.at("created_at"), "2026-08-05T20:00:00");
    EXPECT_EQ(user.at("online_at"), "2026-08-05T20:00:00.000005");
    EXPECT_EQ(user.at("inbounds"), json::parse(R"({"vless":["VLESS TCP"]})"));
    EXPECT_TRUE(user.at("next_plan").is_null());
    EXPECT_EQ(desk.object(get("/api/user/bea")).at("admin").at("username"), "seller");
}

TEST(Users, of_older_releases_have_no_next_plan_and_no_administrator) {
    Desk old(Release::v0_7);
    const json::object user = old.object(get("/api/user/bea"));
    EXPECT_FALSE(user.contains("next_plan"));
    EXPECT_TRUE(user.contains("admin"));
    EXPECT_EQ(
        old.ask_root(call("POST", "/api/user/bea/active-next")).body, R"({"detail":"Not Found"})"
    );
    Desk older(Release::v0_4);
    EXPECT_FALSE(older.object(get("/api/user/bea")).contains("admin"));
}

TEST(Users, have_no_order_unless_asked_and_no_cap) {
    Desk desk;
    std::set<std::string> seen;
    for (int i = 0; i < 40; ++i) {
        seen.insert(desk.ask_root(get("/api/users")).body);
    }
    EXPECT_GT(seen.size(), 1U);
    const json::object page = desk.object(get("/api/users?sort=username&offset=1&limit=1"));
    EXPECT_EQ(page.at("users").as_array().at(0).at("username"), "bea");
    EXPECT_EQ(page.at("total"), 3);
    EXPECT_EQ(desk.object(get("/api/users?limit=0")).at("users").as_array().size(), 3U);
    EXPECT_EQ(desk.object(get("/api/users?username=BEA&username=cem")).at("total"), 2);
}

TEST(Users, refuse_an_explicit_null_where_the_field_is_an_enum) {
    Desk desk;
    for (const char* body : {R"({"status":null})", R"({"data_limit_reset_strategy":null})"}) {
        EXPECT_EQ(desk.ask_root(call("PUT", "/api/user/bea", body)).status, 422) << body;
    }
    EXPECT_EQ(
        desk.ask_root(call("PUT", "/api/user/bea", R"({"expire":null,"note":null})")).status, 200
    );
}

TEST(Users, are_created_with_200_and_once_in_any_case) {
    Desk desk;
    const auto body = R"({"username":"Dora","proxies":{"vless":{}},"next_plan":{"expire":5}})";
    const auto created = desk.ask_root(call("POST", "/api/user", body));
    EXPECT_EQ(created.status, 200);
    EXPECT_EQ(json::parse(created.body).at("next_plan").at("expire"), 5);
    const auto twice =
        desk.ask_root(call("POST", "/api/user", R"({"username":"dora","proxies":{"vless":{}}})"));
    EXPECT_EQ(twice.status, 409);
    EXPECT_EQ(twice.body, R"({"detail":"User already exists"})");
}

TEST(Users, are_revoked_owned_deleted_and_counted_by_node) {
    Desk desk;
    const auto before = desk.object(get("/api/user/bea"));
    const auto after = desk.object(call("POST", "/api/user/bea/revoke_sub"));
    EXPECT_NE(before.at("subscription_url"), after.at("subscription_url"));
    EXPECT_NE(before.at("proxies"), after.at("proxies"));
    const auto owned = desk.object(call("PUT", "/api/user/bea/set-owner?admin_username=boss"));
    EXPECT_EQ(owned.at("admin").at("username"), "boss");
    desk.panel.add_traffic(2, 7, 1);
    desk.now += std::chrono::seconds(10);
    const auto usage = desk.object(get("/api/user/bea/usage"));
    EXPECT_TRUE(usage.at("usages").at(0).at("node_id").is_null());
    EXPECT_EQ(usage.at("usages").at(1).at("used_traffic"), 7);
    EXPECT_EQ(
        desk.ask_root(call("DELETE", "/api/user/bea")).body,
        R"({"detail":"User successfully deleted"})"
    );
}

TEST(System, tells_version_and_counts_as_no_other_panel) {
    Desk desk;
    const json::object system = desk.object(get("/api/system"));
    EXPECT_EQ(system.at("version"), "0.8.4");
    EXPECT_EQ(system.at("users_active"), 3);
    EXPECT_EQ(desk.object(get("/api/core")).at("logs_websocket"), "/api/core/logs");
    EXPECT_TRUE(json::parse(desk.ask_root(get("/api/nodes")).body).is_array());
    desk.panel.config().access = "none";
    EXPECT_EQ(desk.object(get("/api/core/config")).at("log").at("access"), "none");
    EXPECT_EQ(desk.object(get("/api/inbounds")).at("vless").at(0).at("tag"), "VLESS TCP");
}

}  // namespace
}  // namespace fairgate::sim::marzban
