#include "backends/pasarguard/dialect.hpp"

#include "backends/pasarguard/errors.hpp"
#include "http/uri.hpp"

#include <array>
#include <charconv>

namespace fairgate::backends::pasarguard {

Result<PanelVersion> parse_version(std::string_view text) {
    std::string_view rest = text;
    if (rest.starts_with('v')) {
        rest.remove_prefix(1);
    }
    PanelVersion version;
    const std::array parts{&version.major, &version.minor, &version.patch};
    int count = 0;
    for (int* part : parts) {
        const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), *part);
        if (failed != std::errc{}) {
            break;
        }
        ++count;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        if (!rest.starts_with('.')) {
            break;
        }
        rest.remove_prefix(1);
    }
    if (count < 2) {
        return unknown_version(text.substr(0, 60));
    }
    return version;
}

std::string to_text(PanelVersion version) {
    return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
           std::to_string(version.patch);
}

Result<Dialect> Dialect::of(PanelVersion version) {
    if (version < PanelVersion{4, 0, 0}) {
        return version_too_old(to_text(version));
    }
    return Dialect(version);
}

std::string Dialect::user(std::int64_t id) const { return "/api/user/by-id/" + std::to_string(id); }

std::string Dialect::user_by_name(std::string_view name) const {
    return "/api/user/by-username/" + http::percent_encode(name);
}

std::string Dialect::disabled(std::int64_t id) const { return user(id) + "/disabled"; }

std::string Dialect::online(std::int64_t id, std::string_view name) const {
    const std::string who = bare_email() ? std::to_string(id) : http::percent_encode(name);
    return "/api/node/online_stats/" + who + "/ip";
}

}  // namespace fairgate::backends::pasarguard
