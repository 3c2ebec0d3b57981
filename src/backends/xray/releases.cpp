#include "backends/xray/releases.hpp"

#include <array>
#include <string_view>

namespace fairgate::backends::xray {

namespace {

/// In the order of time: the first release of Xray with the ability. `git tag --contains` of the
/// commits that added the calls to app/stats/command and app/proxyman/command.
struct Milestone {
    bool Abilities::* ability;
    std::string_view since;
};

constexpr std::array milestones{
    Milestone{&Abilities::inbound_users, "24.11.5"},
    Milestone{&Abilities::list_inbounds, "25.6.7"},
    // GetStatsOnline and its like are older (24.11.5), but could kill the core until 26.3.23; this
    // call never stood in a core where it was dangerous.
    Milestone{&Abilities::users_stats, "26.4.13"},
};

}  // namespace

std::string release_range(const Abilities& abilities) {
    if (abilities.core == Core::v2ray) {
        return "V2Ray";
    }
    std::string_view since;
    std::string_view before;
    for (const Milestone& milestone : milestones) {
        const bool of_stats = milestone.ability == &Abilities::users_stats;
        if (of_stats ? !abilities.stats : !abilities.handler) {
            continue;  // a service that is switched off tells nothing
        }
        if (abilities.*milestone.ability) {
            since = milestone.since;
        } else if (before.empty()) {
            before = milestone.since;
        }
    }
    std::string text = "Xray";
    if (!since.empty()) {
        text += " " + std::string(since) + " or newer";
    }
    if (!before.empty()) {
        text += (since.empty() ? " before " : ", before ") + std::string(before);
    }
    return text;
}

}  // namespace fairgate::backends::xray
