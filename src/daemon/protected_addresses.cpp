#include "daemon/protected_addresses.hpp"

namespace fairgate::daemon {

kernel::ProtectedTargets told_to_protect(
    const World& world, std::span<const Address> asked, TimePoint now
) {
    kernel::ProtectedTargets targets;
    const auto trusted = control::trust_list(world.in_force, TrustEffect::never_blocked);
    for (const Address& address : asked) {
        if (trusted.find(address, *world.networks, now)) {
            targets.add(address, kernel::Protection::trusted);
        }
    }
    for (const auto& [address, server] : world.servers) {
        targets.add(
            address,
            server.kind == Server::Kind::panel ? kernel::Protection::panel
                                               : kernel::Protection::node
        );
    }
    return targets;
}

}  // namespace fairgate::daemon
