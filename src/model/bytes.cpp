#include "model/bytes.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace fairgate {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t size;
};
constexpr std::array units = {
    Unit{"TiB", std::uint64_t{1} << 40U},
    Unit{"GiB", std::uint64_t{1} << 30U},
    Unit{"MiB", std::uint64_t{1} << 20U},
    Unit{"KiB", std::uint64_t{1} << 10U},
    Unit{"TB", 1'000'000'000'000},
    Unit{"GB", 1'000'000'000},
    Unit{"MB", 1'000'000},
    Unit{"kB", 1'000},
    Unit{"KB", 1'000},
    Unit{"B", 1}
};

}  // namespace

Result<Bytes> parse_bytes(std::string_view text) {
    double count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error == std::errc{} && count >= 0) {
        std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
        if (!name.empty() && name[0] == ' ') {
            name.remove_prefix(1);
        }
        for (const Unit& unit : units) {
            const double size = count * static_cast<double>(unit.size);
            if (unit.name == name && size < 9e18) {
                return Bytes{static_cast<std::uint64_t>(size)};
            }
        }
    }
    return Error{
        .code = "FG-BYT-001",
        .what = "\"" + std::string(text) + "\" is not an amount of data",
        .cause = "expected a number with a unit, such as 10GB (10^10) or 512MiB (512*2^20)"
    };
}

std::string for_people(Bytes bytes) {
    constexpr std::array<const char*, 6> names = {"B", "kB", "MB", "GB", "TB", "PB"};
    auto value = static_cast<double>(bytes.count);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < names.size()) {
        value /= 1000;
        ++unit;
    }
    std::array<char, 32> buffer{};
    int decimals = 2;
    if (unit == 0 || value >= 99.95) {
        decimals = 0;
    } else if (value >= 9.995) {
        decimals = 1;
    }
    std::snprintf(buffer.data(), buffer.size(), "%.*f %s", decimals, value, names[unit]);
    return buffer.data();
}

}  // namespace fairgate
