#include "config/check.hpp"

#include "model/address.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <charconv>
#include <regex>

namespace fairgate::config {

namespace {

using Clashes = std::vector<Clash>;

constexpr auto contradiction = "FG-CFG-010";

void add(
    Clashes& clashes,
    std::string code,
    std::vector<std::string> paths,
    std::string what,
    std::string label
) {
    clashes.push_back({std::move(code), std::move(paths), std::move(what), std::move(label)});
}

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

void check_counting(const CountingSettings& counting, Clashes& faults) {
    if (counting.sustain > counting.window) {
        add(faults,
            contradiction,
            {"counting.sustain", "counting.window"},
            "counting.sustain is longer than counting.window: no violation could ever open",
            "make sustain at most " + to_text(counting.window));
    }
    for (const auto& [path, value] :
         {std::pair{"counting.window", counting.window},
          {"counting.sustain", counting.sustain},
          {"counting.interval", counting.interval}}) {
        if (value % counting.slot != Duration{0}) {
            add(faults,
                contradiction,
                {path},
                std::string(path) + " is not a multiple of the slot of 10s",
                "write " + to_text(value - value % counting.slot) + " or " +
                    to_text(value - value % counting.slot + counting.slot));
        }
    }
    for (const std::string& country : counting.countries) {
        const bool code = country.size() == 2 &&
                          std::ranges::all_of(country, [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!code) {
            add(faults,
                "FG-CFG-008",
                {"counting.countries"},
                "\"" + country + "\" is not a country code",
                "write two capital letters, such as \"IR\"");
        }
    }
}

// The library's matcher goes one call deeper per character.
constexpr std::size_t longest_regex = 256;

/// What the library says is wrong; empty when nothing is.
std::string regex_fault(const std::string& text) {
    try {
        (void)std::regex(text);
        return {};
    } catch (const std::regex_error& error) {
        return error.what();
    }
}

void check_patterns(const LimitSettings& limits, Clashes& faults) {
    for (std::size_t i = 0; i < limits.patterns.size(); ++i) {
        const PatternLimit& pattern = limits.patterns[i];
        const std::string path = "limits.patterns." + std::to_string(i + 1) + ".";
        const auto ways = (pattern.match.empty() ? 0 : 1) + (pattern.prefix.empty() ? 0 : 1) +
                          (pattern.suffix.empty() ? 0 : 1) + (pattern.regex.empty() ? 0 : 1);
        if (ways != 1) {
            add(faults,
                contradiction,
                {path + "regex", path + "suffix", path + "prefix", path + "match", path + "devices"
                },
                "a pattern needs exactly one of match, prefix, suffix, regex",
                "");
        }
        if (pattern.regex.size() > longest_regex) {
            add(faults,
                "FG-CFG-008",
                {path + "regex"},
                "a regular expression for names has at most 256 characters",
                "");
            continue;
        }
        const std::string wrong = regex_fault(pattern.regex);
        if (!wrong.empty()) {
            add(faults,
                "FG-CFG-008",
                {path + "regex"},
                "limits.patterns: this is not a regular expression: " + wrong,
                "");
        }
    }
}

bool is_name(const std::string& name) {
    return name.size() <= 64 && name.find_first_not_of(
                                    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                                    "UVWXYZ0123456789._-"
                                ) == std::string::npos;
}

bool is_fingerprint(const std::string& text) {
    const auto digits =
        std::ranges::count_if(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
    const auto colons = std::ranges::count(text, ':');
    return digits == 64 && static_cast<std::size_t>(digits + colons) == text.size();
}

bool is_zone(const std::string& zone) {
    return zone == "auto" || zone == "local" || zone == "UTC" ||
           std::regex_match(zone, std::regex("[+-]([01][0-9]|2[0-3]):[0-5][0-9]"));
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

void check_login(const BackendSettings& backend, const std::string& path, Clashes& faults) {
    const int logins = (backend.password.empty() ? 0 : 1) +
                       (backend.password_file.empty() ? 0 : 1) + (backend.api_key.empty() ? 0 : 1) +
                       (backend.api_key_file.empty() ? 0 : 1);
    if (logins != 1) {
        add(faults,
            logins == 0 ? "FG-CFG-009" : contradiction,
            {path + "api_key_file", path + "password_file", path + "name"},
            logins == 0 ? "backend \"" + backend.name + "\" has no password and no API key"
                        : "backend \"" + backend.name + "\" has more than one password or API key",
            "set one of password_file and api_key_file, or put the password into secrets.toml");
    }
    const bool by_password = !backend.password.empty() || !backend.password_file.empty();
    if (by_password && backend.username.empty()) {
        add(faults,
            "FG-CFG-009",
            {path + "password_file", path + "name"},
            "backend \"" + backend.name + "\" has a password and no username",
            "set username");
    }
}

void check_panel(const BackendSettings& backend, const std::string& path, Clashes& faults) {
    const std::string named = "backend \"" + backend.name + "\"";
    if (backend.url.empty()) {
        add(faults,
            "FG-CFG-009",
            {path + "url", path + "name"},
            named + " has no url",
            "write url = \"https://panel.example.com:8443\"");
    } else if (!backend.url.starts_with("https://") && !backend.url.starts_with("http://")) {
        add(faults,
            "FG-CFG-008",
            {path + "url"},
            named + ": this is not a web address",
            "write https://panel.example.com:8443");
    }
    if (!backend.api.empty() || !backend.config.empty() || !backend.inbounds.empty() ||
        backend.online != OnlineAddresses::automatic) {
        add(faults,
            contradiction,
            {path + "api", path + "config", path + "inbounds", path + "online", path + "type"},
            named + ": api, config, inbounds and online belong to type = \"xray\"",
            "remove them, or change the type");
    }
    if ((backend.action == BackendAction::move_group) == backend.group.empty()) {
        add(faults,
            contradiction,
            {path + "group", path + "action"},
            named + ": action = \"move_group\" and group belong together",
            "");
    }
    check_login(backend, path, faults);
}

void check_core(const BackendSettings& backend, const std::string& path, Clashes& faults) {
    const std::string named = "backend \"" + backend.name + "\"";
    const bool unix_socket = backend.api.starts_with("unix:/");
    const std::string host =
        backend.api.substr(backend.api.starts_with("https://") ? 8 : 0, std::string::npos);
    if (backend.api.empty()) {
        add(faults,
            "FG-CFG-009",
            {path + "api", path + "name"},
            named + " has no api",
            "write api = \"127.0.0.1:10085\"");
    } else if (!unix_socket && (!has_port(host) || host.find('/') != std::string::npos)) {
        add(faults,
            "FG-CFG-008",
            {path + "api"},
            named + ": expected an address and a port",
            "write \"127.0.0.1:10085\", \"https://node.example.com:62051\" or "
            "\"unix:/run/xray.sock\"");
    }
    const bool login = !backend.username.empty() || !backend.password.empty() ||
                       !backend.password_file.empty() || !backend.api_key.empty() ||
                       !backend.api_key_file.empty();
    if (login || !backend.url.empty() || !backend.nodes.empty() ||
        backend.action != BackendAction::disable || !backend.group.empty()) {
        add(faults,
            contradiction,
            {path + "url", path + "username", path + "nodes", path + "action", path + "type"},
            named + ": a core has no url, login, nodes, action or group",
            "remove them, or change the type");
    }
}

void check_backends(const Settings& settings, Clashes& faults) {
    for (const BackendSettings& backend : settings.backends) {
        const std::string path = "backend." + backend.name + ".";
        if (!is_name(backend.name)) {
            add(faults,
                "FG-CFG-008",
                {path + "name"},
                "a name may have letters, digits, dot and dash",
                "");
        }
        if (backend.type == BackendType::xray) {
            check_core(backend, path, faults);
        } else {
            check_panel(backend, path, faults);
        }
        if (!backend.pinned_sha256.empty() && !is_fingerprint(backend.pinned_sha256)) {
            add(faults,
                "FG-CFG-008",
                {path + "pinned_sha256"},
                "backend \"" + backend.name + "\": a SHA-256 fingerprint has 64 hexadecimal digits",
                "openssl s_client -connect HOST:PORT </dev/null | openssl x509 -noout -fingerprint "
                "-sha256");
        }
    }
}

void check_ladder(const LadderSettings& ladder, Clashes& faults) {
    if (ladder.steps.empty() || ladder.steps.size() > 32) {
        add(faults, "FG-CFG-006", {"ladder.steps"}, "a ladder has 1 to 32 steps", "");
        return;
    }
    for (std::size_t i = 0; i + 1 < ladder.steps.size(); ++i) {
        if (ladder.steps[i].kind == LadderStep::Kind::until_released) {
            add(faults,
                contradiction,
                {"ladder.steps"},
                "\"forever\" can only be the last step",
                "nothing comes after it");
        }
    }
}

}  // namespace

std::vector<Clash> contradictions(const Settings& settings, Purpose purpose) {
    Clashes faults;
    check_counting(settings.counting, faults);
    check_patterns(settings.limits, faults);
    check_ladder(settings.ladder, faults);
    if (purpose == Purpose::daemon) {
        check_daemon(settings, faults);
        check_sources(settings, faults);
        check_backends(settings, faults);
    }
    return faults;
}

}  // namespace fairgate::config
