#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/address.hpp"
#include "model/origin.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace fairgate::geo {

/// What identifies one state of a file by its outside.
struct FileStamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t changed_ns = 0;

    bool operator==(const FileStamp&) const = default;
};
/// All zero when it cannot be looked at.
FileStamp stamp_of(const std::string& path);

/// What an operator is told of a table.
struct FileFacts {
    std::string path;
    std::string kind;         ///< in the words of its maker: "GeoLite2-ASN"
    std::string description;  ///< with the attribution that its licence asks for
    TimePoint built;
    std::uint32_t nodes = 0;
    bool has_asn = false;
    bool has_country = false;
};

/// Reading a mapped file that somebody overwrites ends the program: who runs for long takes a copy,
/// in a file without a name. It costs 4 ms, which is much for a program that runs for 50.
enum class Hold : std::uint8_t { copy, mapped };

/// One file in MaxMind DB format, checked and unchangeable. May be used by any number of threads.
class MmdbFile {
public:
    /// FG-GEO-001 when it cannot be read, -002 when it is damaged or no such file, -003 when it
    /// tells neither AS number nor country. Takes about 6 ms for half a million networks; mapped,
    /// where fewer of them are looked at, 1 ms.
    static Result<std::shared_ptr<const MmdbFile>> load(
        const std::string& path, Hold hold = Hold::copy
    );

    MmdbFile(const MmdbFile&) = delete;
    MmdbFile& operator=(const MmdbFile&) = delete;
    ~MmdbFile();

    struct Found {
        Asn asn;
        int prefix = 0;  ///< all addresses that share so many bits have the same answer
    };
    Found asn_of(const Address& address) const;
    NetworkInfo info_of(const Address& address) const;

    const FileFacts& facts() const { return facts_; }
    const FileStamp& stamp() const { return stamp_; }

private:
    struct Database;
    MmdbFile();
    Result<> open(const std::string& path, Hold hold);
    Result<> open_copy(const std::string& path, int original);
    Result<> map(const std::string& path, const std::string& told);
    Result<> check(Hold hold);
    Result<> look_at(std::uint32_t number);

    std::unique_ptr<Database> database_;
    FileFacts facts_;
    FileStamp stamp_;
};

}  // namespace fairgate::geo
