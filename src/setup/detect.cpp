#include "setup/detect.hpp"

#include "importing/env_file.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace fairgate::setup {

namespace {

std::string size_text(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 4> units = {" B", " kB", " MB", " GB"};
    std::size_t unit = 0;
    while (bytes >= 10'000 && unit + 1 < units.size()) {
        bytes /= 1'000;
        ++unit;
    }
    return std::to_string(bytes) + std::string(units.at(unit));
}

/// A name in the path of a certificate: /var/lib/marzban/certs/panel.example.com/fullchain.pem
std::string host_in(const std::string& path) {
    for (const auto& part : std::filesystem::path(path).parent_path()) {
        const std::string name = part.string();
        if (name.find('.') != std::string::npos && !name.starts_with('.') &&
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos) {
            return name;
        }
    }
    return "127.0.0.1";
}

struct KnownPanel {
    std::string_view name;
    std::string_view settings;
    std::string_view data;
};

/// As their own installers put them (PasarGuard/scripts, Gozargah/Marzban-scripts).
constexpr std::array panels = {
    KnownPanel{"PasarGuard", "/opt/pasarguard/.env", "/var/lib/pasarguard"},
    KnownPanel{"Marzban", "/opt/marzban/.env", "/var/lib/marzban"},
};

}  // namespace

std::string value_in(std::string_view text, std::string_view key) {
    std::string found;
    for (importing::EnvEntry& entry : importing::read_env("", text).entries) {
        if (entry.key == key) {
            found = std::move(entry.value);
        }
    }
    return found;
}

std::string log_age(const Root::Facts& facts, TimePoint now) {
    const auto age = std::chrono::floor<std::chrono::seconds>(now - facts.changed);
    const auto ago = std::max(age, std::chrono::seconds(0));
    const std::string when = ago.count() == 0 ? "just now" : for_people(ago) + " ago";
    return size_text(facts.bytes) + ", last line " + when;
}

void find_panels(const Root& root, Findings& into) {
    for (const KnownPanel& known : panels) {
        const auto settings = root.text(known.settings);
        const bool has_settings = root.has(known.settings);
        const bool has_data = root.has(known.data);
        if (!has_settings && !has_data) {
            continue;
        }
        Finding found;
        found.thing = Thing::panel;
        found.name = known.name;
        found.certainty = has_settings && has_data ? Certainty::sure : Certainty::likely;
        if (!settings) {
            found.because =
                "found " + std::string(has_settings ? known.settings : known.data) +
                (has_settings ? ", which this user may not read" : ", without its settings");
            into.push_back(std::move(found));
            continue;
        }
        const std::string said = value_in(*settings, "UVICORN_PORT");
        const std::string port = said.empty() ? "8000" : said;
        const std::string certificate = value_in(*settings, "UVICORN_SSL_CERTFILE");
        found.url = certificate.empty() ? "http://127.0.0.1:" + port
                                        : "https://" + host_in(certificate) + ":" + port;
        found.because = "found " + std::string(known.settings) + ", port " + port +
                        (certificate.empty() ? ", without TLS" : ", with TLS");
        into.push_back(std::move(found));
    }
}

Findings detect(const Root& root, TimePoint now) {
    Findings all;
    find_panels(root, all);
    find_cores(root, all);
    find_logs(root, now, all);
    find_limiters(root, all);
    find_others(root, all);
    return all;
}

}  // namespace fairgate::setup
