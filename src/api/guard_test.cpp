#include "api/guard.hpp"

#include "api/served_test.hpp"

#include <gtest/gtest.h>

namespace fairgate::api {
namespace {

TEST(admission, over_the_socket_everyone_who_reaches_it_is_an_administrator) {
    Served served;
    const auto status = served.data("GET", "/status");
    EXPECT_EQ(text_at(status, "/data/mode"), "shadow");
    EXPECT_EQ(text_at(status, "/data/version"), "0.1.0");
    EXPECT_EQ(served.ask("POST", "/sources/local/pause").status, 200);
}

TEST(admission, over_tcp_a_token_is_needed_and_every_wrong_one_is_refused_alike) {
    Served served;
    EXPECT_EQ(served.remote_ask(token_of("reader"), "GET", "/status").status, 200);
    const auto none = served.send(served.remote(), Served::request("GET", "/api/v1/status"));
    EXPECT_EQ(none.status, 401);
    EXPECT_EQ(none.headers.get("WWW-Authenticate"), "Bearer");
    const auto wrong = served.remote_ask("fg_reader_x", "GET", "/status");
    const auto unknown = served.remote_ask("fg_nobody_x", "GET", "/status");
    const auto title = [](const http::Response& response) {
        return text_at(json::parse(response.body).value(), "/title");
    };
    EXPECT_EQ(title(wrong), title(unknown));
    EXPECT_EQ(title(wrong), title(none));
    EXPECT_EQ(wrong.status, 401);
}

TEST(admission, a_scope_that_is_not_enough_changes_nothing) {
    Served served;
    const auto refused =
        served.remote_ask(token_of("reader"), "PUT", "/limits/general", R"({"devices":3})");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(text_at(json::parse(refused.body).value(), "/code"), "FG-AUTH-003");
    EXPECT_TRUE(served.daemon.store->limits().all().value().empty());
    const auto done =
        served.remote_ask(token_of("writer"), "PUT", "/limits/general", R"({"devices":3})");
    EXPECT_EQ(done.status, 200);
    EXPECT_EQ(served.remote_ask(token_of("writer"), "POST", "/sources/local/pause").status, 403);
    EXPECT_EQ(served.daemon.store->audit().list({}, {})->rows.at(0).who, "token writer");
}

TEST(admission, guessing_tokens_is_stopped_after_a_few) {
    Served served;
    int refused = 0;
    for (int i = 0; i < 8; ++i) {
        refused = served.remote_ask("fg_guess_x", "GET", "/status").status;
    }
    EXPECT_EQ(refused, 429);
    const auto right = served.remote_ask(token_of("reader"), "GET", "/status");
    EXPECT_EQ(right.status, 429);
    EXPECT_TRUE(right.headers.get("Retry-After"));
    served.daemon.live.time += 1min;
    EXPECT_EQ(served.remote_ask(token_of("reader"), "GET", "/status").status, 200);
}

TEST(admission, a_token_may_ask_ten_times_a_second) {
    Served served;
    int answered = 0;
    for (int i = 0; i < 40; ++i) {
        answered += served.remote_ask(token_of("reader"), "GET", "/sources").status == 200 ? 1 : 0;
    }
    EXPECT_EQ(answered, 30);
    served.daemon.live.time += 100ms;
    EXPECT_EQ(served.remote_ask(token_of("reader"), "GET", "/sources").status, 200);
    EXPECT_EQ(served.remote_ask(token_of("writer"), "GET", "/sources").status, 200);
}

TEST(admission, pages_of_other_sites_are_not_answered) {
    Served served;
    const auto ask_with = [&](const std::string& name, const std::string& value) {
        http::Request asked = Served::request("GET", "/api/v1/status");
        asked.headers.set("Authorization", "Bearer " + token_of("reader"));
        asked.headers.set(name, value);
        return served.send(served.remote(), std::move(asked)).status;
    };
    EXPECT_EQ(ask_with("Origin", "https://evil.example"), 403);
    EXPECT_EQ(ask_with("Origin", "http://" + served.api->listening_on()), 200);
    EXPECT_EQ(ask_with("Host", "evil.example"), 421);
    EXPECT_EQ(ask_with("Host", "localhost:1"), 200);
}

TEST(admission, whether_it_lives_and_is_ready_is_told_to_anyone) {
    Served served;
    EXPECT_EQ(served.send(served.remote(), Served::request("GET", "/livez")).status, 200);
    EXPECT_EQ(served.send(served.remote(), Served::request("GET", "/readyz")).status, 200);
    served.daemon.live.all_backends[0].state = control::BackendState::starting;
    EXPECT_EQ(served.send(served.remote(), Served::request("GET", "/readyz")).status, 503);
}

TEST(buckets, a_clock_that_is_set_back_gives_nothing_and_locks_nobody_out) {
    Buckets buckets(Rate{1, 2}, 10);
    const TimePoint now = control::noon;
    EXPECT_FALSE(buckets.take("a", now));
    EXPECT_FALSE(buckets.take("a", now));
    EXPECT_EQ(buckets.take("a", now), Duration(1s));
    EXPECT_TRUE(buckets.take("a", now - 1h));
    EXPECT_FALSE(buckets.take("a", now - 1h + 1s));
    EXPECT_FALSE(buckets.take("b", now));
}

TEST(reach, only_loopback_is_this_machine) {
    EXPECT_EQ(reach_of("127.0.0.1:8443"), Reach::this_machine);
    EXPECT_EQ(reach_of("[::1]:8443"), Reach::this_machine);
    EXPECT_EQ(reach_of("0.0.0.0:8443"), Reach::others);
    EXPECT_EQ(reach_of("203.0.113.1:8443"), Reach::others);
}

}  // namespace
}  // namespace fairgate::api
