#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fairgate::grpc {

/// A message as it goes over the wire: one byte (0: not compressed), its length in four bytes,
/// big-endian, its bytes (gRPC "PROTOCOL-HTTP2.md", Length-Prefixed-Message).
std::string framed(std::string_view message);

/// Reads the one message of an answer out of bytes that come in pieces. Holds no more than what has
/// come and refuses a length over its limit before the bytes come.
class MessageReader {
public:
    /// nothing: no byte has come, as in the answer of a failed call. part: more must come. whole:
    /// the message is there. compressed, too_large, more_than_one: no answer to us; final.
    enum class State { nothing, part, whole, compressed, too_large, more_than_one };

    explicit MessageReader(std::size_t limit) : limit_(limit) {}

    State feed(std::string_view bytes);
    State state() const { return state_; }
    /// Of a whole one.
    std::string take() { return std::move(message_); }

private:
    State feed_head(std::string_view& bytes);

    std::size_t limit_;
    State state_ = State::nothing;
    std::string head_;
    std::size_t length_ = 0;
    std::string message_;
};

}  // namespace fairgate::grpc
