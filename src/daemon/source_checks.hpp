#pragma once

#include "control/check.hpp"
#include "sources/source.hpp"

#include <string>
#include <vector>

namespace fairgate::daemon {

/// Whether the file of a source is there and may be read. FG-DMN-005.
control::Check check_file(const std::string& name, const std::string& path);

/// What is known of a source without asking anybody: its state, its lines, how they are read.
std::vector<control::Check> checks_of(const sources::SourceHealth& health, TimePoint now);

}  // namespace fairgate::daemon
