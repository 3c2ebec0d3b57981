#pragma once

#include "base/error.hpp"
#include "sources/file/log_pattern.hpp"
#include "sources/file/open_file.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace fairgate::sources::file {

/// A file of a source, as its directory shows it.
struct DirectoryEntry {
    std::string name;
    FileFacts facts;
    bool is_log = false;  ///< else it is a rotated one
};

/// The regular files of the pattern, rotated ones first, then by last write. Links are followed.
/// FG-SRC-011 when the directory is not there, -012 when it may not be read, -015 when there are
/// more than `most_files`.
Result<std::vector<DirectoryEntry>> list_logs(const LogPattern& pattern);

/// Every one is looked at about once a second and has a bookmark in each position.
inline constexpr std::size_t most_files = 256;

}  // namespace fairgate::sources::file
