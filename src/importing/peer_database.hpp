#pragma once

#include "base/error.hpp"
#include "base/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fairgate::importing {

/// A table of another program's SQLite file: each row an object by the names of its columns.
struct PeerTable {
    std::string name;
    std::vector<boost::json::object> rows;
};

/// The whole of a database that its owner may be writing to. What is read is a copy (with `log`,
/// what stands in its write-ahead log), so that not even a lock is left beside the original.
/// Tables of SQLite itself are left out. FG-IMP-006: damaged, or more than a million rows. Blocks.
Result<std::vector<PeerTable>> read_database(
    const std::string& name, std::string_view bytes, std::string_view log
);

}  // namespace fairgate::importing
