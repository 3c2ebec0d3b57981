#pragma once

#include "config/load.hpp"

#include <string>
#include <vector>

namespace fairgate::config {

/// One setting as it is in force.
struct Effective {
    std::string path;
    std::string value;   ///< as TOML; "***" for a secret, "" when unset
    std::string origin;  ///< "built-in", "/etc/fairgate/fairgate.toml:12", "FAIRGATE_…", "--set …"
};

/// All settings in force, in the order of the table; elements of arrays where they were opened.
std::vector<Effective> effective(const Loaded& loaded);

}  // namespace fairgate::config
