#include "http/client.hpp"

#include "http/peers_test.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace fairgate::http {
namespace {

using namespace std::chrono_literals;
using peers::Scripted;
namespace asio = boost::asio;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

struct Asker {
    Asker(asio::io_context& context, const std::string& base, ClientSettings settings = {})
        : io(context) {
        settings.base = base;
        client = make_client(io.get_executor(), settings).value();
    }

    Result<Response> send(Request request) {
        return run(io, [&] { return client->send(request); });
    }
    Result<Response> get() { return send(Request()); }
    std::string code(Request request = {}) {
        const auto answer = send(std::move(request));
        return answer ? "no error" : answer.error().code;
    }
    Result<std::unique_ptr<Stream>> open() {
        return run(io, [&] { return client->open(Request()); });
    }
    Result<std::optional<std::string>> read(Stream& stream, std::chrono::milliseconds patience) {
        return run(io, [&] { return stream.read(patience); });
    }

    asio::io_context& io;
    std::unique_ptr<Client> client;
};

Request post(std::string body) {
    Request request;
    request.method = "POST";
    request.body = std::move(body);
    return request;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

TEST(Client, sends_host_base_path_and_length) {
    asio::io_context io;
    Scripted server(io, {{ok}});
    Asker asker(io, server.base() + "/dash/");
    Request request = post("body");
    request.target = "/api?x=1";
    ASSERT_TRUE(asker.send(request));
    EXPECT_TRUE(server.asked().starts_with("POST /dash/api?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
    EXPECT_EQ(count(server.asked(), "Content-Length: 4\r\n"), 1U);
}

TEST(Client, uses_a_connection_again) {
    asio::io_context io;
    Scripted server(io, {{ok, ok, ok}});
    Asker asker(io, server.base());
    for (int i = 0; i < 3; ++i) {
        const auto answer = asker.get();
        ASSERT_TRUE(answer) << to_line(answer.error());
        EXPECT_EQ(answer->body, "hi");
    }
}

TEST(Client, a_connection_the_server_ended_is_not_used_again) {
    asio::io_context io;
    const std::string closing =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi";
    Scripted server(io, {{closing}, {ok}});
    Asker asker(io, server.base());
    ASSERT_TRUE(asker.get());
    ASSERT_TRUE(asker.send(post("x")));
}

TEST(Client, a_get_on_a_connection_closed_meanwhile_is_sent_again) {
    asio::io_context io;
    // The second request is read and the connection closed without an answer.
    Scripted server(io, {{ok, ""}, {ok}});
    Asker asker(io, server.base());
    ASSERT_TRUE(asker.get());
    const auto answer = asker.get();
    ASSERT_TRUE(answer) << to_line(answer.error());
    EXPECT_EQ(count(server.asked(), "GET / "), 3U);
}

TEST(Client, a_post_is_never_sent_twice) {
    asio::io_context io;
    Scripted server(io, {{ok, ""}, {ok}});
    Asker asker(io, server.base());
    ASSERT_TRUE(asker.get());
    EXPECT_EQ(asker.code(post("")), "FG-NET-013");
    EXPECT_EQ(count(server.asked(), "POST / "), 1U);
}

TEST(Client, a_get_is_not_sent_again_on_a_new_connection_or_after_part_of_an_answer) {
    asio::io_context io;
    Scripted fresh(io, {{""}, {ok}});
    Asker first(io, fresh.base());
    EXPECT_EQ(first.code(), "FG-NET-013");
    Scripted part(io, {{ok, "HTTP/1.1 200"}, {ok}});
    Asker second(io, part.base());
    ASSERT_TRUE(second.get());
    EXPECT_EQ(second.code(), "FG-NET-013");
}

TEST(Client, names_each_way_to_fail) {
    asio::io_context io;
    const auto fails_with = [&](const std::string& answer) {
        Scripted server(io, {{answer}});
        ClientSettings settings;
        settings.body_limit = 10;
        return Asker(io, server.base(), settings).code();
    };
    EXPECT_EQ(fails_with("SSH-2.0-OpenSSH_9.2\r\n\r\n"), "FG-NET-011");
    EXPECT_EQ(fails_with("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"), "FG-NET-012");
    EXPECT_EQ(fails_with("HTTP/1.1 200 OK\r\n\r\n12345678901"), "FG-NET-012");
    EXPECT_EQ(fails_with("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"), "FG-NET-013");
    EXPECT_EQ(fails_with("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x')), "FG-NET-011");
    EXPECT_EQ(fails_with("HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n"), "FG-NET-011");
    EXPECT_EQ(fails_with("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"), "FG-NET-011");
}

TEST(Client, says_that_nothing_listens_and_that_a_socket_is_missing) {
    asio::io_context io;
    std::string dead;
    {
        ServerSettings settings;
        settings.listen = "127.0.0.1:0";
        dead = listen_on(io.get_executor(), settings).value().address;
    }
    EXPECT_EQ(Asker(io, "http://" + dead).code(), "FG-NET-003");
    EXPECT_EQ(Asker(io, "unix:/nonexistent/x.sock").code(), "FG-NET-003");
}

TEST(Client, says_that_a_name_cannot_be_resolved) {
    asio::io_context io;
    EXPECT_EQ(Asker(io, "http://name.invalid").code(), "FG-NET-002");
}

TEST(Client, gives_up_on_a_silent_server_in_time) {
    asio::io_context io;
    Scripted server(io, {{"<hang>"}, {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "<hang>"}});
    ClientSettings settings;
    settings.request_timeout = 20ms;
    Asker asker(io, server.base(), settings);
    const auto answer = asker.get();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "FG-NET-006");
    EXPECT_FALSE(answer.error().state.empty());
    EXPECT_EQ(asker.code(), "FG-NET-006");
}

TEST(Client, gives_up_connecting_in_time) {
    asio::io_context io;
    ServerSettings listening;
    listening.listen = "127.0.0.1:0";
    const Listener full = listen_on(io.get_executor(), listening).value();
    ClientSettings settings;
    settings.connect_timeout = 20ms;
    settings.trust.pinned_sha256 = std::string(64, 'a');
    // It accepts the connection, in the kernel, and never says a word of TLS.
    EXPECT_EQ(Asker(io, "https://" + full.address, settings).code(), "FG-NET-005");
}

TEST(Client, refuses_to_send_what_could_be_read_as_two_requests) {
    asio::io_context io;
    Asker asker(io, "http://127.0.0.1:1");
    Request request;
    request.headers.add("X", "a\r\nb: c");
    EXPECT_EQ(asker.code(request), "FG-NET-015");
    request = {};
    request.target = "/ HTTP/1.1\r\nX: y";
    EXPECT_EQ(asker.code(request), "FG-NET-015");
    request = {};
    request.method = "GET / HTTP/1.1\r\n";
    EXPECT_EQ(asker.code(request), "FG-NET-015");
}

TEST(Client, a_stream_gives_its_pieces_as_they_come_and_then_its_end) {
    asio::io_context io;
    Scripted server(
        io, {{"HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"}}
    );
    Asker asker(io, server.base());
    const auto stream = asker.open().value();
    EXPECT_EQ(stream->head().headers.get("x"), "y");
    EXPECT_EQ(asker.read(*stream, 5s).value(), "ab");
    EXPECT_FALSE(asker.read(*stream, 5s).value());
    EXPECT_FALSE(asker.read(*stream, 5s).value());
}

TEST(Client, a_stream_that_falls_silent_is_given_up_in_time) {
    asio::io_context io;
    Scripted server(io, {{"HTTP/1.1 200 OK\r\n\r\nab", "<hang>"}});
    Asker asker(io, server.base());
    const auto stream = asker.open().value();
    EXPECT_EQ(asker.read(*stream, 5s).value(), "ab");
    const auto silent = asker.read(*stream, 20ms);
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().code, "FG-NET-016");
    EXPECT_FALSE(asker.read(*stream, 20ms));
}

TEST(Client, a_stream_has_no_limit_and_no_request_timeout) {
    asio::io_context io;
    const std::string big(200'000, 'x');
    Scripted server(io, {{"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + big}});
    ClientSettings settings;
    settings.body_limit = 10;
    Asker asker(io, server.base(), settings);
    const auto stream = asker.open().value();
    std::size_t size = 0;
    while (const auto piece = asker.read(*stream, 5s).value()) {
        size += piece->size();
    }
    EXPECT_EQ(size, big.size());
}

asio::awaitable<void> read_for_ever(Client* client, bool* reading) {
    auto stream = co_await client->open(Request());
    *reading = true;
    while (true) {
        co_await (*stream)->read(1h);
    }
}

TEST(Client, a_cancelled_stream_ends_at_once_and_closes_its_connection) {
    asio::io_context io;
    Scripted server(io, {{"HTTP/1.1 200 OK\r\n\r\n", "<hang>"}, {ok}});
    Asker asker(io, server.base());
    bool reading = false;
    bool failed = false;
    Task task = spawn(
        io.get_executor(),
        "reader",
        [&] { return read_for_ever(asker.client.get(), &reading); },
        [&](const std::string&, const std::exception_ptr&) { failed = true; }
    );
    while (!reading) {
        io.run_one();
    }
    task.cancel();
    while (!task.finished()) {
        ASSERT_NE(io.run_one(), 0U);
    }
    EXPECT_FALSE(failed);
    EXPECT_TRUE(asker.get()) << "the server saw the connection close and took the next";
}

asio::awaitable<void> send_once(Client* client, std::optional<Result<Response>>* result) {
    result->emplace(co_await client->send(Request()));
}

TEST(Client, may_go_while_a_request_is_under_way) {
    asio::io_context io;
    Scripted server(io, {{ok}});
    Asker asker(io, server.base());
    std::optional<Result<Response>> result;
    const Task task = spawn(
        io.get_executor(), "sender", [&] { return send_once(asker.client.get(), &result); }, {}
    );
    while (server.asked().empty()) {
        ASSERT_NE(io.run_one(), 0U);
    }
    asker.client.reset();
    while (!task.finished()) {
        ASSERT_NE(io.run_one(), 0U);
    }
    ASSERT_TRUE(result);
    EXPECT_TRUE(*result);
}

TEST(Client, takes_many_requests_at_once) {
    asio::io_context io;
    Scripted server(io, {{ok}, {ok}, {ok}});
    Asker asker(io, server.base());
    std::array<std::optional<Result<Response>>, 3> results;
    std::list<Task> tasks;
    for (auto& result : results) {
        auto start = [&] { return send_once(asker.client.get(), &result); };
        tasks.push_back(spawn(io.get_executor(), "sender", start, {}));
    }
    for (const Task& task : tasks) {
        while (!task.finished()) {
            ASSERT_NE(io.run_one(), 0U);
        }
    }
    for (const auto& result : results) {
        EXPECT_TRUE(result && *result);
    }
}

TEST(MakeClient, refuses_a_bad_address_and_a_bad_pin) {
    asio::io_context io;
    ClientSettings settings;
    settings.base = "panel.example.com";
    EXPECT_EQ(make_client(io.get_executor(), settings).error().code, "FG-NET-001");
    settings.base = "https://panel.example.com";
    settings.trust.pinned_sha256 = "abc";
    EXPECT_EQ(make_client(io.get_executor(), settings).error().code, "FG-NET-017");
}

}  // namespace
}  // namespace fairgate::http
