#include "http/server.hpp"

#include "http/peers_test.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <string>
namespace fairgate::http {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

asio::awaitable<void> echo(Exchange& exchange) {
    Response response;
    response.headers.add("X-Peer", exchange.peer().address);
    response.body =
        exchange.request().method + " " + exchange.request().target + " " + exchange.request().body;
    co_await exchange.respond(std::move(response));
}

asio::awaitable<void> throw_up(Exchange& exchange) {
    if (exchange.request().target != "/silent") {
        throw std::runtime_error("the secret reason");
    }
    co_return;
}

asio::awaitable<void> count_to_three(Exchange& exchange) {
    Response head;
    head.headers.add("Content-Type", "text/plain");
    co_await exchange.begin(std::move(head));
    for (const char* const piece : {"one", "", "two", "three"}) {
        co_await exchange.send(piece);
    }
    if (exchange.request().target == "/break") {
        throw std::runtime_error("in the middle");
    }
}

/// Sends until the peer goes, and tells how it ended.
struct Endless {
    std::size_t sent = 0;
    bool ended = false;
    bool cancelled = false;

    asio::awaitable<void> operator()(Exchange& exchange) {
        try {
            co_await exchange.begin(Response());
            const std::string piece(16'384, 'x');
            bool taken = true;
            while (taken) {
                taken = co_await exchange.send(piece);
                sent += piece.size();
            }
        } catch (const boost::system::system_error&) {
            cancelled = true;
            throw;
        }
        ended = true;
    }
};

asio::awaitable<void> wait_for_the_end(Exchange& exchange) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (!exchange.peer_gone()) {
        timer.expires_after(1ms);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

struct Fixture {
    explicit Fixture(Handler handler, ServerSettings settings = {}) {
        if (settings.listen.empty()) {
            settings.listen = "127.0.0.1:0";
        }
        settings.on_failure = [this](const Error& error) { failures.push_back(error); };
        server = make_server(io.get_executor(), settings, std::move(handler)).value();
    }

    std::string say(const std::string& bytes) {
        const auto place = server->listening_on();
        return run(io, [&] { return peers::say(place, bytes); });
    }

    std::unique_ptr<Transport> dial() {
        return run(io, [&] { return peers::dial(server->listening_on()); });
    }

    void run_until(const std::function<bool()>& done) {
        const auto limit = std::chrono::steady_clock::now() + 10s;
        asio::steady_timer alarm(io, limit);
        alarm.async_wait([](const boost::system::error_code&) {});
        bool late = false;
        while (!done() && !late) {
            io.run_one();
            late = std::chrono::steady_clock::now() >= limit;
        }
        EXPECT_FALSE(late);
    }

    asio::io_context io;
    std::vector<Error> failures;
    std::unique_ptr<Server> server;
};

const std::string close_get = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

std::string body_of(const std::string& answer) {
    const auto at = answer.find("\r\n\r\n");
    return at == std::string::npos ? "no head: " + answer : answer.substr(at + 4);
}

TEST(Server, answers_and_closes_when_asked_to) {
    Fixture fixture(echo);
    const std::string answer = fixture.say(close_get);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << answer;
    EXPECT_NE(answer.find("X-Peer: 127.0.0.1:"), std::string::npos);
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_EQ(body_of(answer), "GET / ");
}

TEST(Server, answers_pipelined_requests_in_their_order) {
    Fixture fixture(echo);
    const std::string answer = fixture.say(
        "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
        "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
        "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        "GET /4 HTTP/1.1\r\nHost: h\r\n\r\n"
    );
    const auto one = answer.find("GET /1 ");
    const auto two = answer.find("POST /2 hi");
    const auto three = answer.find("GET /3 ");
    EXPECT_LT(one, two);
    EXPECT_LT(two, three);
    EXPECT_NE(three, std::string::npos);
    EXPECT_EQ(answer.find("GET /4"), std::string::npos);
}

TEST(Server, http_10_closes_unless_asked_to_keep_the_connection) {
    Fixture fixture(echo);
    EXPECT_EQ(body_of(fixture.say("GET / HTTP/1.0\r\n\r\n")), "GET / ");
    const std::string kept =
        fixture.say("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n");
    EXPECT_NE(kept.find("Connection: keep-alive\r\n"), std::string::npos);
    EXPECT_NE(kept.find("GET /2 "), std::string::npos);
}

TEST(Server, a_head_request_gets_the_length_and_no_body) {
    Fixture fixture(echo);
    const auto answer = fixture.say("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_NE(answer.find("Content-Length: 7\r\n"), std::string::npos);
    EXPECT_EQ(body_of(answer), "");
}

TEST(Server, sends_a_long_answer_in_chunks) {
    Fixture fixture(count_to_three);
    const auto answer = fixture.say(close_get);
    EXPECT_NE(answer.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_EQ(body_of(answer), "3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n");
    EXPECT_EQ(body_of(fixture.say("GET / HTTP/1.0\r\n\r\n")), "onetwothree");
    EXPECT_EQ(body_of(fixture.say("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")), "");
}

TEST(Server, a_long_answer_that_fails_is_not_ended_as_if_it_were_whole) {
    Fixture fixture(count_to_three);
    const auto answer = fixture.say("GET /break HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(answer.ends_with("5\r\nthree\r\n")) << answer;
    ASSERT_EQ(fixture.failures.size(), 1U);
}

TEST(Server, a_handler_that_throws_answers_500_with_an_id_and_no_reason) {
    Fixture fixture(throw_up);
    const auto answer = fixture.say("GET /x?token=secret HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
    EXPECT_NE(answer.find("Content-Type: application/problem+json\r\n"), std::string::npos);
    EXPECT_EQ(answer.find("secret"), std::string::npos);
    ASSERT_EQ(fixture.failures.size(), 1U);
    const Error& error = fixture.failures.front();
    EXPECT_NE(answer.find("\"request_id\":\"" + error.request_id + "\""), std::string::npos);
    EXPECT_EQ(error.cause, "the secret reason");
    EXPECT_EQ(error.where, "GET /x");
}

TEST(Server, a_handler_that_forgets_to_answer_answers_500) {
    Fixture fixture(throw_up);
    EXPECT_TRUE(fixture.say("GET /silent HTTP/1.1\r\nHost: h\r\n\r\n").starts_with("HTTP/1.1 500"));
}

TEST(Server, refuses_what_is_malformed_with_its_status) {
    Fixture fixture(echo);
    const auto status = [&](const std::string& bytes) { return fixture.say(bytes).substr(9, 3); };
    EXPECT_EQ(status("hello\r\n\r\n"), "400");
    EXPECT_EQ(status("GET / HTTP/1.1\r\n\r\n"), "400");
    EXPECT_EQ(status("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), "505");
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n"), "501");
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'x')), "431");
    EXPECT_EQ(
        status(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", 11) + "\r\n"), "400"
    );
}

TEST(Server, a_body_over_the_limit_is_refused_and_the_answer_arrives) {
    ServerSettings settings;
    settings.body_limit = 1000;
    Fixture fixture(echo, settings);
    const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n";
    const auto answer = fixture.say(head + std::string(3'000'000, 'x'));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer.substr(0, 100);
    const auto early = fixture.say(
        "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3000000\r\n\r\n"
    );
    EXPECT_TRUE(early.starts_with("HTTP/1.1 413 ")) << early.substr(0, 100);
}

TEST(Server, tells_a_client_that_waits_to_go_on) {
    Fixture fixture(echo);
    const auto transport = fixture.dial();
    const std::string head =
        "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
        "Connection: close\r\n\r\n";
    run(fixture.io, [&] { return transport->write(asio::buffer(head), {}); });
    const auto go_on = run(fixture.io, [&] { return peers::read_until(*transport, "\r\n\r\n"); });
    EXPECT_EQ(go_on, "HTTP/1.1 100 Continue\r\n\r\n");
    run(fixture.io, [&] { return transport->write(asio::buffer("hi", 2), {}); });
    const auto answer = run(fixture.io, [&] { return peers::read_all(*transport); });
    EXPECT_EQ(body_of(answer), "POST / hi");
}

TEST(Server, a_header_that_drips_in_is_cut_off) {
    ServerSettings settings;
    settings.header_timeout = 30ms;
    Fixture fixture(echo, settings);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(fixture.say("GET / HTTP/1.1\r\nHost: h\r\n"), "");
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
    EXPECT_EQ(fixture.server->connections(), 0U);
}

TEST(Server, a_body_that_does_not_come_is_cut_off) {
    ServerSettings settings;
    settings.body_timeout = 30ms;
    Fixture fixture(echo, settings);
    EXPECT_EQ(fixture.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab"), "");
}

TEST(Server, an_idle_connection_is_closed) {
    ServerSettings settings;
    settings.idle_timeout = 30ms;
    Fixture fixture(echo, settings);
    EXPECT_EQ(fixture.say(""), "");
    EXPECT_NE(fixture.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), "");
}

TEST(Server, a_reader_that_stops_is_waited_for_and_then_given_up) {
    ServerSettings settings;
    settings.idle_timeout = 50ms;
    Endless endless;
    Fixture fixture([&](Exchange& exchange) { return endless(exchange); }, settings);
    const auto transport = fixture.dial();
    run(fixture.io, [&] { return transport->write(asio::buffer(close_get), {}); });
    fixture.run_until([&] { return endless.ended; });
    // What the kernel's buffers hold, and no more: nothing was piled up here.
    EXPECT_LT(endless.sent, 32'000'000U);
    fixture.run_until([&] { return fixture.server->connections() == 0; });
}

TEST(Server, a_handler_sees_that_its_peer_has_gone) {
    Fixture fixture(wait_for_the_end);
    auto transport = fixture.dial();
    run(fixture.io, [&] { return transport->write(asio::buffer(close_get), {}); });
    fixture.run_until([&] { return fixture.server->connections() == 1; });
    transport.reset();
    fixture.run_until([&] { return fixture.server->connections() == 0; });
}

TEST(Server, one_too_many_is_told_so) {
    ServerSettings settings;
    settings.most_connections = 1;
    Fixture fixture(echo, settings);
    auto first = fixture.dial();
    fixture.run_until([&] { return fixture.server->connections() == 1; });
    const auto answer = fixture.say(close_get);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
    EXPECT_NE(answer.find("Retry-After: 5\r\n"), std::string::npos);
    first.reset();
    fixture.run_until([&] { return fixture.server->connections() == 0; });
    EXPECT_TRUE(fixture.say(close_get).starts_with("HTTP/1.1 200 "));
}

TEST(Server, stopping_ends_every_connection_at_the_next_turn) {
    Endless endless;
    Fixture fixture([&](Exchange& exchange) { return endless(exchange); });
    const auto busy = fixture.dial();
    const auto idle = fixture.dial();
    run(fixture.io, [&] { return busy->write(asio::buffer(close_get), {}); });
    fixture.run_until([&] { return endless.sent > 0 && fixture.server->connections() == 2; });
    fixture.server->stop();
    fixture.run_until([&] { return fixture.server->connections() == 0; });
    EXPECT_TRUE(endless.cancelled);
    EXPECT_TRUE(fixture.failures.empty());
}

struct Slow {
    asio::awaitable<void> operator()(Exchange& exchange) {
        boost::system::error_code opened;
        asio::steady_timer timer(co_await asio::this_coro::executor);
        timer.expires_at(asio::steady_timer::time_point::max());
        gate = &timer;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, opened));
        co_await exchange.respond(Response());
    }

    asio::steady_timer* gate = nullptr;  // of a request that has come
};

asio::awaitable<bool> drain(Server* server, std::chrono::milliseconds patience) {
    co_await server->drain(patience);
    co_return true;
}

asio::awaitable<void> open_later(Slow* slow) {
    co_await asio::this_coro::executor;
    slow->gate->cancel();
}

TEST(Server, draining_lets_an_answer_under_way_end_and_closes_idle_connections) {
    Slow slow;
    Fixture fixture([&](Exchange& exchange) { return slow(exchange); });
    const auto busy = fixture.dial();
    const auto idle = fixture.dial();
    run(fixture.io,
        [&] { return busy->write(asio::buffer("GET / HTTP/1.1\r\nHost: h\r\n\r\n", 27), {}); });
    fixture.run_until([&] { return slow.gate != nullptr && fixture.server->connections() == 2; });
    const Task opener =
        spawn(fixture.io.get_executor(), "opener", [&] { return open_later(&slow); }, {});
    run(fixture.io, [&] { return drain(fixture.server.get(), 10s); });
    EXPECT_EQ(fixture.server->connections(), 0U);
    const auto answer = run(fixture.io, [&] { return peers::read_all(*busy); });
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(run(fixture.io, [&] { return peers::read_all(*idle); }), "");
}

TEST(Server, draining_does_not_wait_for_ever) {
    Slow slow;
    Fixture fixture([&](Exchange& exchange) { return slow(exchange); });
    const auto busy = fixture.dial();
    run(fixture.io, [&] { return busy->write(asio::buffer(close_get), {}); });
    fixture.run_until([&] { return slow.gate != nullptr; });
    run(fixture.io, [&] { return drain(fixture.server.get(), 20ms); });
    fixture.run_until([&] { return fixture.server->connections() == 0; });
}

}  // namespace
}  // namespace fairgate::http
