#include "link/frame_reader.hpp"

#include <cstdint>

namespace fairgate::link {

namespace {

constexpr std::size_t prefix = 4;

}  // namespace

std::string framed(std::string_view message) {
    const auto size = static_cast<std::uint32_t>(message.size());
    std::string out;
    out.reserve(prefix + message.size());
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        out += static_cast<char>(static_cast<unsigned char>(size >> shift & 255U));
    }
    out += message;
    return out;
}

void FrameReader::feed(std::string_view bytes) {
    if (!too_large_) {
        held_.append(bytes);
    }
}

std::optional<std::string> FrameReader::next() {
    if (too_large_ || held_.size() - at_ < prefix) {
        return std::nullopt;
    }
    std::size_t size = 0;
    for (std::size_t i = 0; i < prefix; ++i) {
        size = size << 8U | static_cast<unsigned char>(held_[at_ + i]);
    }
    if (size > most_) {
        too_large_ = size;
        held_.clear();
        held_.shrink_to_fit();
        at_ = 0;
        return std::nullopt;
    }
    if (held_.size() - at_ < prefix + size) {
        return std::nullopt;
    }
    std::string message = held_.substr(at_ + prefix, size);
    at_ += prefix + size;
    if (at_ == held_.size()) {
        held_.clear();
        at_ = 0;
        if (held_.capacity() > 64U << 10U) {
            held_.shrink_to_fit();  // after the first, large report
        }
    } else if (at_ > 64U << 10U) {
        held_.erase(0, at_);
        at_ = 0;
    }
    return message;
}

}  // namespace fairgate::link
