#pragma once

#include "importing/draft.hpp"
#include "importing/peer_files.hpp"
#include "importing/plan.hpp"

#include <string>
#include <vector>

namespace fairgate::importing {

/// What another tool has set, from these files and folders. Nothing is written, and nothing of the
/// other tool's is changed. Blocks.
Plan read_plan(Peer peer, const std::vector<std::string>& paths, Around around);

// Each tool by itself: what its files say, told to the draft.
void read_pg_limiter(Draft& draft, const PeerFiles& files);
void read_v2iplimit(Draft& draft, const PeerFiles& files);
void read_marzban_sentry(Draft& draft, const PeerFiles& files);
void read_luip(Draft& draft, const PeerFiles& files);

}  // namespace fairgate::importing
