#include "api/served_test.hpp"
#include "http/date.hpp"
#include "http/events.hpp"

#include <gtest/gtest.h>

namespace fairgate::api {
namespace {

namespace asio = boost::asio;

http::Request with(http::Request request, std::string name, std::string value) {
    request.headers.set(std::move(name), std::move(value));
    return request;
}

TEST(versions, what_has_not_changed_is_not_sent_again) {
    Served served;
    const auto first = served.ask("GET", "/limits");
    const std::string tag(first.headers.get("ETag").value());
    const auto again = served.send(
        served.local(), with(Served::request("GET", "/api/v1/limits"), "If-None-Match", tag)
    );
    EXPECT_EQ(again.status, 304);
    EXPECT_TRUE(again.body.empty());
    ASSERT_EQ(served.ask("PUT", "/limits/general", R"({"devices":3})").status, 200);
    const auto changed = served.send(
        served.local(), with(Served::request("GET", "/api/v1/limits"), "If-None-Match", tag)
    );
    EXPECT_EQ(changed.status, 200);
}

TEST(versions, a_change_of_what_was_changed_meanwhile_is_refused) {
    Served served;
    ASSERT_EQ(served.ask("PUT", "/limits/general", R"({"devices":3})").status, 200);
    const std::string tag(served.ask("GET", "/limits/general").headers.get("ETag").value());
    const auto set = [&](const std::string& devices) {
        return served.send(
            served.local(),
            with(
                Served::request("PUT", "/api/v1/limits/general", "{\"devices\":" + devices + "}"),
                "If-Match",
                tag
            )
        );
    };
    EXPECT_EQ(set("4").status, 200);
    const auto refused = set("5");
    EXPECT_EQ(refused.status, 412);
    EXPECT_EQ(served.daemon.store->limits().all().value().at(0).devices, 4);
    const auto none = with(Served::request("POST", "/api/v1/config/reload"), "If-Match", "\"x\"");
    EXPECT_EQ(served.send(served.local(), none).status, 400);
}

TEST(answers, carry_the_time_of_the_daemons_clock) {
    Served served;
    const std::string now = http::to_date(served.daemon.desk().live.now());
    for (const char* path : {"/status", "/openapi.json", "/none"}) {
        EXPECT_EQ(served.ask("GET", path).headers.get("Date"), now) << path;
    }
    EXPECT_EQ(
        served.send(served.local(), Served::request("GET", "/livez")).headers.get("Date"), now
    );
}

TEST(versions, the_description_is_served_with_its_version) {
    Served served;
    const auto first = served.ask("GET", "/openapi.json");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(text_at(json::parse(first.body).value(), "/openapi"), "3.1.0");
    const auto again = served.send(
        served.local(),
        with(
            Served::request("GET", "/api/v1/openapi.json"),
            "If-None-Match",
            std::string(first.headers.get("ETag").value())
        )
    );
    EXPECT_EQ(again.status, 304);
}

TEST(idempotency, a_request_that_is_sent_twice_is_done_once) {
    Served served;
    served.daemon.live.add("ali", 3);
    const auto block = [&](const std::string& key, const std::string& body) {
        return served.send(
            served.local(),
            with(Served::request("POST", "/api/v1/decisions", body), "Idempotency-Key", key)
        );
    };
    const auto first = block("k1", R"({"account":"ali"})");
    const auto again = block("k1", R"({"account":"ali"})");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(served.daemon.store->decisions().list({}, {})->rows.size(), 1U);
    EXPECT_EQ(block("k1", R"({"account":"sara"})").status, 422);
    EXPECT_EQ(block("k2", R"({"account":"ali"})").status, 200);
    EXPECT_EQ(served.daemon.store->decisions().list({}, {})->rows.size(), 2U);
    served.daemon.live.time += 25h;
    EXPECT_EQ(block("k1", R"({"account":"ali"})").status, 200);
    EXPECT_EQ(served.daemon.store->decisions().list({}, {})->rows.size(), 3U);
}

TEST(idempotency, what_failed_on_our_side_is_tried_again) {
    Served served;
    served.daemon.live.add("ali", 3);
    served.daemon.orders.refuses = Error{.code = "FG-STO-007", .what = "the disk failed"};
    const auto request = with(
        Served::request("POST", "/api/v1/decisions", R"({"account":"ali"})"), "Idempotency-Key", "k"
    );
    EXPECT_EQ(served.send(served.local(), request).status, 500);
    served.daemon.orders.refuses.reset();
    EXPECT_EQ(served.send(served.local(), request).status, 200);
}

TEST(pages, a_list_goes_on_where_it_ended_while_it_changes) {
    Served served;
    for (const char* name : {"a", "b", "c", "d", "e"}) {
        served.daemon.live.add(name, name[0] - 'a' + 1);
    }
    const auto names = [&](const std::string& query) {
        const auto page = served.data("GET", "/accounts?" + query);
        std::string all;
        for (const auto& row : page.at("data").as_array()) {
            all += text_at(row, "/account");
        }
        return std::pair(all, text_at(page, "/page/next_cursor"));
    };
    const auto [first, cursor] = names("sort=-devices&limit=2");
    EXPECT_EQ(first, "ed");
    served.daemon.live.add("f", 9);
    const auto [second, next] = names("sort=-devices&limit=2&cursor=" + cursor);
    EXPECT_EQ(second, "cb");
    EXPECT_EQ(
        names("sort=-devices&limit=2&cursor=" + next),
        std::pair(std::string("a"), std::string("null"))
    );
    EXPECT_EQ(names("match=c").first, "c");
}

TEST(pages, decisions_go_back_in_time) {
    Served served;
    for (int i = 0; i < 5; ++i) {
        served.daemon.block("ali", control::noon + i * 1min);
    }
    std::size_t rows = 0;
    std::string cursor;
    for (int pages = 0; pages < 3; ++pages) {
        const auto page = served.data("GET", "/decisions?limit=2" + cursor);
        rows += page.at("data").as_array().size();
        cursor = "&cursor=" + text_at(page, "/page/next_cursor");
    }
    EXPECT_EQ(rows, 5U);
    EXPECT_EQ(cursor, "&cursor=null");
    EXPECT_EQ(served.ask("GET", "/violations?" + cursor.substr(1)).status, 400);
}

/// Reads events until there are `wanted`, pings not counted.
asio::awaitable<std::vector<http::Event>> read_events(
    http::Client* client, http::Request request, std::size_t wanted
) {
    auto stream = co_await client->open(std::move(request));
    http::EventReader reader(std::move(stream).value());
    std::vector<http::Event> events;
    while (events.size() < wanted) {
        auto event = co_await reader.next(5s);
        if (!event || !event->has_value()) {
            break;
        }
        if (!(*event)->comment) {
            events.push_back(**event);
        }
    }
    co_return events;
}

control::Happening happening(control::Topic topic, std::string account, std::string message) {
    control::Happening made;
    made.topic = topic;
    made.account = std::move(account);
    made.message = std::move(message);
    made.time = control::noon;
    return made;
}

class Events : public testing::Test {
protected:
    std::vector<http::Event> follow(
        const std::string& query, std::size_t wanted, const std::string& last = {}
    ) {
        http::Request request = Served::request("GET", "/api/v1/events" + query);
        if (!last.empty()) {
            request.headers.set("Last-Event-ID", last);
        }
        return run(served.daemon.io, [&, request] {
            return read_events(&served.local(), request, wanted);
        });
    }
    void publish_later(control::Happening made) {
        later_ = std::make_unique<asio::steady_timer>(served.daemon.io, 50ms);
        later_->async_wait([this, made](const boost::system::error_code&) {
            served.daemon.events.publish(made);
        });
    }

    Served served;

private:
    std::unique_ptr<asio::steady_timer> later_;
};

TEST_F(Events, a_listener_hears_what_happens_from_now_on) {
    served.daemon.events.publish(happening(control::Topic::decision, "ali", "before"));
    publish_later(happening(control::Topic::decision, "ali", "ali is blocked"));
    const auto events = follow("", 1);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, "decision");
    const auto data = json::parse(events[0].data).value();
    EXPECT_EQ(text_at(data, "/message"), "ali is blocked");
    EXPECT_EQ(text_at(data, "/time"), "2026-11-20T12:00:00Z");
}

TEST_F(Events, who_was_away_hears_what_was_missed) {
    served.daemon.events.publish(happening(control::Topic::decision, "ali", "one"));
    publish_later(happening(control::Topic::decision, "ali", "two"));
    const std::string last = follow("", 1).at(0).id;
    served.daemon.events.publish(happening(control::Topic::decision, "ali", "three"));
    served.daemon.events.publish(happening(control::Topic::source, "", "four"));
    const auto events = follow("", 2, last);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_NE(events[0].data.find("three"), std::string::npos);
    EXPECT_NE(events[1].data.find("four"), std::string::npos);
}

TEST_F(Events, who_was_away_too_long_is_told_to_ask_for_everything_again) {
    for (const char* last : {"1-1", "what", "99999999999-0"}) {
        const auto events = follow("", 1, last);
        ASSERT_EQ(events.size(), 1U);
        EXPECT_EQ(events[0].type, "reset");
    }
}

TEST_F(Events, only_what_was_asked_for_is_told) {
    const std::string begin =
        std::to_string(std::chrono::floor<std::chrono::seconds>(served.daemon.live.about.started)
                           .time_since_epoch()
                           .count()) +
        "-0";
    served.daemon.events.publish(happening(control::Topic::source, "", "one"));
    served.daemon.events.publish(happening(control::Topic::decision, "sara", "two"));
    served.daemon.events.publish(happening(control::Topic::decision, "ali", "three"));
    served.daemon.events.publish(happening(control::Topic::violation, "ali", "four"));
    const auto events = follow("?topics=decision%2Cviolation&account=ali", 2, begin);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_NE(events[0].data.find("three"), std::string::npos);
    EXPECT_EQ(events[1].type, "violation");
}

TEST_F(Events, of_what_replaces_each_other_the_last_is_told) {
    const std::string begin =
        std::to_string(std::chrono::floor<std::chrono::seconds>(served.daemon.live.about.started)
                           .time_since_epoch()
                           .count()) +
        "-0";
    for (const char* message : {"one", "two", "three"}) {
        control::Happening made = happening(control::Topic::source, "", message);
        made.replaces = "source local";
        served.daemon.events.publish(made);
    }
    served.daemon.events.publish(happening(control::Topic::decision, "", "four"));
    const auto events = follow("", 2, begin);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_NE(events[0].data.find("three"), std::string::npos);
}

TEST_F(Events, lines_of_a_source_are_shown_as_they_are_read) {
    auto timer = asio::steady_timer(served.daemon.io, 50ms);
    timer.async_wait([this](const boost::system::error_code&) {
        control::TappedLine line;
        line.verdict = "skip";
        line.skip = "dns";
        line.line = "text";
        served.daemon.taps.publish("local", line);
    });
    const auto events = run(served.daemon.io, [&] {
        return read_events(
            &served.local(), Served::request("GET", "/api/v1/sources/local/tail"), 1
        );
    });
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(
        events[0].data, R"({"verdict":"skip","account":"","address":"","skip":"dns","line":"text"})"
    );
}

TEST_F(Events, at_the_end_streams_end_and_the_server_with_them) {
    auto timer = asio::steady_timer(served.daemon.io, 50ms);
    Task task;
    timer.async_wait([&](const boost::system::error_code&) {
        task = spawn(
            served.daemon.io.get_executor(),
            "drain",
            [this] { return served.api->drain(1s); },
            [](const std::string&, const std::exception_ptr&) {}
        );
    });
    EXPECT_TRUE(follow("", 1).empty());
}

}  // namespace
}  // namespace fairgate::api
