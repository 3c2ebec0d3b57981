#pragma once

#include "base/error.hpp"
#include "http/message.hpp"
#include "http/websocket.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace fairgate::http {

/// Who is on the other end of a connection.
struct Peer {
    bool local_socket = false;  ///< a Unix socket: the ids below are the kernel's word
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::string address;  ///< "127.0.0.1:51234"; empty on a Unix socket
};

/// One request being answered. Exactly one of respond(), begin() and upgrade() is called, but for
/// an upgrade() that gave nothing.
class Exchange {
public:
    virtual ~Exchange() = default;
    virtual const Request& request() const = 0;
    virtual const Peer& peer() const = 0;
    virtual boost::asio::awaitable<void> respond(Response response) = 0;
    /// Starts a chunked answer; `head.body` is ignored.
    virtual boost::asio::awaitable<void> begin(Response head) = 0;
    /// Sends a piece after begin(). False when the peer has gone; then stop.
    virtual boost::asio::awaitable<bool> send(std::string piece) = 0;
    /// Accepts the WebSocket that was asked for; nothing when none was: then respond(). To refuse
    /// one, respond() without this. When the handler ends without close(), the peer sees 1006.
    virtual boost::asio::awaitable<std::unique_ptr<WebSocket>> upgrade() = 0;
    /// True once the peer closed its side; for long answers that have nothing to send.
    virtual bool peer_gone() const = 0;
};

using Handler = std::function<boost::asio::awaitable<void>(Exchange&)>;

struct ServerSettings {
    std::string listen;  ///< "127.0.0.1:8443", "[::1]:0", "unix:/run/fairgate/api.sock"
    std::uint32_t socket_mode = 0660;
    std::string certificate_file;  ///< PEM, the server's first; with key_file: TLS
    std::string key_file;
    std::size_t body_limit = 1U << 20U;
    std::size_t most_connections = 1024;
    std::chrono::milliseconds idle_timeout{75'000};
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds body_timeout{60'000};  ///< for the whole body of a request
    /// Told of each request that could not be answered, with the id its asker saw, and of a
    /// connection that could not be taken. May be empty.
    std::function<void(const Error&)> on_failure = {};
};

/// Serves until destroyed or stopped. A handler that throws answers 500 with a request id.
class Server {
public:
    virtual ~Server() = default;
    virtual std::string listening_on() const = 0;  ///< with the port the system chose
    virtual std::size_t connections() const = 0;
    /// Takes no new connection and closes the open ones. They end at the next turn of the executor.
    virtual void stop() = 0;
    /// Takes no new connection, closes idle ones, lets answers under way end for up to `patience`,
    /// then stop().
    virtual boost::asio::awaitable<void> drain(std::chrono::milliseconds patience) = 0;
};

/// The listening socket is open when this returns. FG-NET-020 to 025 say why it cannot be.
Result<std::unique_ptr<Server>> make_server(
    boost::asio::any_io_executor executor, ServerSettings settings, Handler handler
);

}  // namespace fairgate::http
