#include "tracker/account_table.hpp"

#include <cstring>

namespace fairgate::tracker {

namespace {

constexpr unsigned first_log2 = 10;

/// The key as the table keeps it: a long name gets memory of its own.
NameKey kept(const NameKey& key) {
    if (!key.is_long()) {
        return key;
    }
    const std::string_view text = key.text();
    char* copy = new char[text.size()];
    std::memcpy(copy, text.data(), text.size());
    return NameKey::of(std::string_view(copy, text.size()));
}

}  // namespace

AccountTable::AccountTable()
    : entries_(make_entries(std::size_t{1} << first_log2)),
      mask_((std::size_t{1} << first_log2) - 1),
      shift_(32 - first_log2) {}

std::unique_ptr<AccountTable::Entry, FreeMemory> AccountTable::make_entries(std::size_t count) {
    auto* entries = static_cast<Entry*>(allocate_pages(count * sizeof(Entry), Pages::huge));
    std::uninitialized_value_construct_n(entries, count);
    return std::unique_ptr<Entry, FreeMemory>(entries);
}

AccountTable::~AccountTable() {
    for (std::size_t id = 0; id < names_.size(); ++id) {
        release(names_[id]);
    }
}

void AccountTable::release(NameKey& key) {
    if (key.is_long()) {
        long_name_bytes_ -= key.text().size();
        delete[] key.text().data();
    }
    key = NameKey{};
}

AccountId AccountTable::find_or_add(const NameKey& key, std::uint32_t tag) {
    std::size_t index = index_of(tag);
    for (; entries_.get()[index].id_plus_one != 0; index = (index + 1) & mask_) {
        if (entries_.get()[index].tag == tag &&
            names_[entries_.get()[index].id_plus_one - 1].same_as(key)) {
            return AccountId{entries_.get()[index].id_plus_one - 1};
        }
    }
    if (size_ + size_ / 4 >= (mask_ + 1)) {  // at most 80 % full: probes stay short
        grow();
        return find_or_add(key, tag);
    }
    return AccountId{add(key, tag, index)};
}

std::uint32_t AccountTable::add(const NameKey& key, std::uint32_t tag, std::size_t index) {
    const NameKey own = kept(key);
    if (own.is_long()) {
        long_name_bytes_ += own.text().size();
    }
    std::uint32_t id = 0;
    if (free_ids_.empty()) {
        id = static_cast<std::uint32_t>(names_.size());
        names_.push_back(own);
    } else {
        id = free_ids_.back();
        free_ids_.pop_back();
        names_[id] = own;
    }
    entries_.get()[index] = Entry{tag, id + 1};
    ++size_;
    return id;
}

std::optional<AccountId> AccountTable::find(std::string_view name) const {
    const NameKey key = NameKey::of(name);
    const std::uint32_t tag = key.tag();
    for (std::size_t index = index_of(tag); entries_.get()[index].id_plus_one != 0;
         index = (index + 1) & mask_) {
        if (entries_.get()[index].tag == tag &&
            names_[entries_.get()[index].id_plus_one - 1].same_as(key)) {
            return AccountId{entries_.get()[index].id_plus_one - 1};
        }
    }
    return std::nullopt;
}

void AccountTable::remove(AccountId id) {
    std::size_t hole = index_of(names_[id.value].tag());
    while (entries_.get()[hole].id_plus_one != id.value + 1) {
        hole = (hole + 1) & mask_;
    }
    // Closes the gap, so that no probe ends before its entry.
    for (std::size_t next = (hole + 1) & mask_; entries_.get()[next].id_plus_one != 0;
         next = (next + 1) & mask_) {
        const std::size_t home = index_of(entries_.get()[next].tag);
        if (((next - home) & mask_) >= ((next - hole) & mask_)) {
            entries_.get()[hole] = entries_.get()[next];
            hole = next;
        }
    }
    entries_.get()[hole] = Entry{};
    release(names_[id.value]);
    free_ids_.push_back(id.value);
    --size_;
}

void AccountTable::grow() {
    const std::size_t old_count = mask_ + 1;
    auto old = make_entries(old_count * 2);
    old.swap(entries_);
    mask_ = old_count * 2 - 1;
    --shift_;
    for (std::size_t i = 0; i < old_count; ++i) {
        const Entry& entry = old.get()[i];
        if (entry.id_plus_one == 0) {
            continue;
        }
        std::size_t index = index_of(entry.tag);
        while (entries_.get()[index].id_plus_one != 0) {
            index = (index + 1) & mask_;
        }
        entries_.get()[index] = entry;
    }
}

std::size_t AccountTable::allocated_bytes() const {
    return (mask_ + 1) * sizeof(Entry) + names_.allocated_bytes() +
           free_ids_.capacity() * sizeof(std::uint32_t) + long_name_bytes_;
}

}  // namespace fairgate::tracker
