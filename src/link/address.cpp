#include "link/address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace fairgate::link {

std::string bytes_of(const Address& address) {
    const auto& bytes = address.bytes();
    const auto* const begin = reinterpret_cast<const char*>(bytes.data());
    return address.is_v4() ? std::string(begin + 12, 4) : std::string(begin, 16);
}

std::optional<Address> address_of(std::string_view bytes) {
    if (bytes.size() == 4) {
        std::uint32_t bits = 0;
        for (const char c : bytes) {
            bits = bits << 8U | static_cast<unsigned char>(c);
        }
        return Address::v4(bits);
    }
    if (bytes.size() == 16) {
        std::array<std::uint8_t, 16> all{};
        std::ranges::transform(bytes, all.begin(), [](char c) {
            return static_cast<std::uint8_t>(c);
        });
        return Address::v6(all);
    }
    return std::nullopt;
}

}  // namespace fairgate::link
