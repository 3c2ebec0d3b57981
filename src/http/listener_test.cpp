#include "http/peers_test.hpp"
#include "http/server.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace fairgate::http {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> who(Exchange& exchange) {
    Response response;
    const Peer& peer = exchange.peer();
    response.body = peer.local_socket ? "uid " + std::to_string(peer.uid) : peer.address;
    co_await exchange.respond(std::move(response));
}

struct Fixture {
    explicit Fixture(const std::string& listen, std::uint32_t mode = 0660) {
        ServerSettings settings;
        settings.listen = listen;
        settings.socket_mode = mode;
        server = make_server(io.get_executor(), settings, who).value();
    }

    std::string ask() {
        const std::string place = server->listening_on();
        const std::string get = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        const std::string answer = run(io, [&] { return peers::say(place, get); });
        return answer.substr(answer.find("\r\n\r\n") + 4);
    }

    asio::io_context io;
    std::unique_ptr<Server> server;
};

std::string code(const std::string& listen) {
    asio::io_context io;
    ServerSettings settings;
    settings.listen = listen;
    const auto server = make_server(io.get_executor(), settings, who);
    return server ? "none" : server.error().code;
}

std::string socket_path() {
    return testing::TempDir() + "fairgate_listener_test_" + std::to_string(::getpid()) + ".sock";
}

TEST(Listener, a_unix_socket_has_its_mode_and_knows_its_peer) {
    Fixture fixture("unix:" + socket_path(), 0646);  // more than any umask lets through
    EXPECT_EQ(fixture.server->listening_on(), "unix:" + socket_path());
    struct stat found{};
    ASSERT_EQ(::stat(socket_path().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0646U);
    EXPECT_EQ(fixture.ask(), "uid " + std::to_string(::getuid()));
    fixture.server.reset();
    EXPECT_FALSE(std::filesystem::exists(socket_path()));
}

TEST(Listener, replaces_the_socket_of_a_dead_process_but_not_of_a_living_one) {
    asio::io_context io;
    {
        // Leaves its file behind, as kill -9 does.
        const asio::local::stream_protocol::endpoint endpoint(socket_path());
        const asio::local::stream_protocol::acceptor left(io, endpoint);
    }
    Fixture fixture("unix:" + socket_path());
    EXPECT_EQ(code("unix:" + socket_path()), "FG-NET-021");
    EXPECT_TRUE(fixture.ask().starts_with("uid "));
}

TEST(Listener, leaves_a_file_that_is_no_socket_alone) {
    std::ofstream(socket_path()) << "precious";
    EXPECT_EQ(code("unix:" + socket_path()), "FG-NET-021");
    EXPECT_TRUE(std::filesystem::exists(socket_path()));
    std::filesystem::remove(socket_path());
}

TEST(Listener, does_not_remove_a_file_that_another_process_put_in_its_place) {
    Fixture fixture("unix:" + socket_path());
    std::filesystem::remove(socket_path());
    std::ofstream(socket_path()) << "another";
    fixture.server.reset();
    EXPECT_TRUE(std::filesystem::exists(socket_path()));
    std::filesystem::remove(socket_path());
}

TEST(Listener, says_why_it_cannot_listen) {
    EXPECT_EQ(code("localhost:80"), "FG-NET-020");
    EXPECT_EQ(code("127.0.0.1"), "FG-NET-020");
    EXPECT_EQ(code("::1:80"), "FG-NET-020");
    EXPECT_EQ(code("127.0.0.1:99999"), "FG-NET-020");
    EXPECT_EQ(code("unix:x.sock"), "FG-NET-020");
    EXPECT_EQ(code("unix:/" + std::string(200, 'x')), "FG-NET-020");
    EXPECT_EQ(code("192.0.2.1:0"), "FG-NET-023");
    EXPECT_EQ(code("unix:/nonexistent/x.sock"), "FG-NET-024");
    const Fixture taken("127.0.0.1:0");
    EXPECT_EQ(code(taken.server->listening_on()), "FG-NET-021");
}

TEST(Listener, takes_ipv4_on_the_unspecified_ipv6_address_and_writes_it_as_ipv4) {
    Fixture six("[::1]:0");
    EXPECT_TRUE(six.server->listening_on().starts_with("[::1]:"));
    EXPECT_TRUE(six.ask().starts_with("[::1]:"));
    Fixture both("[::]:0");
    const std::string listening = both.server->listening_on();
    const std::string four = "127.0.0.1" + listening.substr(listening.rfind(':'));
    const std::string get = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    const std::string answer = run(both.io, [&] { return peers::say(four, get); });
    EXPECT_NE(answer.find("\r\n\r\n127.0.0.1:"), std::string::npos) << answer;
}

}  // namespace
}  // namespace fairgate::http
