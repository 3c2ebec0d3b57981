#include "policy/score.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace fairgate::policy {

namespace {

std::string counted(int number, const char* one, const char* many) {
    return std::to_string(number) + " " + (number == 1 ? one : many);
}

}  // namespace

int Score::total() const {
    int sum = 0;
    for (const Part& part : parts) {
        sum += part.points;
    }
    return std::min(sum, 100);
}

std::string Score::text() const {
    std::string text = std::to_string(total()) + " of 100";
    for (const Part& part : parts) {
        text += &part == &parts.front() ? " (" : "; ";
        text += std::to_string(part.points) + ": " + part.what;
    }
    return parts.empty() ? text : text + ")";
}

Score score_of(const Evidence& evidence, int violations_before) {
    Score score;
    const auto add = [&score](std::string what, int points, int most) {
        if (points > 0) {
            score.parts.push_back({std::move(what), std::min(points, most)});
        }
    };
    const int beyond = evidence.limit.chosen.devices == unlimited
                           ? 0
                           : evidence.devices - evidence.limit.chosen.devices;
    std::set<std::string> providers;
    std::set<std::string> countries;
    for (const EvidenceDevice& device : evidence.counted) {
        if (!device.network.empty()) {
            providers.insert(device.network);
        }
        if (!device.country.empty()) {
            countries.insert(device.country);
        }
    }
    const int networks = static_cast<int>(providers.size());
    const int lands = static_cast<int>(countries.size());
    add(counted(beyond, "device", "devices") + " beyond the limit", 20 * beyond, 40);
    add(counted(networks, "provider", "providers") + " at once", 10 * (networks - 2), 20);
    add(counted(lands, "country", "countries") + " at once", lands > 1 ? 20 : 0, 20);
    add(counted(violations_before, "earlier violation", "earlier violations"),
        10 * violations_before,
        30);
    return score;
}

}  // namespace fairgate::policy
