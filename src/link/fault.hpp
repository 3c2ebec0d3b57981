#pragma once

#include "base/error.hpp"
#include "link/wire.hpp"

namespace fairgate::link {

/// An error on its way to the other side; where it was and what it changed stay behind.
void tell(const Error& error, wire::Fault& out);
/// What the other side says is hostile text: made visible, and no longer than a person reads.
Error read(const wire::Fault& told);

}  // namespace fairgate::link
