#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

// The format of netlink(7): messages with a header, and in them attributes of type, length and
// value. What is read is checked before each step; nothing is believed about lengths.

namespace fairgate::kernel {

using ByteSpan = std::span<const std::byte>;

/// The first bytes as a value of the kernel's type; none when there are too few.
template <class T>
    requires std::is_trivially_copyable_v<T>
std::optional<T> read_as(ByteSpan bytes) {
    if (bytes.size() < sizeof(T)) {
        return std::nullopt;
    }
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
}

/// The bytes behind a value of that size, which begin at a multiple of four.
inline ByteSpan behind(ByteSpan bytes, std::size_t size) {
    const std::size_t aligned = (size + 3U) & ~std::size_t{3};
    return bytes.size() > aligned ? bytes.subspan(aligned) : ByteSpan{};
}

struct NetlinkMessage {
    std::uint16_t type = 0;
    std::uint16_t flags = 0;
    std::uint32_t sequence = 0;
    ByteSpan body;
};

/// The messages of one datagram, in order.
class MessageReader {
public:
    explicit MessageReader(ByteSpan datagram) : rest_(datagram) {}
    std::optional<NetlinkMessage> next();
    /// What is left is no message.
    bool is_broken() const { return broken_; }

private:
    ByteSpan rest_;
    bool broken_ = false;
};

struct NetlinkAttribute {
    std::uint16_t type = 0;  ///< without the flags for nesting and byte order
    ByteSpan value;
};

/// The attributes of a message behind its own header, or of one attribute that nests others.
class AttributeReader {
public:
    explicit AttributeReader(ByteSpan bytes) : rest_(bytes) {}
    std::optional<NetlinkAttribute> next();
    bool is_broken() const { return broken_; }

private:
    ByteSpan rest_;
    bool broken_ = false;
};

/// The error number of an NLMSG_ERROR or NLMSG_DONE; 0 is success, EBADMSG when it has none.
int error_of(const NetlinkMessage& message);

/// One or more requests, one behind the other.
class RequestWriter {
public:
    void clear() { bytes_.clear(); }
    void begin(std::uint16_t type, unsigned flags, std::uint32_t sequence);
    template <class T>
        requires std::is_trivially_copyable_v<T>
    void put(const T& value) {
        append(std::as_bytes(std::span(&value, 1)));
    }
    void attribute(unsigned type, ByteSpan value);
    template <class T>
        requires std::is_trivially_copyable_v<T>
    void attribute(unsigned type, const T& value) {
        attribute(type, std::as_bytes(std::span(&value, 1)));
    }
    /// What is written until end_nest() is inside of it.
    std::size_t begin_nest(unsigned type);
    void end_nest(std::size_t begun);
    void end();

    ByteSpan bytes() const { return bytes_; }

private:
    void append(ByteSpan bytes);

    std::vector<std::byte> bytes_;
    std::size_t begun_ = 0;
};

}  // namespace fairgate::kernel
