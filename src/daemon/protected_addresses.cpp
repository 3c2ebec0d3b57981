#include "daemon/protected_addresses.hpp"

#include "http/uri.hpp"

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
    for (const config::BackendSettings& backend : world.settings->backends) {
        const auto panel = http::parse_base(backend.url);
        const auto address = panel ? Address::parse(panel->host) : std::nullopt;
        if (address) {
            targets.add(*address, kernel::Protection::panel);
        }
    }
    return targets;
}

}  // namespace fairgate::daemon
