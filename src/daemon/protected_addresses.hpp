#pragma once

#include "daemon/world.hpp"
#include "kernel/protected_targets.hpp"
#include "model/address.hpp"

#include <span>

namespace fairgate::daemon {

/// What the configuration and commands protect: those of `asked` that are never to be blocked, and
/// panels whose URL has an address in it. What the machine itself shows (its own addresses, who is
/// logged in) is added where it is read: kernel::add_what_is_here().
kernel::ProtectedTargets told_to_protect(
    const World& world, std::span<const Address> asked, TimePoint now
);

}  // namespace fairgate::daemon
