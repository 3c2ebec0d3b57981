#include "policy/limits.hpp"

#include <algorithm>

namespace fairgate::policy {

namespace {

/// '*' stands for any run of characters, '?' for one. Linear: one step back per star.
bool glob_matches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t retry = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) &&
            pattern[p] != '*') {
            ++p;
            ++t;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

/// What the longest number of digits that is looked for may say.
constexpr int most_devices = 10'000;

/// The same pattern as a regular expression for whole names.
std::string as_regex(std::string_view pattern) {
    std::string out;
    for (const char c : pattern) {
        if (c == '*' || c == '?') {
            out += c == '*' ? ".*" : ".";
        } else if (std::string_view(R"(\^$.|+()[]{})").find(c) != std::string_view::npos) {
            out += {'\\', c};
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

Result<NamePattern> NamePattern::parse(std::string_view text) {
    NamePattern pattern;
    pattern.text_ = text;
    if (text.starts_with("re:")) {
        try {
            pattern.regex_.emplace(
                std::string(text.substr(3)), std::regex::ECMAScript | std::regex::optimize
            );
        } catch (const std::regex_error& error) {
            return Error{
                .code = "FG-LIM-001",
                .what = "the pattern \"" + std::string(text) + "\" is no regular expression",
                .cause = error.what()
            };
        }
    } else if (const std::size_t word = text.find(devices_word); word != std::string_view::npos) {
        const std::string_view behind = text.substr(word + devices_word.size());
        if (behind.find(devices_word) != std::string_view::npos) {
            return Error{
                .code = "FG-LIM-001",
                .what = "the pattern \"" + std::string(text) + "\" has {devices} twice",
                .cause = "a name has one limit"
            };
        }
        pattern.tells_devices_ = true;
        pattern.regex_.emplace(
            as_regex(text.substr(0, word)) + "([0-9]{1,5})" + as_regex(behind),
            std::regex::ECMAScript | std::regex::optimize
        );
    } else if (text.empty()) {
        return Error{
            .code = "FG-LIM-001",
            .what = "a pattern of no characters matches nobody",
            .cause = "expected text with * and ?, or re: and a regular expression"
        };
    }
    return pattern;
}

bool NamePattern::matches(std::string_view name) const {
    if (tells_devices_) {
        return devices_in(name).has_value();
    }
    return regex_ ? std::regex_search(name.begin(), name.end(), *regex_)
                  : glob_matches(text_, name);
}

std::optional<int> NamePattern::devices_in(std::string_view name) const {
    std::match_results<std::string_view::const_iterator> found;
    if (!tells_devices_ || !std::regex_match(name.begin(), name.end(), found, *regex_)) {
        return std::nullopt;
    }
    const int devices = std::stoi(found[1].str());
    return devices >= 1 && devices <= most_devices ? std::optional(devices) : std::nullopt;
}

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
