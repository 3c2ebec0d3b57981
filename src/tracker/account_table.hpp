#pragma once

#include "model/account.hpp"
#include "tracker/chunks.hpp"
#include "tracker/name_key.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace fairgate::tracker {

/// Gives each account's name a small number. Open addressing with linear probing over 8-byte
/// entries; the tag is the whole hash, so growing needs no look at the names. Ids of removed
/// accounts are given again.
class AccountTable {
public:
    AccountTable();
    ~AccountTable();
    AccountTable(const AccountTable&) = delete;
    AccountTable& operator=(const AccountTable&) = delete;

    AccountId find_or_add(const NameKey& key, std::uint32_t tag);
    /// The same, when prefetch_name() gave `likely`.
    AccountId find_or_add(const NameKey& key, std::uint32_t tag, std::uint32_t likely) {
        return likely != no_id && names_[likely].same_as(key) ? AccountId{likely}
                                                              : find_or_add(key, tag);
    }
    std::optional<AccountId> find(std::string_view name) const;
    void remove(AccountId id);

    std::string_view name(AccountId id) const { return names_[id.value].text(); }
    std::uint32_t tag(AccountId id) const { return names_[id.value].tag(); }
    bool is_known(AccountId id) const { return names_[id.value].mark() != 0; }
    std::size_t size() const { return size_; }              ///< accounts known
    std::size_t capacity() const { return names_.size(); }  ///< one more than the largest id
    std::size_t allocated_bytes() const;

    // For batches: bring in the entry, then the name it leads to, then ask.
    void prefetch_entry(std::uint32_t tag) const {
        __builtin_prefetch(&entries_.get()[index_of(tag)]);
    }
    /// The id that is likely the account's (the tag agrees), and prefetches its name.
    std::uint32_t prefetch_name(std::uint32_t tag) const {
        std::size_t index = index_of(tag);
        for (; entries_.get()[index].id_plus_one != 0; index = (index + 1) & mask_) {
            if (entries_.get()[index].tag == tag) {
                const std::uint32_t id = entries_.get()[index].id_plus_one - 1;
                __builtin_prefetch(&names_[id]);
                return id;
            }
        }
        return no_id;
    }
    static constexpr std::uint32_t no_id = 0xffffffff;

private:
    struct Entry {
        std::uint32_t tag = 0;
        std::uint32_t id_plus_one = 0;  ///< 0: free
    };

    std::size_t index_of(std::uint32_t tag) const { return tag >> shift_; }
    std::uint32_t add(const NameKey& key, std::uint32_t tag, std::size_t index);
    void grow();
    void release(NameKey& key);

    static std::unique_ptr<Entry, FreeMemory> make_entries(std::size_t count);

    std::unique_ptr<Entry, FreeMemory> entries_;
    std::size_t mask_ = 0;
    unsigned shift_ = 0;
    std::size_t size_ = 0;
    Chunks<NameKey, 16> names_;
    std::vector<std::uint32_t> free_ids_;
    std::size_t long_name_bytes_ = 0;
};

}  // namespace fairgate::tracker
