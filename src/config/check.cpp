#include "config/check.hpp"

#include "config/clash.hpp"
#include "model/address.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <charconv>
#include <regex>
#include <string_view>

namespace fairgate::config {

bool has_port(const std::string& listen) {
    const std::size_t colon = listen.rfind(':');
    if (colon == std::string::npos) {
        return false;
    }
    int port = -1;
    const char* end = listen.data() + listen.size();
    const auto [stopped, error] = std::from_chars(listen.data() + colon + 1, end, port);
    return error == std::errc{} && stopped == end && port >= 0 && port <= 65535;
}

bool is_name(const std::string& name) {
    return name.size() <= 64 && name.find_first_not_of(
                                    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                                    "UVWXYZ0123456789._-"
                                ) == std::string::npos;
}

namespace {

/// The host of "127.0.0.1:8443" or "[::1]:8443" is this machine.
bool is_local(const std::string& listen) {
    const std::size_t colon = listen.rfind(':');
    std::string host = listen.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    const auto address = Address::parse(host);
    return host == "localhost" || (address && address->is_loopback());
}

void check_daemon(const Settings& settings, Clashes& faults) {
    const DaemonSettings& daemon = settings.daemon;
    for (const std::string& risk : daemon.accept_risk) {
        if (risk != "plain-http") {
            add(faults,
                contradiction,
                {"daemon.accept_risk"},
                "there is no risk called \"" + risk + "\"",
                "the known one is \"plain-http\"");
        }
    }
    if (daemon.certificate_file.empty() != daemon.key_file.empty()) {
        add(faults,
            contradiction,
            {"daemon.certificate_file", "daemon.key_file"},
            "a certificate and its key belong together",
            "set both or none");
    }
    if (daemon.listen.empty()) {
        return;
    }
    if (!has_port(daemon.listen)) {
        add(faults,
            "FG-CFG-008",
            {"daemon.listen"},
            "daemon.listen: expected an address and a port",
            "write \"127.0.0.1:8443\" or \"[::1]:8443\"");
        return;
    }
    const bool accepted =
        std::ranges::find(daemon.accept_risk, "plain-http") != daemon.accept_risk.end();
    if (!is_local(daemon.listen) && daemon.certificate_file.empty() && !accepted) {
        add(faults,
            "FG-CFG-013",
            {"daemon.listen"},
            "daemon.listen would show the API to other machines without TLS",
            "use 127.0.0.1, set certificate_file and key_file, or accept_risk = [\"plain-http\"]");
    }
    if (daemon.token_file.empty()) {
        add(faults,
            contradiction,
            {"daemon.listen"},
            "daemon.listen needs daemon.token_file",
            "the socket knows who asks; TCP needs a token");
    }
}

bool is_zone(const std::string& zone) {
    return zone == "auto" || zone == "local" || zone == "UTC" ||
           std::regex_match(zone, std::regex("[+-]([01][0-9]|2[0-3]):[0-5][0-9]"));
}

/// As kernel::NetworkNamespace::find takes it.
bool is_network(const std::string& network) {
    constexpr std::string_view by_process = "process:";
    if (network.starts_with(by_process)) {
        return network.size() > by_process.size();
    }
    return network.starts_with('/') ||
           (!network.starts_with('.') && network.find('/') == std::string::npos);
}

void check_sources(const Settings& settings, Clashes& faults) {
    for (const SourceSettings& source : settings.sources) {
        const std::string path = "source." + source.name + ".";
        if (!is_name(source.name)) {
            add(faults,
                "FG-CFG-008",
                {path + "name"},
                "a name may have letters, digits, dot and dash",
                "");
        }
        if (!is_zone(source.zone)) {
            add(faults,
                "FG-CFG-008",
                {path + "zone"},
                "\"" + source.zone + "\" is not a time zone",
                R"(write "auto", "local", "UTC" or an offset such as "+03:30")");
        }
        if (!is_network(source.network)) {
            add(faults,
                "FG-CFG-008",
                {path + "namespace"},
                "\"" + source.network + "\" names no network",
                R"(write "process:NAME", a name in /run/netns, or a path)");
        }
        const bool known =
            std::ranges::any_of(settings.backends, [&](const BackendSettings& backend) {
                return backend.name == source.backend;
            });
        if (!source.backend.empty() && !known) {
            add(faults,
                contradiction,
                {path + "backend"},
                "there is no [[backend]] named \"" + source.backend + "\"",
                "");
        }
    }
}

}  // namespace

std::vector<Clash> contradictions(const Settings& settings, Purpose purpose) {
    Clashes faults;
    check_policy(settings, faults);
    if (purpose == Purpose::daemon) {
        check_daemon(settings, faults);
        check_sources(settings, faults);
        check_backends(settings, faults);
        check_identities(settings, faults);
    }
    return faults;
}

}  // namespace fairgate::config
