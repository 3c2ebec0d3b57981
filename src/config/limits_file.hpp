#pragma once

#include "base/error.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::config {

/// Account -> devices at once; `unlimited` for "unlimited".
struct LimitsFile {
    std::map<std::string, int> accounts;
    std::vector<Error> faults;
};

/// Reads limits from a JSON object {"ali": 3} or from TOML: `ali = 3` lines, or the table
/// [limits.accounts] of a configuration. The rest of such a configuration is not looked at.
LimitsFile read_limits(const std::string& name, std::string_view text);

/// The same of a file. FG-CFG-001 when it cannot be read.
LimitsFile load_limits(const std::string& file);

}  // namespace fairgate::config
