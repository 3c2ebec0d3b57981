#include "backends/xray/hindrance.hpp"

#include "backends/xray/errors.hpp"

namespace fairgate::backends::xray {

std::optional<Error> hindrance(
    std::string_view place,
    const Abilities& abilities,
    const std::string& accounts_file,
    const std::vector<std::string>& inbounds
) {
    if (!abilities.handler) {
        return service_off(place, "HandlerService");
    }
    if (abilities.inbound_users) {
        const bool knows_where = abilities.list_inbounds || !inbounds.empty();
        return knows_where ? std::nullopt : std::optional(no_inbounds(place));
    }
    if (accounts_file.empty()) {
        return cannot_give_back(place, release_range(abilities));
    }
    // A restart, which brings everybody back, is seen by the uptime only.
    return abilities.stats ? std::nullopt : std::optional(service_off(place, "StatsService"));
}

}  // namespace fairgate::backends::xray
