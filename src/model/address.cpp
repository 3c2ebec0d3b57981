#include "model/address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace fairgate {

namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::uint64_t load_half(const std::uint8_t* bytes) {
    std::uint64_t half = 0;
    for (int i = 0; i < 8; ++i) {
        half = half << 8U | bytes[i];
    }
    return half;
}

}  // namespace

Address Address::v4(std::uint32_t bits) {
    Address address;
    std::ranges::copy(mapped_prefix, address.bytes_.begin());
    for (std::size_t i = 0; i < 4; ++i) {
        address.bytes_[12 + i] = static_cast<std::uint8_t>(bits >> (24 - 8 * i));
    }
    address.v4_ = true;
    return address;
}

Address Address::v6(const std::array<std::uint8_t, 16>& bytes) {
    Address address;
    address.bytes_ = bytes;
    address.v4_ = std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin());
    return address;
}

std::optional<Address> Address::parse(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.empty() || text.size() >= terminated.size()) {
        return std::nullopt;
    }
    std::ranges::copy(text, terminated.begin());
    std::array<std::uint8_t, 16> bytes{};
    if (text.find(':') != std::string_view::npos) {
        if (inet_pton(AF_INET6, terminated.data(), bytes.data()) != 1) {
            return std::nullopt;
        }
        return v6(bytes);
    }
    if (inet_pton(AF_INET, terminated.data(), bytes.data()) != 1) {
        return std::nullopt;
    }
    return v4(static_cast<std::uint32_t>(load_half(bytes.data()) >> 32U));
}

std::uint32_t Address::v4_bits() const {
    return static_cast<std::uint32_t>(lower_half() & 0xffffffffU);
}

std::uint64_t Address::upper_half() const { return load_half(bytes_.data()); }
std::uint64_t Address::lower_half() const { return load_half(bytes_.data() + 8); }

bool Address::is_loopback() const {
    return v4_ ? bytes_[12] == 127 : upper_half() == 0 && lower_half() == 1;
}

bool Address::is_unspecified() const {
    return v4_ ? v4_bits() == 0 : upper_half() == 0 && lower_half() == 0;
}

bool Address::is_link_local() const {
    return v4_ ? (v4_bits() >> 16U) == 0xa9feU : bytes_[0] == 0xfe && (bytes_[1] & 0xc0U) == 0x80;
}

bool Address::is_private() const {
    if (!v4_) {
        return (bytes_[0] & 0xfeU) == 0xfc;
    }
    const std::uint32_t bits = v4_bits();
    return bits >> 24U == 10 || bits >> 20U == 0xac1U || bits >> 16U == 0xc0a8U ||
           bits >> 22U == 0x191U;
}

std::string Address::text() const {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    if (v4_) {
        inet_ntop(AF_INET, bytes_.data() + 12, buffer.data(), buffer.size());
    } else {
        inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size());
    }
    return buffer.data();
}

Network::Network(const Address& address, int length)
    : length_(std::clamp(length, 0, address.is_v4() ? 32 : 128)) {
    std::array<std::uint8_t, 16> bytes = address.bytes();
    const int keep = address.is_v4() ? length_ + 96 : length_;
    for (int bit = keep; bit < 128; ++bit) {
        const auto index = static_cast<std::size_t>(bit / 8);
        bytes[index] = static_cast<std::uint8_t>(bytes[index] & ~(0x80U >> (bit % 8)));
    }
    base_ = Address::v6(bytes);
}

std::optional<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = Address::parse(text.substr(0, slash));
    if (!address) {
        return std::nullopt;
    }
    const int most = address->is_v4() ? 32 : 128;
    if (slash == std::string_view::npos) {
        return Network(*address, most);
    }
    const std::string_view digits = text.substr(slash + 1);
    int length = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc{} || end != digits.data() + digits.size() || length < 0 ||
        length > most) {
        return std::nullopt;
    }
    return Network(*address, length);
}

bool Network::contains(const Address& address) const {
    return address.is_v4() == base_.is_v4() && Network(address, length_) == *this;
}

std::string Network::text() const { return base_.text() + "/" + std::to_string(length_); }

}  // namespace fairgate
