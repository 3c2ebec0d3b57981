#include "http/websocket.hpp"

#include "http/peers_test.hpp"
#include "http/self_signed.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace fairgate::http {
namespace {

using namespace std::chrono_literals;
using peers::Scripted;
using Kind = WebSocketMessage::Kind;
namespace asio = boost::asio;

WebSocketMessage message(Kind kind, std::string data) {
    WebSocketMessage made;
    made.kind = kind;
    made.data = std::move(data);
    return made;
}

/// Does what the first message says, and otherwise says it back.
asio::awaitable<void> parrot(Exchange& exchange) {
    if (exchange.request().headers.get("Authorization") == "Bearer wrong") {
        Response refusal;
        refusal.status = 403;
        refusal.body = "no";
        co_await exchange.respond(std::move(refusal));
        co_return;
    }
    auto socket = co_await exchange.upgrade();
    if (!socket) {
        Response plain;
        plain.body = "no websocket asked for";
        co_await exchange.respond(std::move(plain));
        co_return;
    }
    WebSocketMessage greeting = message(Kind::text, exchange.request().target);
    co_await socket->send(std::move(greeting));
    while (true) {
        auto heard = co_await socket->read(10s);
        if (!heard || heard->kind == Kind::closed || heard->data == "drop") {
            co_return;
        }
        if (heard->data == "restart") {
            co_await socket->close(1012, "Service Restart");
        } else if (heard->data == "ping me") {
            WebSocketMessage ping = message(Kind::ping, "are you there");
            co_await socket->send(std::move(ping));
        } else {
            WebSocketMessage same = *std::move(heard);
            co_await socket->send(std::move(same));
        }
    }
}

asio::awaitable<void> read_until_cancelled(WebSocket& socket, bool& cancelled) {
    try {
        co_await socket.read(1h);
    } catch (const boost::system::system_error& thrown) {
        cancelled = thrown.code() == asio::error::operation_aborted;
        throw;
    }
}

/// A server of parrots and one client of it.
struct Pair {
    explicit Pair(ServerSettings serving = {}, ClientSettings asking = {}) {
        const std::string scheme = serving.key_file.empty() ? "http://" : "https://";
        serving.listen = "127.0.0.1:0";
        serving.body_limit = 8U << 20U;
        server = make_server(io.get_executor(), serving, parrot).value();
        asking.base = scheme + server->listening_on();
        asking.message_limit = 4U << 20U;
        client = make_client(io.get_executor(), asking).value();
    }

    Result<Upgrade> ask(std::string token = "right") {
        Request request;
        request.target = "/logs?interval=1";
        request.headers.set("Authorization", "Bearer " + token);
        return run(io, [&] { return client->upgrade(request); });
    }
    Result<WebSocketMessage> read(WebSocket& socket, std::chrono::milliseconds patience = 10s) {
        return run(io, [&] { return socket.read(patience); });
    }
    bool send(WebSocket& socket, std::string text) {
        return run(io, [&] { return socket.send(message(Kind::text, text)); });
    }

    asio::io_context io;
    std::unique_ptr<Server> server;
    std::unique_ptr<Client> client;
};

TEST(WebSocket, carries_messages_both_ways_and_asks_with_target_and_token) {
    Pair pair;
    auto upgrade = pair.ask();
    ASSERT_TRUE(upgrade) << to_line(upgrade.error());
    ASSERT_TRUE(upgrade->socket);
    EXPECT_EQ(pair.read(*upgrade->socket)->data, "/logs?interval=1");
    ASSERT_TRUE(pair.send(*upgrade->socket, "سلام"));
    EXPECT_EQ(pair.read(*upgrade->socket)->data, "سلام");
}

TEST(WebSocket, runs_over_tls) {
    const TimePoint now = SystemClock().now();
    const Identity made =
        make_self_signed({"127.0.0.1"}, now - std::chrono::days(1), now + std::chrono::days(1))
            .value();
    const std::string file =
        testing::TempDir() + "fairgate_websocket_test_" + std::to_string(::getpid());
    std::ofstream(file + ".crt") << made.certificate;
    std::ofstream(file + ".key") << made.key;
    ServerSettings serving;
    serving.certificate_file = file + ".crt";
    serving.key_file = file + ".key";
    ClientSettings asking;
    asking.trust.ca_file = serving.certificate_file;
    Pair pair(serving, asking);
    auto upgrade = pair.ask();
    std::filesystem::remove(serving.certificate_file);
    std::filesystem::remove(serving.key_file);
    ASSERT_TRUE(upgrade) << to_line(upgrade.error());
    ASSERT_TRUE(upgrade->socket);
    ASSERT_TRUE(pair.read(*upgrade->socket));
    const std::string huge(3U << 20U, 'x');
    ASSERT_TRUE(pair.send(*upgrade->socket, huge));
    EXPECT_EQ(pair.read(*upgrade->socket)->data, huge);
}

TEST(WebSocket, a_refused_handshake_gives_status_and_body_and_the_client_goes_on) {
    Pair pair;
    const auto refused = pair.ask("wrong");
    ASSERT_TRUE(refused);
    EXPECT_FALSE(refused->socket);
    EXPECT_EQ(refused->answer.status, 403);
    EXPECT_EQ(refused->answer.body, "no");
    const auto plain = run(pair.io, [&] { return pair.client->send(Request()); });
    EXPECT_EQ(plain->body, "no websocket asked for");
}

TEST(WebSocket, a_ping_is_answered_and_shown) {
    Pair pair;
    auto upgrade = pair.ask();
    ASSERT_TRUE(pair.read(*upgrade->socket));
    ASSERT_TRUE(pair.send(*upgrade->socket, "ping me"));
    const auto ping = pair.read(*upgrade->socket);
    EXPECT_EQ(ping->kind, Kind::ping);
    // The parrot gives our pong back.
    const auto pong = pair.read(*upgrade->socket);
    EXPECT_EQ(pong->kind, Kind::pong);
    EXPECT_EQ(pong->data, "are you there");
}

TEST(WebSocket, a_close_with_a_code_is_told_from_an_abrupt_end) {
    Pair pair;
    auto restarted = pair.ask();
    ASSERT_TRUE(pair.read(*restarted->socket));
    ASSERT_TRUE(pair.send(*restarted->socket, "restart"));
    for (int i = 0; i < 2; ++i) {
        const auto end = pair.read(*restarted->socket);
        ASSERT_TRUE(end);
        EXPECT_EQ(end->kind, Kind::closed);
        EXPECT_EQ(end->code, 1012);
        EXPECT_EQ(end->data, "Service Restart");
    }
    EXPECT_FALSE(pair.send(*restarted->socket, "too late"));
    auto dropped = pair.ask();
    ASSERT_TRUE(pair.read(*dropped->socket));
    ASSERT_TRUE(pair.send(*dropped->socket, "drop"));
    const auto end = pair.read(*dropped->socket);
    ASSERT_TRUE(end);
    EXPECT_EQ(end->code, 1006);
}

TEST(WebSocket, our_own_close_is_answered) {
    Pair pair;
    auto upgrade = pair.ask();
    ASSERT_TRUE(pair.read(*upgrade->socket));
    const Task closing = spawn(
        pair.io.get_executor(), "close", [&] { return upgrade->socket->close(1001, "going"); }, {}
    );
    const auto end = pair.read(*upgrade->socket);
    ASSERT_TRUE(end);
    EXPECT_EQ(end->code, 1001);
}

TEST(WebSocket, a_silent_peer_is_an_error_in_time) {
    Pair pair;
    auto upgrade = pair.ask();
    ASSERT_TRUE(pair.read(*upgrade->socket));
    const auto silent = pair.read(*upgrade->socket, 20ms);
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().code, "FG-NET-016");
}

TEST(WebSocket, bytes_that_make_no_message_win_no_time) {
    asio::io_context io;
    ServerSettings serving;
    serving.listen = "127.0.0.1:0";
    const auto drip = [](Exchange& exchange) -> asio::awaitable<void> {
        const auto socket = co_await exchange.upgrade();
        // A frame of 100 bytes, one byte at a time: the exchange's own send() is under the frames.
        std::string piece("\x81\x64", 2);
        for (bool taken = true; taken; piece = "x") {
            taken = co_await exchange.send(piece);
            asio::steady_timer pause(co_await asio::this_coro::executor, 2ms);
            co_await pause.async_wait(asio::use_awaitable);
        }
    };
    auto server = make_server(io.get_executor(), serving, drip).value();
    ClientSettings asking;
    asking.base = "http://" + server->listening_on();
    auto client = make_client(io.get_executor(), asking).value();
    auto upgrade = run(io, [&] { return client->upgrade(Request()); });
    const auto silent = run(io, [&] { return upgrade->socket->read(30ms); });
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().code, "FG-NET-016");
}

TEST(WebSocket, a_message_beyond_the_limit_is_refused) {
    Pair pair;
    auto upgrade = pair.ask();
    ASSERT_TRUE(pair.read(*upgrade->socket));
    ASSERT_TRUE(pair.send(*upgrade->socket, std::string(5U << 20U, 'x')));
    const auto refused = pair.read(*upgrade->socket);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "FG-NET-012");
}

TEST(WebSocket, a_handshake_that_is_not_ours_is_refused) {
    asio::io_context io;
    const std::string wrong =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    Scripted server(io, {{wrong}});
    ClientSettings asking;
    asking.base = server.base();
    const auto client = make_client(io.get_executor(), asking).value();
    const auto upgrade = run(io, [&] { return client->upgrade(Request()); });
    ASSERT_FALSE(upgrade);
    EXPECT_EQ(upgrade.error().code, "FG-NET-028");
    EXPECT_NE(server.asked().find("Connection: Upgrade\r\n"), std::string::npos);
}

TEST(WebSocket, a_server_that_does_not_answer_the_handshake_is_given_up) {
    asio::io_context io;
    Scripted server(io, {{"<hang>"}});
    ClientSettings asking;
    asking.base = server.base();
    asking.request_timeout = 20ms;
    const auto client = make_client(io.get_executor(), asking).value();
    const auto upgrade = run(io, [&] { return client->upgrade(Request()); });
    ASSERT_FALSE(upgrade);
    EXPECT_EQ(upgrade.error().code, "FG-NET-006");
}

TEST(WebSocket, reading_can_be_cancelled) {
    Pair pair;
    auto upgrade = pair.ask();
    ASSERT_TRUE(pair.read(*upgrade->socket));
    bool cancelled = false;
    const auto read_for_ever = [&] { return read_until_cancelled(*upgrade->socket, cancelled); };
    Task task = spawn(pair.io.get_executor(), "reader", read_for_ever, {});
    pair.io.poll();
    task.cancel();
    pair.io.restart();
    pair.io.poll();
    EXPECT_TRUE(task.finished());
    EXPECT_TRUE(cancelled);
}

}  // namespace
}  // namespace fairgate::http
