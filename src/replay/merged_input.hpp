#pragma once

#include "replay/input.hpp"

#include <memory>
#include <string>
#include <vector>

namespace fairgate::replay {

/// Several files as one log: slot by slot, each file's lines in their order. What follows a
/// client's own bytes in one file stays next to them, so that it is distrusted with them.
Result<std::unique_ptr<Input>> open_merged(const std::vector<std::string>& paths);

}  // namespace fairgate::replay
