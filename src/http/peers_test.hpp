#pragma once

// The other side, for tests: one that sends what it is told, and one that answers by a script.

#include "base/run.hpp"
#include "base/spawn.hpp"
#include "http/client.hpp"
#include "http/connect.hpp"
#include "http/listener.hpp"
#include "http/server.hpp"
#include "http/socket.hpp"
#include "http/transport.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::http::peers {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Everything until the other side ends.
inline asio::awaitable<std::string> read_all(Transport& transport) {
    std::string all;
    std::string piece(4096, '\0');
    while (true) {
        auto got = co_await transport.read_some(asio::buffer(piece));
        if (!got || *got == 0) {
            co_return all;
        }
        all.append(piece, 0, *got);
    }
}

/// Reads until `mark` has come `times` times, or the end.
inline asio::awaitable<std::string> read_until(
    Transport& transport, std::string mark, std::size_t times = 1
) {
    std::string all;
    std::string piece(4096, '\0');
    while (true) {
        std::size_t found = 0;
        for (std::size_t at = all.find(mark); at != std::string::npos;
             at = all.find(mark, at + mark.size())) {
            ++found;
        }
        if (found >= times) {
            co_return all;
        }
        auto got = co_await transport.read_some(asio::buffer(piece));
        if (!got || *got == 0) {
            co_return all;
        }
        all.append(piece, 0, *got);
    }
}

inline asio::awaitable<std::unique_ptr<Transport>> dial(std::string place) {
    const Base base = parse_base(place.starts_with("unix:") ? place : "http://" + place).value();
    TlsClient tls = TlsClient::make({}).value();
    auto transport = co_await connect(base, std::nullopt, tls, 5s);
    co_return std::move(transport).value();
}

/// Sends `bytes` and gives all that comes back, at most ten seconds long.
inline asio::awaitable<std::string> say(std::string place, std::string bytes) {
    auto transport = co_await dial(std::move(place));
    transport->deadline(after(10s));
    co_await transport->write(asio::buffer(bytes), {});
    co_return co_await read_all(*transport);
}

/// A server that knows no HTTP: to the n-th connection, it says the n-th script's lines, each after
/// the end of a request's head. "<hang>" stays silent, and after the last line it closes.
class Scripted {
public:
    using Lines = std::vector<std::string>;

    Scripted(asio::io_context& io, std::vector<Lines> scripts) {
        ServerSettings settings;
        settings.listen = "127.0.0.1:0";
        listener_ = std::make_shared<Listener>(listen_on(io.get_executor(), settings).value());
        asked_ = std::make_shared<std::string>();
        task_ = spawn(
            io.get_executor(),
            "scripted",
            [listener = listener_, asked = asked_, scripts = std::move(scripts)] {
                return play(listener, asked, scripts);
            },
            [](const std::string&, const std::exception_ptr& thrown) {
                std::rethrow_exception(thrown);
            }
        );
    }

    std::string base() const { return "http://" + listener_->address; }
    const std::string& asked() const { return *asked_; }

private:
    static asio::awaitable<void> play(
        std::shared_ptr<Listener> listener,
        std::shared_ptr<std::string> asked,
        std::vector<Lines> scripts
    ) {
        for (const Lines& lines : scripts) {
            Socket socket(co_await asio::this_coro::executor);
            co_await listener->acceptor.async_accept(socket, asio::use_awaitable);
            auto transport = make_plain_transport(std::move(socket));
            for (const std::string& line : lines) {
                *asked += co_await read_until(*transport, "\r\n\r\n");
                if (line == "<hang>") {
                    *asked += co_await read_until(*transport, "<never>");
                }
                co_await transport->write(asio::buffer(line), {});
            }
        }
    }

    std::shared_ptr<Listener> listener_;
    std::shared_ptr<std::string> asked_;
    Task task_;
};

}  // namespace fairgate::http::peers
