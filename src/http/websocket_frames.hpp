#pragma once

#include "http/codec.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate::http {

/// What one side of a WebSocket says to the other (RFC 6455).
struct WebSocketMessage {
    enum class Kind { text, binary, ping, pong, closed };

    Kind kind = Kind::text;
    std::string data;        ///< of a close: its reason. Text is not checked to be UTF-8
    std::uint16_t code = 0;  ///< of a close: 1000, 1012, …; 1005 none was given, 1006 no close came
};

/// Takes the bytes of a WebSocket and gives its messages, fragments joined. Knows no socket and no
/// time.
class WebSocketParser {
public:
    enum class Reads { from_server, from_client };  ///< a client masks what it sends

    WebSocketParser(Reads reads, std::size_t message_limit)
        : reads_(reads), message_limit_(message_limit) {}

    void feed(std::string_view bytes);
    /// Nothing: more is needed, or there is a fault. After a close there is nothing more.
    std::optional<WebSocketMessage> next();
    /// True while nothing waits for next().
    bool empty() const { return taken_ == pending_.size(); }
    /// none, malformed, or body_too_large for a message beyond the limit.
    Fault fault() const { return fault_; }
    const std::string& why() const { return why_; }

private:
    struct Frame {
        unsigned opcode = 0;
        bool last = false;
        std::size_t head = 0;
        std::uint64_t length = 0;
        std::array<unsigned char, 4> mask{};
    };

    std::optional<Frame> head_of_next();
    bool is_allowed(const Frame& frame, bool masked);
    std::string payload_of(const Frame& frame);
    std::optional<WebSocketMessage> control(const Frame& frame, std::string payload);
    std::optional<WebSocketMessage> closed_with(std::string payload);
    void refuse(std::string why);

    Reads reads_;
    std::size_t message_limit_;
    std::string pending_;
    std::size_t taken_ = 0;                    ///< of pending_
    std::optional<WebSocketMessage> message_;  ///< whose fragments are coming
    bool closed_ = false;
    Fault fault_ = Fault::none;
    std::string why_;
};

/// The bytes of one unfragmented message, masked if there is a mask. A ping, pong or close keeps
/// the first 123 bytes of its data: a control frame has room for no more.
std::string to_frame(
    const WebSocketMessage& message, std::optional<std::array<unsigned char, 4>> mask
);

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string websocket_accept(std::string_view key);

/// Whether a request asks for a WebSocket, version 13.
bool asks_for_websocket(const Request& request);

}  // namespace fairgate::http
