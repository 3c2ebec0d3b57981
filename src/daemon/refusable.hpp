#pragma once

#include "base/clock.hpp"
#include "daemon/world.hpp"
#include "kernel/protected_targets.hpp"
#include "model/account.hpp"
#include "model/address.hpp"

#include <string>
#include <vector>

namespace fairgate::daemon {

/// Which addresses of an account may be refused.
struct Refusable {
    std::vector<Address> addresses;
    std::vector<std::string> left_out;  ///< "198.51.100.4 is used by bob too, and …"
};

/// Those of `wanted` that are the account's alone, by presence and by live connections, and that
/// nothing protects. Of IPv6 nobody else may be in its origin: behind one router are many of them.
/// `here` is what this machine itself protects.
Refusable refusable(
    const World& world,
    const AccountKey& account,
    const std::vector<std::string>& wanted,
    const kernel::ProtectedTargets& here,
    TimePoint now
);

/// "; seen by node de-1": those of `nodes` that an agent speaks for. Empty: none.
std::string seen_by(const Unit& unit, const std::vector<std::string>& nodes);

}  // namespace fairgate::daemon
