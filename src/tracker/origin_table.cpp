#include "tracker/origin_table.hpp"

#include <algorithm>
#include <array>

namespace fairgate::tracker {

namespace {

constexpr unsigned first_log2 = 8;

std::uint64_t leading_bits(int count) {
    count = std::clamp(count, 0, 64);
    return count == 0 ? 0 : ~std::uint64_t{0} << static_cast<unsigned>(64 - count);
}

}  // namespace

OriginTable::OriginTable(OriginRule rule)
    : rule_(rule),
      v4_mask_(static_cast<std::uint32_t>(leading_bits(std::clamp(rule.v4_length, 0, 32)) >> 32U)),
      upper_mask_(leading_bits(rule.v6_length)),
      lower_mask_(leading_bits(rule.v6_length - 64)) {
    rebuild(first_log2);
}

OriginKey OriginTable::of_v6(std::uint64_t upper, std::uint64_t lower) {
    const Bits bits = masked(upper, lower);
    const std::uint32_t tag = tag_of(bits);
    for (std::size_t index = index_of(tag); entries_[index].number_plus_one != 0;
         index = (index + 1) & mask_) {
        const Entry& entry = entries_[index];
        if (entry.tag == tag && v6_[entry.number_plus_one - 1] == bits) {
            return {entry.number_plus_one - 1, Family::v6};
        }
    }
    return {add(bits), Family::v6};
}

std::uint32_t OriginTable::add(const Bits& bits) {
    std::uint32_t number = 0;
    if (free_.empty()) {
        number = static_cast<std::uint32_t>(v6_.size());
        v6_.push_back(bits);
        if (v6_.size() * 4 > entries_.size() * 3) {
            rebuild(32 - shift_ + 1);
            return number;
        }
    } else {
        number = free_.back();
        free_.pop_back();
        v6_[number] = bits;
    }
    const std::uint32_t tag = tag_of(bits);
    std::size_t index = index_of(tag);
    while (entries_[index].number_plus_one != 0) {
        index = (index + 1) & mask_;
    }
    entries_[index] = {tag, number + 1};
    return number;
}

void OriginTable::rebuild(unsigned log2) {
    entries_.assign(std::size_t{1} << log2, Entry{});
    mask_ = entries_.size() - 1;
    shift_ = 32 - log2;
    std::vector<bool> is_free(v6_.size());
    for (const std::uint32_t number : free_) {
        is_free[number] = true;
    }
    for (std::uint32_t number = 0; number < v6_.size(); ++number) {
        if (is_free[number]) {
            continue;
        }
        const std::uint32_t tag = tag_of(v6_[number]);
        std::size_t index = index_of(tag);
        while (entries_[index].number_plus_one != 0) {
            index = (index + 1) & mask_;
        }
        entries_[index] = {tag, number + 1};
    }
}

Network OriginTable::network(OriginKey key) const {
    if (key.family == Family::v4) {
        return {Address::v4(key.value), rule_.v4_length};
    }
    const Bits& bits = v6_[key.value];
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
            free_.push_back(number);
        }
    }
    rebuild(32 - shift_);
}

std::size_t OriginTable::allocated_bytes() const {
    return v6_.allocated_bytes() + free_.capacity() * sizeof(std::uint32_t) +
           entries_.capacity() * sizeof(Entry);
}

}  // namespace fairgate::tracker
