#pragma once

#include "base/error.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace fairgate {

/// An amount of data.
struct Bytes {
    std::uint64_t count = 0;

    constexpr auto operator<=>(const Bytes&) const = default;
    constexpr Bytes operator+(Bytes other) const { return Bytes{count + other.count}; }
};

/// "10GB" is 10^10, "10GiB" is 10*2^30. A bare number is refused.
Result<Bytes> parse_bytes(std::string_view text);

/// "1.5 GB", powers of ten, three significant digits.
std::string for_people(Bytes bytes);

}  // namespace fairgate
