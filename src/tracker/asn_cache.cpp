#include "tracker/asn_cache.hpp"

#include <algorithm>

namespace fairgate::tracker {

void AsnCache::put(OriginKey key, Asn asn) {
    // The largest AS number is reserved; it reads as not known and is asked for again.
    const std::uint32_t asn_plus_one = asn.value + 1;
    if (asn_plus_one == 0) {
        return;
    }
    if (key.family == Family::v6) {
        if (key.value >= v6_.size()) {
            v6_.resize(std::max<std::size_t>(key.value + 1, v6_.size() * 2));
        }
        v6_[key.value] = asn_plus_one;
        return;
    }
    if (used_ >= entries_.size() / 4 * 3) {
        resize(32 - shift_ + 1);
    }
    insert({key.value, asn_plus_one});
}

void AsnCache::insert(Entry entry) {
    std::size_t index = index_of(entry.value);
    while (entries_[index].asn_plus_one != 0) {
        index = (index + 1) & (entries_.size() - 1);
    }
    entries_[index] = entry;
    ++used_;
}

void AsnCache::resize(unsigned log2) {
    const bool full = log2 > most_log2;  // then it starts anew
    std::vector<Entry> old(std::size_t{1} << (full ? least_log2 : log2));
    old.swap(entries_);
    shift_ = full ? 32 - least_log2 : 32 - log2;
    used_ = 0;
    for (const Entry& entry : old) {
        if (!full && entry.asn_plus_one != 0) {
            insert(entry);
        }
    }
}

void AsnCache::clear() {
    entries_.assign(std::size_t{1} << least_log2, Entry{});
    shift_ = 32 - least_log2;
    used_ = 0;
    v6_.clear();
}

}  // namespace fairgate::tracker
