#include "link/ids.hpp"

namespace fairgate::link {

std::string pack(const std::vector<std::uint32_t>& ascending) {
    std::string packed;
    std::uint32_t next = 0;
    for (const std::uint32_t id : ascending) {
        std::uint32_t distance = id - next;
        next = id + 1;
        while (distance >= 128) {
            packed += static_cast<char>(static_cast<unsigned char>(distance | 128U));
            distance >>= 7U;
        }
        packed += static_cast<char>(static_cast<unsigned char>(distance));
    }
    return packed;
}

std::optional<std::vector<std::uint32_t>> unpack(std::string_view packed, std::uint32_t most) {
    std::vector<std::uint32_t> ids;
    std::uint64_t next = 0;
    std::uint64_t distance = 0;
    unsigned shift = 0;
    for (const char c : packed) {
        const auto byte = static_cast<unsigned char>(c);
        distance |= static_cast<std::uint64_t>(byte & 127U) << shift;
        if ((byte & 128U) != 0) {
            shift += 7;
            if (shift > 28) {
                return std::nullopt;
            }
            continue;
        }
        const std::uint64_t id = next + distance;
        if (id >= most) {
            return std::nullopt;
        }
        ids.push_back(static_cast<std::uint32_t>(id));
        next = id + 1;
        distance = 0;
        shift = 0;
    }
    return shift == 0 ? std::optional(std::move(ids)) : std::nullopt;
}

}  // namespace fairgate::link
