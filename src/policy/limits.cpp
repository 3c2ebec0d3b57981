#include "policy/limits.hpp"

#include <algorithm>

namespace fairgate::policy {

std::optional<int> PatternLimit::devices_for(std::string_view name) const {
    if (pattern.tells_devices()) {
        return pattern.devices_in(name);
    }
    return pattern.matches(name) ? std::optional(devices) : std::nullopt;
}

DeviceLimit LimitBook::resolve(const AccountFacts& facts) const {
    std::vector<LimitRule> rules;
    if (const auto own = accounts.find(facts.key.name); own != accounts.end()) {
        rules.push_back({LimitOrigin::account, "", own->second});
    }
    for (const PatternLimit& limit : patterns) {
        if (const auto number = limit.devices_for(facts.key.name)) {
            rules.push_back({LimitOrigin::pattern, limit.pattern.text(), *number});
        }
    }
    std::vector<LimitRule> of_groups;
    for (const std::string& group : facts.groups) {
        if (const auto found = groups.find(group); found != groups.end()) {
            of_groups.push_back({LimitOrigin::group, group, found->second});
        }
    }
    std::ranges::sort(of_groups, std::greater{}, &LimitRule::devices);
    rules.insert(rules.end(), of_groups.begin(), of_groups.end());
    if (const auto owner = owners.find(facts.owner); owner != owners.end()) {
        rules.push_back({LimitOrigin::owner, facts.owner, owner->second});
    }
    if (use_panel_field && facts.device_limit) {
        rules.push_back({LimitOrigin::panel, "", *facts.device_limit});
    }
    rules.push_back({LimitOrigin::general, "", general});
    DeviceLimit limit;
    limit.chosen = rules.front();
    limit.lost.assign(rules.begin() + 1, rules.end());
    return limit;
}

int LimitBook::devices_for(std::string_view name) const {
    if (!accounts.empty()) {
        if (const auto own = accounts.find(name); own != accounts.end()) {
            return own->second;
        }
    }
    for (const PatternLimit& limit : patterns) {
        if (const auto number = limit.devices_for(name)) {
            return *number;
        }
    }
    return general;
}

}  // namespace fairgate::policy
