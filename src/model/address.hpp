#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate {

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address (::ffff:a.b.c.d) becomes the IPv4 one,
/// because both name the same host.
class Address {
public:
    Address() = default;                    ///< ::
    static Address v4(std::uint32_t bits);  ///< host byte order: 0x7f000001 is 127.0.0.1
    static Address v6(const std::array<std::uint8_t, 16>& bytes);
    /// Text without brackets, port or zone. No name is ever looked up.
    static std::optional<Address> parse(std::string_view text);

    bool is_v4() const { return v4_; }
    std::uint32_t v4_bits() const;     ///< only of an IPv4 address; host byte order
    std::uint64_t upper_half() const;  ///< the first 64 bits of an IPv6 address
    std::uint64_t lower_half() const;
    const std::array<std::uint8_t, 16>& bytes() const {
        return bytes_;
    }  ///< IPv4 as ::ffff:a.b.c.d

    bool is_loopback() const;
    bool is_unspecified() const;  ///< 0.0.0.0 or ::
    bool is_link_local() const;
    bool is_private() const;  ///< RFC 1918, RFC 6598 and RFC 4193: not reachable from outside

    std::string text() const;  ///< RFC 5952

    auto operator<=>(const Address&) const = default;

private:
    std::array<std::uint8_t, 16> bytes_{};
    bool v4_ = false;
};

/// An address with a prefix length; bits beyond the prefix are zero.
class Network {
public:
    Network() = default;  ///< ::/0
    Network(const Address& address, int length);
    /// "203.0.113.0/24", "2001:db8::/32", or a lone address (then /32 or /128).
    static std::optional<Network> parse(std::string_view text);

    bool contains(const Address& address) const;
    const Address& base() const { return base_; }
    int length() const { return length_; }
    std::string text() const;

    auto operator<=>(const Network&) const = default;

private:
    Address base_;
    int length_ = 0;
};

}  // namespace fairgate
