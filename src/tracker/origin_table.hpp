#pragma once

#include "model/address.hpp"
#include "model/origin.hpp"
#include "tracker/chunks.hpp"

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

    // For batches: bring in the entry, then the bits it leads to, then ask.
    void prefetch_entry(std::uint64_t upper, std::uint64_t lower) const {
        __builtin_prefetch(&entries_[index_of(tag_of(masked(upper, lower)))]);
    }
    void prefetch_bits(std::uint64_t upper, std::uint64_t lower) const {
        const Entry& entry = entries_[index_of(tag_of(masked(upper, lower)))];
        if (entry.number_plus_one != 0) {
            __builtin_prefetch(&v6_[entry.number_plus_one - 1]);
        }
    }

    Network network(OriginKey key) const;
    const OriginRule& rule() const { return rule_; }
    std::size_t allocated_bytes() const;

    /// Frees the numbers of IPv6 origins that `used` does not name (one bit per number).
    void keep_only(const std::vector<bool>& used);
    std::size_t v6_count() const { return v6_.size(); }

private:
    struct Bits {
        std::uint64_t upper = 0;
        std::uint64_t lower = 0;
        bool operator==(const Bits&) const = default;
    };
    struct Entry {
        std::uint32_t tag = 0;
        std::uint32_t number_plus_one = 0;  ///< 0: free
    };

    static std::uint32_t tag_of(const Bits& bits) {
        const std::uint64_t mixed =
            (bits.upper ^ (bits.lower * 0x94d049bb133111ebU)) * 0x9e3779b97f4a7c15U;
        return static_cast<std::uint32_t>(mixed >> 32U);
    }
    Bits masked(std::uint64_t upper, std::uint64_t lower) const {
        return {upper & upper_mask_, lower & lower_mask_};
    }
    std::size_t index_of(std::uint32_t tag) const { return tag >> shift_; }
    std::uint32_t add(const Bits& bits);
    void rebuild(unsigned log2);

    OriginRule rule_;
    std::uint32_t v4_mask_;
    std::uint64_t upper_mask_;
    std::uint64_t lower_mask_;
    std::vector<Entry> entries_;
    std::size_t mask_ = 0;
    unsigned shift_ = 0;
    Chunks<Bits, 12> v6_;
    std::vector<std::uint32_t> free_;
};

}  // namespace fairgate::tracker
