#pragma once

#include <link/link.pb.h>

namespace fairgate::link {

/// Versions of the protocol that this program speaks.
inline constexpr unsigned oldest_version = 1;
inline constexpr unsigned newest_version = 2;
/// From this one on a hub orders and an agent holds.
inline constexpr unsigned orders_since = 2;

}  // namespace fairgate::link
