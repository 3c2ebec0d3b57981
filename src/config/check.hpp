#pragma once

#include "config/load.hpp"

#include <string>
#include <vector>

namespace fairgate::config {

/// Two settings that are right by themselves and wrong together, or a value that only looks right.
struct Clash {
    std::string code;
    std::vector<std::string> paths;  ///< the first of them that was set is the place to show
    std::string what;
    std::string label;
};

/// FG-CFG-010, FG-CFG-013 and what else only the whole shows. Of a policy only what decides is
/// looked at.
std::vector<Clash> contradictions(const Settings& settings, Purpose purpose);

}  // namespace fairgate::config
