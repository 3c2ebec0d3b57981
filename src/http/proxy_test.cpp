#include "http/proxy.hpp"

#include "http/client.hpp"
#include "http/peers_test.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fairgate::http {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
namespace asio = boost::asio;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/// A proxy that says the lines, one after each that it hears, and keeps what it heard.
class FakeProxy {
public:
    FakeProxy(asio::io_context& io, std::vector<std::string> lines) {
        ServerSettings settings;
        settings.listen = "127.0.0.1:0";
        listener_ = std::make_shared<Listener>(listen_on(io.get_executor(), settings).value());
        heard_ = std::make_shared<std::vector<std::string>>();
        task_ = spawn(
            io.get_executor(),
            "proxy",
            [listener = listener_, heard = heard_, lines = std::move(lines)] {
                return play(listener, heard, lines);
            },
            {}
        );
    }

    std::string address() const { return listener_->address; }
    const std::vector<std::string>& heard() const { return *heard_; }

private:
    static asio::awaitable<void> play(
        std::shared_ptr<Listener> listener,
        std::shared_ptr<std::vector<std::string>> heard,
        std::vector<std::string> lines
    ) {
        Socket socket(co_await asio::this_coro::executor);
        co_await listener->acceptor.async_accept(socket, asio::use_awaitable);
        auto transport = make_plain_transport(std::move(socket));
        for (const std::string& line : lines) {
            std::string piece(4096, '\0');
            auto got = co_await transport->read_some(asio::buffer(piece));
            heard->push_back(piece.substr(0, got ? *got : 0));
            co_await transport->write(asio::buffer(line), {});
        }
    }

    std::shared_ptr<Listener> listener_;
    std::shared_ptr<std::vector<std::string>> heard_;
    Task task_;
};

struct Fixture {
    explicit Fixture(std::vector<std::string> lines) : proxy(io, std::move(lines)) {}

    Result<Response> get(const std::string& scheme_and_login, const std::string& base) {
        ClientSettings settings;
        settings.base = base;
        settings.proxy = scheme_and_login + proxy.address();
        settings.connect_timeout = 5s;
        const auto client = make_client(io.get_executor(), settings).value();
        return run(io, [&] { return client->send(Request()); });
    }

    asio::io_context io;
    FakeProxy proxy;
};

TEST(Proxy, connects_through_http_with_a_login) {
    Fixture fixture({"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n", ok});
    const auto answer = fixture.get("http://us%20er:pass@", "http://panel.invalid:8000");
    ASSERT_TRUE(answer) << to_line(answer.error());
    EXPECT_EQ(answer->body, "hi");
    EXPECT_EQ(
        fixture.proxy.heard()[0],
        "CONNECT panel.invalid:8000 HTTP/1.1\r\nHost: panel.invalid:8000\r\n"
        "Proxy-Authorization: Basic dXMgZXI6cGFzcw==\r\n\r\n"
    );
    EXPECT_TRUE(fixture.proxy.heard()[1].starts_with("GET / HTTP/1.1\r\nHost: panel.invalid:8000"));
}

TEST(Proxy, gives_a_name_to_socks5h) {
    Fixture fixture({"\x05\x00"s, "\x05\x00\x00\x01\x7F\x00\x00\x01\x00\x50"s, ok});
    const auto answer = fixture.get("socks5h://", "http://panel.invalid:258");
    ASSERT_TRUE(answer) << to_line(answer.error());
    EXPECT_EQ(fixture.proxy.heard()[0], "\x05\x01\x00"s);
    EXPECT_EQ(fixture.proxy.heard()[1], "\x05\x01\x00\x03\x0Dpanel.invalid\x01\x02"s);
}

TEST(Proxy, gives_an_address_to_socks5_and_logs_in) {
    Fixture fixture({"\x05\x02"s, "\x01\x00"s, "\x05\x00\x00\x03\x02xy\x00\x50"s, ok});
    const auto answer = fixture.get("socks5://me:secret@", "http://[2001:db8::1]:80");
    ASSERT_TRUE(answer) << to_line(answer.error());
    EXPECT_EQ(fixture.proxy.heard()[0], "\x05\x02\x00\x02"s);
    EXPECT_EQ(fixture.proxy.heard()[1], "\x01\x02me\x06secret"s);
    EXPECT_EQ(
        fixture.proxy.heard()[2],
        "\x05\x01\x00\x04\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x01\x00\x50"s
    );
}

TEST(Proxy, that_refuses_is_told_from_a_server_that_does) {
    const auto refused = [](std::vector<std::string> lines, const std::string& scheme) {
        Fixture fixture(std::move(lines));
        const auto answer = fixture.get(scheme, "https://panel.invalid");
        EXPECT_FALSE(answer);
        EXPECT_EQ(answer.error().code, "FG-NET-018");
        EXPECT_EQ(answer.error().where.find("secret"), std::string::npos);
        return answer.error().cause;
    };
    EXPECT_EQ(
        refused({"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"}, "http://a:secret@"),
        "HTTP/1.1 407 Proxy Authentication Required"
    );
    EXPECT_EQ(refused({"SSH-2.0\r\n\r\n"}, "http://"), "its answer is not HTTP");
    EXPECT_EQ(refused({""}, "http://"), "End of file");
    EXPECT_EQ(refused({"HT"}, "socks5h://"), "its answer is not SOCKS 5");
    EXPECT_EQ(refused({"\x05\xFF"s}, "socks5h://"), "it wants another way to log in");
    EXPECT_EQ(refused({"\x05\x02"s, "\x01\x01"s}, "socks5h://a:secret@"), "wrong user or password");
    EXPECT_EQ(
        refused({"\x05\x00"s, "\x05\x05\x00\x01\0\0\0\0\0\0"s}, "socks5h://"),
        "connection refused by the target"
    );
}

TEST(Proxy, that_is_silent_is_given_up_in_time) {
    Fixture fixture({});
    ClientSettings settings;
    settings.base = "https://panel.invalid";
    settings.proxy = "socks5h://" + fixture.proxy.address();
    settings.connect_timeout = 20ms;
    const ServerSettings never;
    const auto client = make_client(fixture.io.get_executor(), settings).value();
    const auto answer = run(fixture.io, [&] { return client->send(Request()); });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "FG-NET-018");
}

TEST(ParseProxy, refuses_what_is_none_and_repeats_nothing_of_it) {
    for (const char* const wrong :
         {"", "10.0.0.1:1080", "ftp://h:1", "socks5://h", "http://a:secret@", "https://h:1"}) {
        const auto proxy = parse_proxy(wrong);
        ASSERT_FALSE(proxy) << wrong;
        EXPECT_EQ(proxy.error().code, "FG-NET-019");
        EXPECT_EQ(to_line(proxy.error()).find("secret"), std::string::npos);
    }
    EXPECT_EQ(parse_proxy("socks5h://a:secret@[::1]:1080").value().text(), "socks5h://[::1]:1080");
    EXPECT_FALSE(parse_proxy("socks5://" + std::string(300, 'a') + ":x@h:1"));
}

}  // namespace
}  // namespace fairgate::http
