#include "sim/pasarguard/panel.hpp"

#include "base/run.hpp"
#include "http/client.hpp"
#include "http/events.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <set>

namespace fairgate::sim::pasarguard {
namespace {

namespace asio = boost::asio;

constexpr TimePoint start{std::chrono::seconds{1'785'960'000}};

http::Request get(std::string target) {
    http::Request request;
    request.target = std::move(target);
    return request;
}

http::Request form(std::string body) {
    http::Request request;
    request.method = "POST";
    request.target = "/api/admin/token";
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body = std::move(body);
    return request;
}

http::Request with_body(std::string method, std::string target, std::string body) {
    http::Request request = get(std::move(target));
    request.method = std::move(method);
    request.headers.set("Content-Type", "application/json");
    request.body = std::move(body);
    return request;
}

User named(std::string name) {
    User user;
    user.username = std::move(name);
    user.group_ids = {1};
    return user;
}

/// A panel without sockets: requests in, responses out.
struct Desk {
    explicit Desk(Release release = Release::v5_2) : panel(release, 7, start) {
        panel.add_admin("root", "pass word", owner_role());
        panel.add_admin("seller", "s", operator_role());
        panel.add_group("main");
        panel.add_node("de-1", start);
        for (const char* name : {"ali.phone", "bea", "cem"}) {
            User user;
            user.username = name;
            user.group_ids = {1};
            panel.add_user(user, start);
        }
        panel.users().at(2).admin_id = 2;
    }

    http::Response ask(const http::Request& request) { return answer(world, request, now); }
    http::Response ask_as(const char* form_body, http::Request request) {
        const auto token = boost::json::parse(ask(form(form_body)).body);
        request.headers.set(
            "Authorization",
            "Bearer " + std::string(token.as_object().at("access_token").as_string())
        );
        return ask(request);
    }
    http::Response ask_root(http::Request request) {
        return ask_as("username=root&password=pass+word", std::move(request));
    }

    TimePoint now = start;
    PanelState panel;
    Auth auth{7};
    CoreConfig core;
    World world{panel, auth, core};
};

TEST(Login, wants_a_form) {
    Desk desk;
    EXPECT_EQ(desk.ask(form("username=root&password=pass+word")).status, 200);
    const auto refused = desk.ask(
        with_body("POST", "/api/admin/token", R"({"username":"root","password":"pass word"})")
    );
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.body, R"({"detail":{"username":"Field required"}})");
}

TEST(Login, says_what_the_panel_says) {
    Desk desk;
    const auto wrong = desk.ask(form("username=root&password=x"));
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(wrong.body, R"({"detail":"Incorrect username or password"})");
    EXPECT_EQ(wrong.headers.get("WWW-Authenticate"), "Bearer");
    EXPECT_EQ(desk.ask(get("/api/users")).body, R"({"detail":"Could not validate credentials"})");
    desk.panel.find_admin("seller")->is_disabled = true;
    EXPECT_EQ(desk.ask(form("username=seller&password=s")).status, 403);
    desk.panel.find_admin("root")->from_environment = true;
    EXPECT_EQ(desk.ask(form("username=root&password=pass+word")).status, 400);
}

TEST(Login, ends_with_time_and_with_a_new_password) {
    Desk desk;
    desk.auth.token_lifetime = std::chrono::minutes(1);
    const auto token = boost::json::parse(desk.ask(form("username=seller&password=s")).body);
    http::Request request = get("/api/admin");
    request.headers.set(
        "Authorization", "Bearer " + std::string(token.as_object().at("access_token").as_string())
    );
    EXPECT_EQ(desk.ask(request).status, 200);
    desk.now = start + std::chrono::seconds(66);
    EXPECT_EQ(desk.ask(request).status, 401);
    desk.now = start;
    desk.panel.find_admin("seller")->password_reset_at = start + std::chrono::seconds(1);
    EXPECT_EQ(desk.ask(request).status, 401);
}

TEST(Keys, come_in_two_headers_since_5_1) {
    for (const Release release : {Release::v5_0, Release::v5_1}) {
        Desk desk(release);
        const std::string key = desk.auth.add_api_key(1);
        http::Request one = get("/api/system");
        one.headers.set("X-Api-Key", key);
        http::Request two = get("/api/system");
        two.headers.set("Authorization", "ApiKey " + key);
        EXPECT_EQ(desk.ask(one).status, release == Release::v5_0 ? 401 : 200);
        EXPECT_EQ(desk.ask(two).status, release == Release::v5_0 ? 401 : 200);
    }
}

TEST(Routes, refuse_as_the_panel_does) {
    Desk desk;
    EXPECT_EQ(desk.ask(get("/api/nothing")).body, R"({"detail":"Not Found"})");
    EXPECT_EQ(desk.ask(with_body("DELETE", "/api/users", "")).status, 405);
    const auto moved = desk.ask(get("/api/users/"));
    EXPECT_EQ(moved.status, 307);
    EXPECT_EQ(moved.headers.get("Location"), "/api/users");
    const auto invalid = desk.ask_root(with_body("PUT", "/api/user/by-id/1", "{"));
    EXPECT_EQ(invalid.body, R"({"detail":{"0":"JSON decode error"}})");
    EXPECT_EQ(
        desk.ask_root(get("/api/users?limit=ten")).body,
        R"({"detail":{"limit":"Input should be a valid integer, unable to parse string as an integer"}})"
    );
    EXPECT_EQ(desk.ask_root(get("/api/users?sort=colour")).status, 400);
}

TEST(Scopes, hide_other_people_s_users_and_forbid_nodes) {
    Desk desk;
    const char* seller = "username=seller&password=s";
    EXPECT_EQ(desk.ask_as(seller, get("/api/user/by-id/2")).status, 200);
    EXPECT_EQ(desk.ask_as(seller, get("/api/user/by-id/1")).status, 404);
    const auto list = boost::json::parse(desk.ask_as(seller, get("/api/users")).body);
    EXPECT_EQ(list.as_object().at("total"), 1);
    EXPECT_EQ(
        desk.ask_as(seller, get("/api/nodes")).body, R"({"detail":"Permission denied: nodes.read"})"
    );
    desk.panel.find_admin("seller")->is_limited = true;
    EXPECT_EQ(
        desk.ask_as(seller, with_body("PUT", "/api/user/by-id/2/disabled", R"({"disabled":true})"))
            .status,
        403
    );
}

TEST(Users, have_no_order_unless_asked) {
    Desk desk;
    std::set<std::string> seen;
    for (int i = 0; i < 40; ++i) {
        seen.insert(desk.ask_root(get("/api/users/simple")).body);
    }
    EXPECT_GT(seen.size(), 1U);
    const auto page =
        boost::json::parse(desk.ask_root(get("/api/users?sort=username&offset=1&limit=1")).body);
    EXPECT_EQ(page.as_object().at("users").as_array().at(0).as_object().at("username"), "bea");
    EXPECT_EQ(page.as_object().at("total"), 3);
    const auto all = boost::json::parse(desk.ask_root(get("/api/users?limit=0")).body);
    EXPECT_EQ(all.as_object().at("users").as_array().size(), 3U);
}

TEST(Users, are_found_in_three_spellings) {
    Desk desk;
    for (const char* target :
         {"/api/user/by-id/1", "/api/user/by-username/ali.phone", "/api/user/ali%2Ephone"}) {
        const auto user = boost::json::parse(desk.ask_root(get(target)).body);
        EXPECT_EQ(user.as_object().at("id"), 1) << target;
    }
}

TEST(Disable, is_a_switch_since_5_0_only) {
    for (const Release release : {Release::v4_0, Release::v5_0}) {
        Desk desk(release);
        const auto switched =
            desk.ask_root(with_body("PUT", "/api/user/by-id/1/disabled", R"({"disabled":true})"));
        EXPECT_EQ(switched.status, release == Release::v4_0 ? 404 : 200);
    }
}

TEST(Times, have_a_zone_since_5_2_only) {
    for (const Release release : {Release::v5_1, Release::v5_2}) {
        Desk desk(release);
        const auto user = boost::json::parse(desk.ask_root(get("/api/user/by-id/1")).body);
        EXPECT_EQ(
            user.as_object().at("created_at"),
            release == Release::v5_2 ? "2026-08-05T20:00:00Z" : "2026-08-05T20:00:00"
        );
    }
}

/// The panel on a socket.
struct Served {
    explicit Served(PanelSettings settings = {})
        : clock(start), panel(io.get_executor(), clock, settings) {
        panel.state().add_admin("root", "root", owner_role());
        panel.state().add_node("de-1", start);
        key = panel.auth().add_api_key(1);
        http::ClientSettings client_settings;
        client_settings.base = panel.base();
        client = http::make_client(io.get_executor(), client_settings).value();
    }

    http::Request with_key(std::string target) const {
        http::Request request = get(std::move(target));
        request.headers.set("X-Api-Key", key);
        return request;
    }
    Result<http::Response> send(http::Request request) {
        return run(io, [&] { return client->send(std::move(request)); });
    }

    asio::io_context io;
    ManualClock clock;
    Panel panel;
    std::string key;
    std::unique_ptr<http::Client> client;
};

TEST(Faults, act_or_do_not_act_as_they_say) {
    Served served;
    served.panel.add_fault({.kind = FaultKind::status, .status = 500});
    const auto failed = served.send(served.with_key("/api/system"));
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->body, "Internal Server Error");
    served.panel.add_fault({.kind = FaultKind::drop});
    EXPECT_FALSE(served.send(served.with_key("/api/system")));
    served.panel.add_fault({.kind = FaultKind::garbage});
    EXPECT_EQ(served.send(served.with_key("/api/system"))->body, "{\"users\": [{\"id\": 7,");
    EXPECT_EQ(served.send(served.with_key("/api/system"))->status, 200);
    EXPECT_EQ(served.panel.count("GET", "/api/system"), 4U);
}

TEST(Faults, a_lie_answers_well_and_changes_nothing) {
    Served served;
    served.panel.state().add_user(named("ali"), start);
    served.panel.add_fault({.kind = FaultKind::lie, .method = "PUT"});
    http::Request request = served.with_key("/api/user/by-id/1/disabled");
    request.method = "PUT";
    request.body = R"({"disabled":true})";
    const auto answered = served.send(request);
    ASSERT_TRUE(answered);
    EXPECT_EQ(boost::json::parse(answered->body).as_object().at("status"), "disabled");
    EXPECT_EQ(served.panel.state().users().at(1).status, UserStatus::active);
}

TEST(LogRoute, sends_lines_as_events_cut_anywhere) {
    PanelSettings settings;
    settings.most_piece = 3;
    settings.ping_every = std::chrono::milliseconds(5);
    Served served(settings);
    served.panel.state().nodes().at(1).write("سلام");
    auto stream =
        run(served.io, [&] { return served.client->open(served.with_key("/api/node/1/logs")); });
    ASSERT_TRUE(stream);
    EXPECT_EQ((*stream)->head().headers.get("Content-Type"), "text/event-stream; charset=utf-8");
    http::EventReader reader(*std::move(stream));
    std::vector<std::string> lines;
    bool pinged = false;
    while (lines.size() < 2 || !pinged) {
        auto event = run(served.io, [&] { return reader.next(std::chrono::seconds(5)); });
        ASSERT_TRUE(event && *event);
        pinged = pinged || (*event)->comment.has_value();
        if (!(*event)->comment) {
            lines.push_back((*event)->data);
        }
    }
    EXPECT_EQ(lines.at(1), "سلام");
    EXPECT_EQ(served.panel.open_streams(1), 1U);
}

TEST(LogRoute, ends_at_once_when_the_core_does_not_run) {
    Served served;
    served.panel.state().nodes().at(1).core_running = false;
    auto stream =
        run(served.io, [&] { return served.client->open(served.with_key("/api/node/1/logs")); });
    ASSERT_TRUE(stream);
    auto piece = run(served.io, [&] { return (*stream)->read(std::chrono::seconds(5)); });
    ASSERT_TRUE(piece);
    EXPECT_FALSE(*piece);
}

TEST(Panel, comes_back_on_the_same_port) {
    Served served;
    const std::string base = served.panel.base();
    served.panel.stop();
    EXPECT_FALSE(served.send(served.with_key("/api/system")));
    served.panel.start();
    EXPECT_EQ(served.panel.base(), base);
    EXPECT_EQ(served.send(served.with_key("/api/system"))->status, 200);
}

}  // namespace
}  // namespace fairgate::sim::pasarguard
