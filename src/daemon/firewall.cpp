#include "daemon/firewall.hpp"

#include "enforcement/firewalls/firewalls.hpp"
#include "kernel/operator_sessions.hpp"

#include <optional>
#include <utility>

namespace fairgate::daemon {

namespace {

using enforcement::firewalls::Kind;

std::optional<Kind> kind_of(config::FirewallDriver driver) {
    switch (driver) {
        case config::FirewallDriver::off:
            return std::nullopt;
        case config::FirewallDriver::nftables:
            return Kind::nftables;
        case config::FirewallDriver::iptables:
            return Kind::iptables;
        case config::FirewallDriver::ufw:
            return Kind::ufw;
        case config::FirewallDriver::fail2ban:
            return Kind::fail2ban;
    }
    return std::nullopt;
}

}  // namespace

std::unique_ptr<enforcement::AddressEnforcer> make_firewall_enforcer(
    const config::FirewallSettings& settings,
    enforcement::AddressEnforcer::Find find,
    enforcement::SharedBlocks::Never never,
    const boost::asio::any_io_executor& worker,
    const Clock& clock
) {
    const auto kind = kind_of(settings.driver);
    if (!kind) {
        return nullptr;
    }
    enforcement::firewalls::FirewallSettings firewall;
    firewall.kind = *kind;
    firewall.fail2ban.jail = settings.jail;
    firewall.fail2ban.limit_ip_log = settings.limit_ip_log;
    using Owner = enforcement::fail2ban::Fail2banSettings::Owner;
    const bool ours = settings.jail == config::FirewallSettings().jail;
    firewall.fail2ban.owner = ours ? Owner::ours : Owner::operators;
    return std::make_unique<enforcement::AddressEnforcer>(
        enforcement::firewalls::make_firewall(firewall),
        std::move(never),
        std::move(find),
        worker,
        clock
    );
}

}  // namespace fairgate::daemon
