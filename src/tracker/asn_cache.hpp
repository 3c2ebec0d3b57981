#pragma once

#include "model/origin.hpp"
#include "tracker/origin_table.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace fairgate::tracker {

/// The networks of the origins met lately, eight bytes each, so that judging an account costs one
/// cache line an origin. IPv4 by open addressing; IPv6 by the origin's own small number.
class AsnCache {
public:
    /// What was put under `key`, unless it was dropped since.
    std::optional<Asn> find(OriginKey key) const {
        const std::uint32_t asn_plus_one = key.family == Family::v4 ? find_v4(key.value)
                                           : key.value < v6_.size() ? v6_[key.value]
                                                                    : 0;
        return asn_plus_one == 0 ? std::nullopt : std::optional(Asn{asn_plus_one - 1});
    }
    void put(OriginKey key, Asn asn);
    void clear();

private:
    struct Entry {
        std::uint32_t value = 0;
        std::uint32_t asn_plus_one = 0;  ///< 0: free
    };

    std::size_t index_of(std::uint32_t value) const { return (value * 0x9e3779b1U) >> shift_; }
    std::uint32_t find_v4(std::uint32_t value) const {
        std::size_t index = index_of(value);
        while (entries_[index].value != value && entries_[index].asn_plus_one != 0) {
            index = (index + 1) & (entries_.size() - 1);
        }
        return entries_[index].asn_plus_one;
    }
    void insert(Entry entry);
    void resize(unsigned log2);

    static constexpr unsigned least_log2 = 8;
    static constexpr unsigned most_log2 = 18;  // 2 MiB

    std::vector<Entry> entries_ = std::vector<Entry>(std::size_t{1} << least_log2);
    unsigned shift_ = 32 - least_log2;
    std::size_t used_ = 0;
    std::vector<std::uint32_t> v6_;  ///< AS number plus one, 0 if not known, by the origin's number
};

}  // namespace fairgate::tracker
