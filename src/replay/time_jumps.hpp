#pragma once

#include "replay/line_batch.hpp"

namespace fairgate::replay {

/// Takes out a few marks that lie more than six hours after the rest of their block: one line with
/// a damaged or forged time must not make all that follows look old.
void drop_time_jumps(LineBatch& batch);

}  // namespace fairgate::replay
