#include "config/bind.hpp"
#include "config/table.hpp"

namespace fairgate::config {

using bind::into;

std::vector<Row> firewall_rows() {
    return {
        {"firewall.driver",
         Scope::daemon,
         into<&Settings::firewall, &FirewallSettings::driver>(),
         "How accounts of a bare log are blocked, where no panel and no core could disable them: "
         "the addresses they are connected from are refused at the ports they use, by nftables, "
         "iptables, ufw or fail2ban. off: blocks are only recorded. Needs CAP_NET_ADMIN."},
        {"firewall.udp_idle",
         Scope::daemon,
         into<&Settings::firewall, &FirewallSettings::udp_idle>(),
         "How long the addresses of a blocked account are refused where its connections run over "
         "UDP (mKCP, QUIC, Hysteria, WireGuard) and cannot be cut: longer than a carrier stays "
         "open without packets. 30 s for mKCP and QUIC, 2 minutes for Shadowsocks.",
         {},
         "30s",
         "1h"},
        {"firewall.jail",
         Scope::daemon,
         into<&Settings::firewall, &FirewallSettings::jail>(),
         "With fail2ban: the jail that bans. In your own, your bans are left alone."},
        {"firewall.limit_ip_log",
         Scope::daemon,
         into<&Settings::firewall, &FirewallSettings::limit_ip_log>(),
         "With fail2ban: the log that the jail watches, as 3x-ipl does. Addresses are then banned "
         "by a line in it, in 3x-ui's form. Empty: by fail2ban-client.",
         "\"/var/log/3xipl.log\""},
        {"firewall.blocked_log",
         Scope::daemon,
         into<&Settings::firewall, &FirewallSettings::blocked_log>(),
         "A file that gets a line for each account that is blocked, whatever blocks it, as in "
         "cek-bw-limit's blocked.log: time, backend, account, reason.",
         "\"/var/log/fairgate/blocked.log\""},
    };
}

}  // namespace fairgate::config
