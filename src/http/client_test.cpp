#include "http/client.hpp"

#include "base/run.hpp"
#include "http/server.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <string>

namespace fairgate::http {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> echo(Exchange& exchange) {
    Response response;
    response.headers.add("X-Method", exchange.request().method);
    response.headers.add("X-Target", exchange.request().target);
    response.body = exchange.request().body;
    co_await exchange.respond(std::move(response));
}

struct Pair {
    explicit Pair(Handler handler, ServerSettings chosen = {}) {
        if (chosen.listen.empty()) {
            chosen.listen = "127.0.0.1:0";
        }
        server = make_server(io.get_executor(), chosen, std::move(handler)).value();
        ClientSettings settings;
        const std::string place = server->listening_on();
        settings.base = place.starts_with("unix:") ? place : "http://" + place;
        client = make_client(io.get_executor(), settings).value();
    }

    Result<Response> send(Request request) {
        return run(io, [&] { return client->send(std::move(request)); });
    }

    asio::io_context io;
    std::unique_ptr<Server> server;
    std::unique_ptr<Client> client;
};

TEST(Client, a_request_comes_back_over_tcp) {
    Pair pair(echo);
    Request request;
    request.method = "POST";
    request.target = "/a?b=c";
    request.body = "hello";
    const auto response = pair.send(request);
    ASSERT_TRUE(response) << to_line(response.error());
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "hello");
    EXPECT_EQ(response->headers.get("x-target"), "/a?b=c");
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(pair.send(request));
    }
    EXPECT_EQ(pair.server->connections(), 1U);
}

TEST(Client, a_request_comes_back_over_a_unix_socket) {
    ServerSettings settings;
    settings.listen = "unix:" + testing::TempDir() + "fairgate_http_test.sock";
    Pair pair(echo, settings);
    const auto response = pair.send(Request());
    ASSERT_TRUE(response) << to_line(response.error());
    EXPECT_EQ(response->headers.get("X-Method"), "GET");
}

}  // namespace
}  // namespace fairgate::http
