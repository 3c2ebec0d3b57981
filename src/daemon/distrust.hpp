#pragma once

#include "base/clock.hpp"
#include "daemon/world.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fairgate::daemon {

/// Why nothing may rest on what came from these nodes, if there is a reason: a source of theirs
/// cannot be trusted now. No nodes: any.
std::optional<std::string> distrust(
    const World& world, const std::vector<std::string>& nodes, TimePoint now
);

}  // namespace fairgate::daemon
