#include "backends/pasarguard/dialect.hpp"

#include "backends/pasarguard/errors.hpp"
#include "http/uri.hpp"

namespace fairgate::backends::pasarguard {

Result<PanelVersion> parse_version(std::string_view text) {
    const auto version = panel::parse_version(text);
    return version ? Result<PanelVersion>(*version) : unknown_version(text.substr(0, 60));
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
