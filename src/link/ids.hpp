#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::link {

/// Ascending numbers as the distance from the one before, each 7 bits a byte: of 6,500 pairs that
/// are active in a slot nearly all take one byte.
std::string pack(const std::vector<std::uint32_t>& ascending);

/// Nothing when they do not ascend, one does not end, or one is `most` or more.
std::optional<std::vector<std::uint32_t>> unpack(std::string_view packed, std::uint32_t most);

}  // namespace fairgate::link
