#pragma once

#include "importing/plan.hpp"

#include <optional>
#include <string>

namespace fairgate::importing {

/// A process of this tool, also one in a container, as the machine's own list shows it. None: not
/// seen, which proves nothing. `proc` is "/proc" but in tests.
std::optional<int> running_process(Peer peer, const std::string& proc = "/proc");

}  // namespace fairgate::importing
