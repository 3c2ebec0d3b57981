#include "tracker/origin_table.hpp"

#include <algorithm>
#include <array>

namespace fairgate::tracker {

namespace {

std::uint64_t leading_bits(int count) {
    count = std::clamp(count, 0, 64);
    return count == 0 ? 0 : ~std::uint64_t{0} << static_cast<unsigned>(64 - count);
}

}  // namespace

OriginTable::OriginTable(OriginRule rule)
    : rule_(rule),
      v4_mask_(static_cast<std::uint32_t>(leading_bits(std::clamp(rule.v4_length, 0, 32)) >> 32U)),
      upper_mask_(leading_bits(rule.v6_length)),
      lower_mask_(leading_bits(rule.v6_length - 64)) {}

OriginKey OriginTable::of_v6(std::uint64_t upper, std::uint64_t lower) {
    const Key128 key{upper & upper_mask_, lower & lower_mask_};
    const auto [found, added] = numbers_.try_emplace(key, 0);
    if (added) {
        if (free_.empty()) {
            found->second = static_cast<std::uint32_t>(v6_.size());
            v6_.push_back(key);
        } else {
            found->second = free_.back();
            free_.pop_back();
            v6_[found->second] = key;
        }
    }
    return {found->second, Family::v6};
}

Network OriginTable::network(OriginKey key) const {
    if (key.family == Family::v4) {
        return {Address::v4(key.value), rule_.v4_length};
    }
    const Key128& bits = v6_[key.value];
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<std::uint8_t>(bits.upper >> (56 - 8 * i));
        bytes[8 + i] = static_cast<std::uint8_t>(bits.lower >> (56 - 8 * i));
    }
    return {Address::v6(bytes), rule_.v6_length};
}

void OriginTable::keep_only(const std::vector<bool>& used) {
    std::vector<bool> is_free(v6_.size());
    for (const std::uint32_t number : free_) {
        is_free[number] = true;
    }
    for (std::uint32_t number = 0; number < v6_.size(); ++number) {
        if (!is_free[number] && (number >= used.size() || !used[number])) {
            numbers_.erase(v6_[number]);
            free_.push_back(number);
        }
    }
}

std::size_t OriginTable::allocated_bytes() const {
    return v6_.capacity() * sizeof(Key128) + free_.capacity() * sizeof(std::uint32_t) +
           numbers_.bucket_count() * (sizeof(Key128) + sizeof(std::uint64_t));
}

}  // namespace fairgate::tracker
