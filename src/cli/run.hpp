#pragma once

#include "cli/context.hpp"

#include <string>
#include <vector>

namespace fairgate::cli {

/// Runs one command line (the words behind the program's name) and gives the exit code.
int run(const std::vector<std::string>& words, const Surroundings& around);

/// The variables, terminals and clock of this process, and the connection to the daemon.
Surroundings this_process(Programs programs);

/// "0.1.0"
std::string_view version();

}  // namespace fairgate::cli
