#pragma once

#include "cli/context.hpp"
#include "cli/parse.hpp"

#include <string>

namespace fairgate::cli {

/// `replay --decision ID`: counts what the decision was made from again, by the rules of then, by
/// those in force now, and by those of the command line if it names any. Asks the daemon for the
/// evidence and changes nothing. FG-RPL-004 when the evidence does not hold what is needed; exit
/// code 9 when the rules of then do not lead to the same.
int replay_decision(Context& context, const Invocation& invocation, const std::string& decision);

}  // namespace fairgate::cli
