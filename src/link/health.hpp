#pragma once

#include "link/wire.hpp"
#include "sources/source.hpp"

namespace fairgate::link {

/// How a source on a node is, as it is told, and as it is read: hostile text is made visible and
/// cut, states that are none become `failed`. Times are the node's own.
void tell(const sources::SourceHealth& health, wire::SourceHealth& out);
sources::SourceHealth read(const wire::SourceHealth& told);

}  // namespace fairgate::link
