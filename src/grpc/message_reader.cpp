#include "grpc/message_reader.hpp"

#include <algorithm>
#include <cstdint>

namespace fairgate::grpc {

namespace {

constexpr std::size_t head_size = 5;

std::size_t length_in(std::string_view head) {
    std::uint32_t length = 0;
    for (const char byte : head.substr(1)) {
        length = length << 8U | static_cast<unsigned char>(byte);
    }
    return length;
}

}  // namespace

std::string framed(std::string_view message) {
    std::string bytes(1, '\0');
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(message.size() >> static_cast<unsigned>(shift) & 0xFFU);
    }
    bytes += message;
    return bytes;
}

MessageReader::State MessageReader::feed(std::string_view bytes) {
    if (bytes.empty()) {
        return state_;
    }
    if (state_ == State::whole) {
        state_ = State::more_than_one;
    }
    if (state_ != State::nothing && state_ != State::part) {
        return state_;
    }
    state_ = State::part;
    if (head_.size() < head_size && feed_head(bytes) != State::part) {
        return state_;
    }
    if (head_.size() < head_size) {
        return state_;
    }
    const std::size_t wanted = std::min(bytes.size(), length_ - message_.size());
    message_ += bytes.substr(0, wanted);
    if (message_.size() == length_) {
        state_ = bytes.size() > wanted ? State::more_than_one : State::whole;
    }
    return state_;
}

MessageReader::State MessageReader::feed_head(std::string_view& bytes) {
    const std::size_t wanted = std::min(bytes.size(), head_size - head_.size());
    head_ += bytes.substr(0, wanted);
    bytes.remove_prefix(wanted);
    if (head_.front() != '\0') {
        state_ = State::compressed;  // we have not offered to take that
    } else if (head_.size() == head_size) {
        length_ = length_in(head_);
        if (length_ > limit_) {
            state_ = State::too_large;
        }
    }
    return state_;
}

}  // namespace fairgate::grpc
