#include "config/clash.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace fairgate::config {

namespace {

bool is_fingerprint(const std::string& text) {
    const auto digits =
        std::ranges::count_if(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
    const auto colons = std::ranges::count(text, ':');
    return digits == 64 && static_cast<std::size_t>(digits + colons) == text.size();
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

/// Its names are told apart by the number before them, so nothing is to take that away.
void check_names(const Settings& settings, const BackendSettings& backend, Clashes& faults) {
    for (const SourceSettings& source : settings.sources) {
        const bool of_it = source.backend == backend.name ||
                           (source.backend.empty() && settings.backends.size() == 1);
        if (!of_it || !source.names || *source.names == NameForm::raw ||
            *source.names == NameForm::marzban) {
            continue;
        }
        add(faults,
            contradiction,
            {"source." + source.name + ".names"},
            "source \"" + source.name + "\" reads the log of a Marzban, whose names have one form",
            "leave names unset");
    }
}

/// It has neither groups nor API keys.
void check_marzban(const BackendSettings& backend, const std::string& path, Clashes& faults) {
    const std::string named = "backend \"" + backend.name + "\"";
    const bool moves = backend.action == BackendAction::move_group;
    if (moves == backend.inbounds.empty() || !backend.group.empty()) {
        add(faults,
            contradiction,
            {path + "group", path + "inbounds", path + "action"},
            named + ": Marzban has no groups; action = \"move_group\" and inbounds belong together",
            "name the inbounds that a restricted account may still use, and no group");
    }
    if (!backend.api_key.empty() || !backend.api_key_file.empty()) {
        add(faults,
            contradiction,
            {path + "api_key_file", path + "api_key", path + "type"},
            named + ": Marzban has no API keys",
            "set username and password_file");
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
    const bool marzban = backend.type == BackendType::marzban;
    const bool has_inbounds = !backend.inbounds.empty();
    if (!backend.api.empty() || !backend.config.empty() || (has_inbounds && !marzban) ||
        backend.online != OnlineAddresses::automatic) {
        add(faults,
            contradiction,
            {path + "api", path + "config", path + "inbounds", path + "online", path + "type"},
            named + ": api, config, inbounds and online belong to type = \"xray\"",
            "remove them, or change the type");
    }
    const bool moves = backend.action == BackendAction::move_group;
    if (!marzban && moves == backend.group.empty()) {
        add(faults,
            contradiction,
            {path + "group", path + "action"},
            named + ": action = \"move_group\" and group belong together",
            "");
    }
    if (marzban) {
        check_marzban(backend, path, faults);
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

}  // namespace

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
        if (backend.type == BackendType::marzban) {
            check_names(settings, backend, faults);
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

}  // namespace fairgate::config
