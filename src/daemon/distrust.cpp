#include "daemon/distrust.hpp"

#include <algorithm>
#include <chrono>

namespace fairgate::daemon {

namespace {

constexpr Duration most_off = std::chrono::seconds(30);

bool is_meant(const std::vector<std::string>& nodes, const std::string& node) {
    return nodes.empty() || std::ranges::find(nodes, node) != nodes.end();
}

std::optional<std::string> distrust(const sources::SourceHealth& source) {
    if (!sources::is_trustworthy(source.state)) {
        return "source " + source.source + " is " + std::string(sources::to_text(source.state));
    }
    const Duration off = source.clock_offset.value_or(Duration(0));
    if (off > most_off || off < -most_off) {
        return "the clock of source " + source.source + " is off by more than 30 s";
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> distrust(
    const World& world, const std::vector<std::string>& nodes, TimePoint now
) {
    for (const auto& unit : world.units) {
        std::vector<sources::SourceHealth> all = unit->told_sources(now);
        for (const ReadSource& source : unit->sources) {
            if (is_meant(nodes, source.node)) {
                all.push_back(source.reading.health(now));
            }
        }
        for (const sources::SourceHealth& source : all) {
            if (auto why = is_meant(nodes, source.node) ? distrust(source) : std::nullopt) {
                return why;
            }
        }
    }
    return std::nullopt;
}

}  // namespace fairgate::daemon
