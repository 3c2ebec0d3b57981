#pragma once

#include "base/error.hpp"
#include "geo/mmdb_file.hpp"
#include "model/address.hpp"
#include "model/origin.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace fairgate::geo {

/// Networks by address, from files in MaxMind DB format. Answers are cached by /24 and /48, which
/// is where most accounts come back from: 75 ns instead of a microsecond.
///
/// Not for two threads at once, because of that cache; each takes a thread_copy(), which shares
/// the files.
class MmdbTable final : public NetworkTable {
public:
    /// One or two files: what the first does not tell (the country), the second may.
    /// FG-GEO-001, -002, -003, as MmdbFile::load.
    static Result<std::unique_ptr<MmdbTable>> open(
        std::vector<std::string> paths, Hold hold = Hold::copy
    );
    std::unique_ptr<MmdbTable> thread_copy() const;

    Asn asn_of(const Address& address) const override;
    NetworkInfo info_of(const Address& address) const override;

    enum class Reload { same, replaced };
    /// Takes up files that were replaced or overwritten; to be called once a minute. Keeps the old
    /// ones when that fails, and tells of it once: the next try is when the file has changed again.
    Result<Reload> reload();

    std::vector<FileFacts> facts() const;

private:
    using Files = std::vector<std::shared_ptr<const MmdbFile>>;
    explicit MmdbTable(Files files);
    Asn look_up(const Address& address, int& prefix) const;

    struct Slot {
        std::uint64_t key = 0;  ///< 0: empty
        Asn asn;
    };
    struct Release {
        void operator()(Slot* slots) const { std::free(slots); }
    };
    // NOLINTNEXTLINE(modernize-avoid-c-arrays): how unique_ptr says that it holds an array
    using Cache = std::unique_ptr<Slot[], Release>;
    static Cache empty_cache();

    Files files_;
    std::vector<FileStamp> tried_;  ///< states of the files that were loaded or could not be
    Cache cache_;
};

}  // namespace fairgate::geo
