#pragma once

#include "base/error.hpp"
#include "importing/plan.hpp"

#include <string>
#include <vector>

namespace fairgate::importing {

/// Whose files are to be imported, and where they are.
struct Whose {
    Peer peer = Peer::pg_limiter;
    std::vector<std::string> paths;
};

/// Where to look on a machine.
struct Machine {
    std::string root;  ///< before every path; "" but in tests
    std::string home;  ///< of the operator
};

/// From the words behind `import`: a tool's name and paths; paths alone, and what is in them tells
/// the tool; a name alone, or nothing, and the places that the tools' installers use are looked
/// into. FG-IMP-002, FG-IMP-010.
Result<Whose> whose(const std::vector<std::string>& words, const Machine& machine);

}  // namespace fairgate::importing
