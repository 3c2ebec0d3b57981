#pragma once

#include "cli/context.hpp"

#include <string>

namespace fairgate::cli {

/// Writes the daemon's names of a kind (account, decision, source) that begin so, one a line, for
/// a shell's completion. Says nothing when it cannot, and never takes longer than people wait.
int offer_live_names(const Context& context, const std::string& kind, const std::string& prefix);

}  // namespace fairgate::cli
