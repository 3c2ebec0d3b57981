#pragma once

#include "base/error.hpp"
#include "importing/plan.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fairgate::importing {

struct PeerFile {
    std::string name;   ///< "config.json"
    std::string shown;  ///< "/etc/opt/pg-limiter/config.json", "backup.zip: data/config.json"
    std::string bytes;
};

/// The files of another tool, each name once.
struct PeerFiles {
    std::vector<PeerFile> files;
    std::vector<LeftOut> left_out;  ///< a second file of the same name
    std::vector<Error> faults;

    const PeerFile* find(std::string_view name) const;
};

/// The files that this tool is known to have.
const std::vector<std::string_view>& known_files(Peer peer);

/// Whether a file of this name holds a SQLite database.
bool is_database(std::string_view name);

/// Reads these files, the known files in these folders (and in data/, config/ and legacy/ below
/// them), and what is in these zip archives. Nothing is written there. FG-IMP-001, -002, -005.
PeerFiles gather(Peer peer, const std::vector<std::string>& paths);

}  // namespace fairgate::importing
