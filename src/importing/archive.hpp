#pragma once

#include "base/error.hpp"

#include <string>
#include <vector>

namespace fairgate::importing {

struct ArchiveMember {
    std::string path;  ///< inside the archive: "data/pg_limiter.db"
    std::string bytes;
};

/// The files in a zip archive, held in memory and never written by the names they have there.
/// FG-IMP-005: damaged, encrypted, more than 1000 files, or more than 256 MiB unpacked. Blocks.
Result<std::vector<ArchiveMember>> read_archive(const std::string& file);

}  // namespace fairgate::importing
