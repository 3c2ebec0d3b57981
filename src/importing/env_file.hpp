#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fairgate::importing {

struct EnvEntry {
    std::string key;
    std::string value;
    int line = 0;
};

struct EnvFile {
    std::vector<EnvEntry> entries;  ///< in the order of the file; of equal keys the last counts
    std::vector<Error> faults;
};

/// A `.env` as python-dotenv and Node's dotenv read it: KEY=value, `export`, quotes with escapes,
/// comments behind a blank. FG-IMP-003 for a line that is none, with its number.
EnvFile read_env(const std::string& name, std::string_view text);

}  // namespace fairgate::importing
