#include "enforcement/firewalls/firewalls.hpp"

#include "enforcement/iptables/iptables.hpp"
#include "enforcement/nftables/nftables.hpp"
#include "enforcement/ufw/ufw.hpp"

#include <string>

namespace fairgate::enforcement::firewalls {

std::optional<Kind> kind_named(std::string_view name) {
    Kind kind{};
    return boost::describe::enum_from_string(std::string(name).c_str(), kind) ? std::optional(kind)
                                                                              : std::nullopt;
}

std::unique_ptr<AddressBlocker> make_firewall(
    const FirewallSettings& settings, const kernel::NetworkNamespace& place
) {
    const auto& ports = settings.open_ports;
    switch (settings.kind) {
        case Kind::nftables:
            return std::make_unique<nftables::Nftables>(
                place, kernel::NftSettings{.open_ports = ports}
            );
        case Kind::iptables:
            return std::make_unique<iptables::Iptables>(
                iptables::IptablesSettings{.open_ports = ports}
            );
        case Kind::ufw:
            return std::make_unique<ufw::Ufw>();
        case Kind::fail2ban:
            return std::make_unique<fail2ban::Fail2ban>(settings.fail2ban);
    }
    return nullptr;
}

}  // namespace fairgate::enforcement::firewalls
