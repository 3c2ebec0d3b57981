#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate::link {

/// What one message may be long. A report of 10,000 pairs that were all never seen before is half
/// of it; a longer one is cut (SlotBook).
inline constexpr std::size_t most_frame = 1U << 20U;

/// Puts the length, four bytes with the highest first, before a message.
std::string framed(std::string_view message);

/// Finds messages in a stream of bytes, however it is cut. After too_large nothing more comes.
class FrameReader {
public:
    explicit FrameReader(std::size_t most = most_frame) : most_(most) {}

    /// Another limit, for what comes from now on.
    void allow(std::size_t most) { most_ = most; }
    void feed(std::string_view bytes);
    /// The next message, if it is whole.
    std::optional<std::string> next();
    /// The length that was announced, if it is above the limit; it is told before anything of that
    /// size is kept.
    std::optional<std::size_t> too_large() const { return too_large_; }

private:
    std::size_t most_;
    std::string held_;
    std::size_t at_ = 0;  ///< of the first byte not given out
    std::optional<std::size_t> too_large_;
};

}  // namespace fairgate::link
