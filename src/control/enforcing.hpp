#pragma once

#include "control/live.hpp"

#include <string>
#include <vector>

namespace fairgate::control {

/// Why nobody is being blocked at this moment, each reason a sentence; empty: blocks are enforced.
std::vector<std::string> not_enforcing_because(const Live& live);

/// The one thing an operator should do next; empty: nothing.
std::string advice(const Live& live);

}  // namespace fairgate::control
