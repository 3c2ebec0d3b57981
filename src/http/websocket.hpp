#pragma once

#include "base/error.hpp"
#include "http/message.hpp"
#include "http/websocket_frames.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace fairgate::http {

class Transport;

/// One open WebSocket (RFC 6455), either side of it. One coroutine reads; any number may send.
/// Destroying a client's closes the connection without a word; a server's lasts no longer than its
/// exchange.
class WebSocket {
public:
    virtual ~WebSocket() = default;

    /// The next message. Pings and pongs are given too, since they tell a peer that is alive and
    /// has nothing to say from one that is gone; a ping has been answered by then. A close is the
    /// last message and is given again when asked again; its code is 1006 when the connection ended
    /// without one. FG-NET-016 when nothing whole came within `patience`, FG-NET-012 for a message
    /// beyond the limit, FG-NET-028 for bytes that are no WebSocket's: then it is of no more use.
    virtual boost::asio::awaitable<Result<WebSocketMessage>> read(std::chrono::milliseconds patience
    ) = 0;

    /// True while nothing has come that read() would look at: for a side that mostly sends and has
    /// no coroutine that reads.
    virtual bool quiet() const = 0;

    /// False when the peer has gone, does not take it within 30 s, or a close was sent.
    virtual boost::asio::awaitable<bool> send(WebSocketMessage message) = 0;

    /// Sends a close, once; the peer's own is still to be read.
    virtual boost::asio::awaitable<void> close(std::uint16_t code, std::string reason) = 0;
};

/// What the bytes of a WebSocket run over, after the handshake.
struct WebSocketPath {
    std::shared_ptr<Transport> transport;
    WebSocketParser::Reads reads = WebSocketParser::Reads::from_server;
    std::string place;  ///< how errors call the peer
    std::size_t message_limit = 1U << 20U;
    std::string early;  ///< what came together with the handshake
};

std::unique_ptr<WebSocket> make_websocket(
    WebSocketPath path, const boost::asio::any_io_executor& executor
);

/// Fills in what a request needs to ask for a WebSocket.
void ask_for_websocket(Request& request);
/// Whether the answer 101 belongs to that request.
bool is_websocket_answer(const Request& request, const Response& answer);

}  // namespace fairgate::http
