#include "geo/mmdb_table.hpp"

#include <cstdlib>
#include <new>
#include <utility>

namespace fairgate::geo {

namespace {

// What is cached under one key must have one answer: networks smaller than these are not cached.
constexpr int v4_cached = 24;
constexpr int v6_cached = 48;

// 256 KiB, of which every thread has its own; the tracker remembers what it asked, too.
constexpr unsigned slot_bits = 14;

std::uint64_t key_of(const Address& address) {
    constexpr std::uint64_t v4_mark = 1ULL << 63U;
    constexpr std::uint64_t v6_mark = 1ULL << 62U;
    return address.is_v4() ? v4_mark | address.v4_bits() >> 8U
                           : v6_mark | address.upper_half() >> 16U;
}

}  // namespace

Result<std::unique_ptr<MmdbTable>> MmdbTable::open(std::vector<std::string> paths, Hold hold) {
    Files files;
    for (const std::string& path : paths) {
        auto file = MmdbFile::load(path, hold);
        if (!file) {
            return file.error();
        }
        files.push_back(*std::move(file));
    }
    return std::unique_ptr<MmdbTable>(new MmdbTable(std::move(files)));
}

// From calloc, since its zeros cost no memory until they are written to.
MmdbTable::Cache MmdbTable::empty_cache() {
    void* zeros = std::calloc(std::size_t{1} << slot_bits, sizeof(Slot));
    if (zeros == nullptr) {
        throw std::bad_alloc();
    }
    return Cache(static_cast<Slot*>(zeros));
}

MmdbTable::MmdbTable(Files files) : files_(std::move(files)), cache_(empty_cache()) {
    for (const auto& file : files_) {
        tried_.push_back(file->stamp());
    }
}

std::unique_ptr<MmdbTable> MmdbTable::thread_copy() const {
    return std::unique_ptr<MmdbTable>(new MmdbTable(files_));
}

Asn MmdbTable::asn_of(const Address& address) const {
    const std::uint64_t key = key_of(address);
    // Fibonacci hashing: the product's upper bits choose the slot.
    Slot& slot = cache_[(key * 0x9e3779b97f4a7c15ULL) >> (64U - slot_bits)];
    if (slot.key == key) {
        return slot.asn;
    }
    int prefix = 0;
    const Asn asn = look_up(address, prefix);
    if (prefix <= (address.is_v4() ? v4_cached : v6_cached)) {
        slot = {.key = key, .asn = asn};
    }
    return asn;
}

Asn MmdbTable::look_up(const Address& address, int& prefix) const {
    for (const auto& file : files_) {
        if (file->facts().has_asn) {
            const MmdbFile::Found found = file->asn_of(address);
            prefix = found.prefix;
            return found.asn;
        }
    }
    return Asn{};
}

NetworkInfo MmdbTable::info_of(const Address& address) const {
    NetworkInfo info;
    for (const auto& file : files_) {
        NetworkInfo more = file->info_of(address);
        if (info.asn == Asn{}) {
            info.asn = more.asn;
            info.organisation = std::move(more.organisation);
        }
        if (info.country.empty()) {
            info.country = std::move(more.country);
        }
    }
    return info;
}

Result<MmdbTable::Reload> MmdbTable::reload() {
    Reload result = Reload::same;
    for (std::size_t i = 0; i < files_.size(); ++i) {
        const std::string path = files_[i]->facts().path;
        const FileStamp stamp = stamp_of(path);
        if (stamp == tried_[i] || stamp == FileStamp{}) {
            continue;
        }
        tried_[i] = stamp;
        auto file = MmdbFile::load(path);
        if (!file) {
            return file.error();
        }
        files_[i] = *std::move(file);
        cache_ = empty_cache();
        result = Reload::replaced;
    }
    return result;
}

std::vector<FileFacts> MmdbTable::facts() const {
    std::vector<FileFacts> all;
    for (const auto& file : files_) {
        all.push_back(file->facts());
    }
    return all;
}

}  // namespace fairgate::geo
