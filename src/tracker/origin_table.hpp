#pragma once

#include "model/address.hpp"
#include "model/origin.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <vector>

namespace fairgate::tracker {

enum class Family : std::uint8_t { v4, v6 };

/// An origin in 32 bits: of IPv4 the leading bits themselves, of IPv6 a number given here.
struct OriginKey {
    std::uint32_t value = 0;
    Family family = Family::v4;

    auto operator<=>(const OriginKey&) const = default;
};

/// Groups addresses into origins (design: IPv4 /24, IPv6 /64, configurable).
class OriginTable {
public:
    explicit OriginTable(OriginRule rule);

    OriginKey of_v4(std::uint32_t bits) const { return {bits & v4_mask_, Family::v4}; }
    OriginKey of_v6(std::uint64_t upper, std::uint64_t lower);
    OriginKey of(const Address& address) {
        return address.is_v4() ? of_v4(address.v4_bits())
                               : of_v6(address.upper_half(), address.lower_half());
    }

    Network network(OriginKey key) const;
    const OriginRule& rule() const { return rule_; }
    std::size_t allocated_bytes() const;

    /// Frees the numbers of IPv6 origins that `used` does not name (one bit per number).
    void keep_only(const std::vector<bool>& used);
    std::size_t v6_count() const { return v6_.size(); }

private:
    struct Key128 {
        std::uint64_t upper = 0;
        std::uint64_t lower = 0;
        bool operator==(const Key128&) const = default;
    };
    struct Hash128 {
        std::size_t operator()(const Key128& key) const {
            return (key.upper ^ (key.lower * 0x9e3779b97f4a7c15U)) * 0xbf58476d1ce4e5b9U;
        }
    };

    OriginRule rule_;
    std::uint32_t v4_mask_;
    std::uint64_t upper_mask_;
    std::uint64_t lower_mask_;
    boost::unordered_flat_map<Key128, std::uint32_t, Hash128> numbers_;
    std::vector<Key128> v6_;
    std::vector<std::uint32_t> free_;
};

}  // namespace fairgate::tracker
