// What shares the machine with us: limiters to take over from, MTProto proxies, sshd, firewalls.
#include "importing/usual_places.hpp"
#include "setup/detect.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace fairgate::setup {

namespace {

/// What has no installer is cloned there by root.
constexpr std::string_view home = "/root";

struct KnownGate {
    std::string_view name;
    std::string_view process;
    std::string_view file;
};

constexpr std::array gates = {
    KnownGate{"mtg", "mtg", "/etc/mtg.toml"},
    KnownGate{"telemt", "telemt", "/etc/telemt.toml"},
    KnownGate{"MTProxy", "mtproto-proxy", "/etc/mtproto-proxy/proxy-secret"},
};

bool is_installed(const Root& root, std::string_view program) {
    return std::ranges::any_of(
        std::initializer_list<const char*>{"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"},
        [&](const char* folder) { return root.has(folder + std::string(program)); }
    );
}

void add(
    Findings& into, Thing thing, Certainty certainty, std::string_view name, std::string because
) {
    Finding found;
    found.thing = thing;
    found.certainty = certainty;
    found.name = name;
    found.because = std::move(because);
    into.push_back(std::move(found));
}

void find_gates(const Root& root, Findings& into) {
    const std::vector<Process> processes = root.processes();
    for (const KnownGate& known : gates) {
        const auto running = std::ranges::find_if(processes, [&](const Process& process) {
            return process.name == known.process;
        });
        if (running != processes.end()) {
            add(into,
                Thing::gate,
                Certainty::sure,
                known.name,
                "runs as process " + std::to_string(running->pid));
        } else if (root.has(known.file)) {
            add(into, Thing::gate, Certainty::likely, known.name, "found " + std::string(known.file)
            );
        }
    }
}

void find_ssh(const Root& root, Findings& into) {
    const auto settings = root.text("/etc/ssh/sshd_config");
    if (!settings) {
        return;
    }
    std::string port = "22";
    std::string_view text = *settings;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.starts_with("Port ")) {
            port = line.substr(5);
            break;
        }
    }
    add(into, Thing::ssh, Certainty::sure, "sshd", "found /etc/ssh/sshd_config, port " + port);
}

void find_firewalls(const Root& root, Findings& into) {
    if (is_installed(root, "nft")) {
        add(into, Thing::firewall, Certainty::sure, "nftables", "found the program nft");
    }
    if (is_installed(root, "iptables")) {
        add(into, Thing::firewall, Certainty::sure, "iptables", "found the program iptables");
    }
    if (is_installed(root, "ufw")) {
        const std::string on = value_in(root.text("/etc/ufw/ufw.conf").value_or(""), "ENABLED");
        const std::string state = on == "yes"  ? ", switched on"
                                  : on == "no" ? ", switched off"
                                               : "";
        add(into, Thing::firewall, Certainty::sure, "ufw", "found the program ufw" + state);
    }
    if (is_installed(root, "fail2ban-client")) {
        add(into, Thing::firewall, Certainty::sure, "fail2ban", "found the program fail2ban-client"
        );
    }
}

std::string_view title_of(importing::Peer peer) {
    switch (peer) {
        case importing::Peer::pg_limiter:
            return "PG-Limiter";
        case importing::Peer::v2iplimit:
            return "V2IpLimit";
        case importing::Peer::marzban_sentry:
            return "Marzban-Sentry";
        case importing::Peer::luip:
            return "luIP";
    }
    return "";
}

/// " /var/lib/pg-limiter/data": what it keeps apart from its settings.
std::string data_of(const Root& root, importing::Peer peer) {
    std::string text;
    for (const importing::UsualPlace& place : importing::usual_places()) {
        if (place.peer == peer && place.settings.empty() && root.has(place.path)) {
            text += " " + std::string(place.path);
        }
    }
    return text;
}

}  // namespace

void find_limiters(const Root& root, Findings& into) {
    for (const importing::UsualPlace& place : importing::usual_places()) {
        const std::string folder = path_of(place, home);
        const std::string file = folder + "/" + std::string(place.settings);
        if (place.settings.empty() || !root.has(file)) {
            continue;
        }
        Finding found;
        found.thing = Thing::limiter;
        found.name = title_of(place.peer);
        found.because = "found " + file;
        found.path = folder;
        found.advice = "fairgate import " + std::string(importing::name_of(place.peer)) + " " +
                       folder + data_of(root, place.peer) + " --dry-run";
        into.push_back(std::move(found));
    }
}

void find_others(const Root& root, Findings& into) {
    find_gates(root, into);
    find_ssh(root, into);
    find_firewalls(root, into);
}

}  // namespace fairgate::setup
