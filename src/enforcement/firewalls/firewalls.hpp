#pragma once

#include "enforcement/address_blocker.hpp"
#include "enforcement/fail2ban/fail2ban.hpp"
#include "kernel/network_namespace.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace fairgate::enforcement::firewalls {

enum class Kind { nftables, iptables, ufw, fail2ban };
BOOST_DESCRIBE_ENUM(Kind, nftables, iptables, ufw, fail2ban)

/// "nftables"; nothing for another word.
std::optional<Kind> kind_named(std::string_view name);

struct FirewallSettings {
    Kind kind = Kind::nftables;
    /// Ports of TCP that stay open to refused addresses: those of SSH (kernel::ssh_ports()). ufw
    /// has no such thing, fail2ban what its jail says.
    std::vector<std::uint16_t> open_ports = {22};
    fail2ban::Fail2banSettings fail2ban = {};
};

/// Touches nothing until it is used. Only nftables works in another network than the machine's own.
std::unique_ptr<AddressBlocker> make_firewall(
    const FirewallSettings& settings,
    const kernel::NetworkNamespace& place = kernel::NetworkNamespace::own()
);

}  // namespace fairgate::enforcement::firewalls
