#include "http/websocket_frames.hpp"

#include "http/base64.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <utility>

namespace fairgate::http {

namespace {

constexpr unsigned continuation = 0x0;
constexpr unsigned text_frame = 0x1;
constexpr unsigned binary_frame = 0x2;
constexpr unsigned close_frame = 0x8;
constexpr unsigned ping_frame = 0x9;
constexpr unsigned pong_frame = 0xA;
constexpr std::size_t most_control_data = 125;

bool is_control(unsigned opcode) { return opcode >= close_frame; }

bool is_known(unsigned opcode) {
    return opcode <= binary_frame || (opcode >= close_frame && opcode <= pong_frame);
}

/// Codes that may stand in a close frame (RFC 6455 7.4, IANA's registry).
bool is_sendable(unsigned code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

unsigned opcode_of(WebSocketMessage::Kind kind) {
    switch (kind) {
        case WebSocketMessage::Kind::text:
            return text_frame;
        case WebSocketMessage::Kind::binary:
            return binary_frame;
        case WebSocketMessage::Kind::ping:
            return ping_frame;
        case WebSocketMessage::Kind::pong:
            return pong_frame;
        case WebSocketMessage::Kind::closed:
            return close_frame;
    }
    return text_frame;
}

void put_number(std::string& out, std::uint64_t number, unsigned bytes) {
    for (unsigned shift = bytes * 8; shift > 0; shift -= 8) {
        out += static_cast<char>((number >> (shift - 8)) & 0xFFU);
    }
}

std::string payload_of(const WebSocketMessage& message) {
    if (message.kind == WebSocketMessage::Kind::closed) {
        std::string payload;
        put_number(payload, message.code, 2);
        return payload + message.data.substr(0, most_control_data - 2);
    }
    const bool whole = !is_control(opcode_of(message.kind));
    return whole ? message.data : message.data.substr(0, most_control_data);
}

/// Whether a field's list has that token.
bool has_token(const Headers& headers, std::string_view field, std::string_view wanted) {
    std::string_view list = headers.get(field).value_or("");
    while (!list.empty()) {
        std::string_view part = list.substr(0, list.find(','));
        list.remove_prefix(std::min(part.size() + 1, list.size()));
        const std::size_t from = std::min(part.find_first_not_of(" \t"), part.size());
        part.remove_prefix(from);
        part = part.substr(0, part.find_last_not_of(" \t") + 1);
        if (part.size() == wanted.size() && same_name(part, wanted)) {
            return true;
        }
    }
    return false;
}

}  // namespace

void WebSocketParser::feed(std::string_view bytes) {
    if (closed_ || fault_ != Fault::none) {
        return;
    }
    pending_.erase(0, std::exchange(taken_, 0));
    pending_.append(bytes);
}

void WebSocketParser::refuse(std::string why) {
    fault_ = Fault::malformed;
    why_ = std::move(why);
}

std::optional<WebSocketMessage> WebSocketParser::next() {
    while (!closed_ && fault_ == Fault::none) {
        const auto frame = head_of_next();
        if (!frame || pending_.size() - taken_ - frame->head < frame->length) {
            return std::nullopt;
        }
        std::string payload = payload_of(*frame);
        if (is_control(frame->opcode)) {
            return control(*frame, std::move(payload));
        }
        if (!message_) {
            message_.emplace();
            message_->kind = frame->opcode == text_frame ? WebSocketMessage::Kind::text
                                                         : WebSocketMessage::Kind::binary;
        }
        message_->data += payload;
        if (frame->last) {
            return std::exchange(message_, std::nullopt);
        }
    }
    return std::nullopt;
}

/// Nothing: it is not all there yet, or is refused.
std::optional<WebSocketParser::Frame> WebSocketParser::head_of_next() {
    const std::string_view bytes = std::string_view(pending_).substr(taken_);
    const auto byte = [bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    if (bytes.size() < 2) {
        return std::nullopt;
    }
    Frame frame;
    frame.opcode = byte(0) & 0x0FU;
    frame.last = (byte(0) & 0x80U) != 0;
    const bool masked = (byte(1) & 0x80U) != 0;
    frame.length = byte(1) & 0x7FU;
    const std::size_t wide = frame.length == 127 ? 8 : frame.length == 126 ? 2 : 0;
    frame.head = 2 + wide + (masked ? 4 : 0);
    if ((byte(0) & 0x70U) != 0) {
        refuse("a frame with an extension that was not agreed on");
        return std::nullopt;
    }
    if (bytes.size() < frame.head) {
        return std::nullopt;
    }
    if (wide > 0) {
        frame.length = 0;
        for (std::size_t i = 0; i < wide; ++i) {
            frame.length = frame.length << 8U | byte(2 + i);
        }
    }
    for (std::size_t i = 0; masked && i < frame.mask.size(); ++i) {
        frame.mask[i] = byte(2 + wide + i);
    }
    return is_allowed(frame, masked) ? std::optional(frame) : std::nullopt;
}

bool WebSocketParser::is_allowed(const Frame& frame, bool masked) {
    if (!is_known(frame.opcode)) {
        refuse("a frame of unknown kind");
    } else if (masked != (reads_ == Reads::from_client)) {
        refuse(masked ? "a server's frame with a mask" : "a client's frame without a mask");
    } else if (is_control(frame.opcode)) {
        if (!frame.last || frame.length > most_control_data) {
            refuse("a control frame that is too long or in pieces");
        }
    } else if ((frame.opcode == continuation) != message_.has_value()) {
        refuse(message_ ? "a message inside another" : "the continuation of nothing");
    } else if (frame.length > message_limit_ - (message_ ? message_->data.size() : 0)) {
        fault_ = Fault::body_too_large;
        why_ = "a message larger than allowed";
    }
    return fault_ == Fault::none;
}

std::string WebSocketParser::payload_of(const Frame& frame) {
    std::string payload =
        pending_.substr(taken_ + frame.head, static_cast<std::size_t>(frame.length));
    taken_ += frame.head + payload.size();
    if (reads_ == Reads::from_client) {
        for (std::size_t i = 0; i < payload.size(); ++i) {
            payload[i] = static_cast<char>(
                static_cast<unsigned char>(payload[i]) ^ frame.mask[i % frame.mask.size()]
            );
        }
    }
    return payload;
}

std::optional<WebSocketMessage> WebSocketParser::control(const Frame& frame, std::string payload) {
    if (frame.opcode == close_frame) {
        return closed_with(std::move(payload));
    }
    WebSocketMessage message;
    message.kind =
        frame.opcode == ping_frame ? WebSocketMessage::Kind::ping : WebSocketMessage::Kind::pong;
    message.data = std::move(payload);
    return message;
}

std::optional<WebSocketMessage> WebSocketParser::closed_with(std::string payload) {
    WebSocketMessage message;
    message.kind = WebSocketMessage::Kind::closed;
    message.code = 1005;
    if (!payload.empty()) {
        const unsigned high = static_cast<unsigned char>(payload[0]);
        const unsigned low = payload.size() > 1 ? static_cast<unsigned char>(payload[1]) : 0U;
        message.code = static_cast<std::uint16_t>(high << 8U | low);
        if (payload.size() < 2 || !is_sendable(message.code)) {
            refuse("a close without a code that may be sent");
            return std::nullopt;
        }
        message.data = payload.substr(2);
    }
    closed_ = true;
    return message;
}

std::string to_frame(
    const WebSocketMessage& message, std::optional<std::array<unsigned char, 4>> mask
) {
    std::string payload = payload_of(message);
    std::string out;
    out += static_cast<char>(0x80U | opcode_of(message.kind));
    const unsigned flag = mask ? 0x80U : 0U;
    if (payload.size() < 126) {
        out += static_cast<char>(flag | payload.size());
    } else if (payload.size() <= 0xFFFF) {
        out += static_cast<char>(flag | 126U);
        put_number(out, payload.size(), 2);
    } else {
        out += static_cast<char>(flag | 127U);
        put_number(out, payload.size(), 8);
    }
    if (mask) {
        out.append(mask->begin(), mask->end());
        for (std::size_t i = 0; i < payload.size(); ++i) {
            payload[i] = static_cast<char>(
                static_cast<unsigned char>(payload[i]) ^ (*mask)[i % mask->size()]
            );
        }
    }
    return out + payload;
}

std::string websocket_accept(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::string digest(SHA_DIGEST_LENGTH, '\0');
    ::SHA1(
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size(),
        reinterpret_cast<unsigned char*>(digest.data())
    );
    return base64(digest);
}

bool asks_for_websocket(const Request& request) {
    return request.method == "GET" && has_token(request.headers, "Upgrade", "websocket") &&
           has_token(request.headers, "Connection", "upgrade") &&
           request.headers.get("Sec-WebSocket-Version").value_or("") == "13" &&
           request.headers.get("Sec-WebSocket-Key").value_or("").size() == 24;
}

}  // namespace fairgate::http
