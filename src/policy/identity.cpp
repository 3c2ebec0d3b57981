#include "policy/identity.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace fairgate::policy {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::optional<std::string> who_is_meant(const Identity& rule, const AccountFacts& facts) {
    if (rule.by == Identity::By::accounts) {
        return rule.accounts.contains(facts.key) ? std::optional<std::string>("") : std::nullopt;
    }
    if (!rule.backends.empty() && !rule.backends.contains(facts.key.backend)) {
        return std::nullopt;
    }
    const std::string_view text =
        rule.by == Identity::By::name ? std::string_view(facts.key.name) : trimmed(facts.note);
    if (text.empty()) {
        return std::nullopt;  // an account without a note is nobody's in particular
    }
    return rule.person ? rule.person->person_in(text) : std::optional<std::string>(text);
}

std::string text_of(const AccountKey& key) { return key.backend + "/" + key.name; }

std::string devices_text(int devices) {
    return devices == unlimited ? "unlimited" : std::to_string(devices);
}

DeviceLimit highest_of(DeviceLimit own, const std::vector<PersonsAccount>& others) {
    const auto best = std::ranges::max_element(others, {}, [](const PersonsAccount& each) {
        return each.limit.devices;
    });
    if (best == others.end() || best->limit.devices <= own.chosen.devices) {
        return own;
    }
    LimitRule chosen = best->limit;
    chosen.rule += (chosen.rule.empty() ? "of " : " of ") + text_of(best->key);
    own.lost.insert(own.lost.begin(), std::exchange(own.chosen, std::move(chosen)));
    return own;
}

DeviceLimit sum_of(
    const AccountKey& account, DeviceLimit own, const std::vector<PersonsAccount>& others
) {
    LimitRule chosen = own.chosen;
    chosen.rule = devices_text(chosen.devices) + " of " + text_of(account);
    for (const PersonsAccount& other : others) {
        const bool endless = chosen.devices == unlimited || other.limit.devices == unlimited;
        chosen.devices = endless ? unlimited : chosen.devices + other.limit.devices;
        chosen.rule += " + " + devices_text(other.limit.devices) + " of " + text_of(other.key);
    }
    own.lost.insert(own.lost.begin(), std::exchange(own.chosen, std::move(chosen)));
    return own;
}

}  // namespace

std::optional<PersonId> IdentityBook::person_of(const AccountFacts& facts) const {
    for (std::size_t rule = 0; rule < rules_.size(); ++rule) {
        if (auto who = who_is_meant(rules_[rule], facts)) {
            return PersonId{rule, *std::move(who)};
        }
    }
    return std::nullopt;
}

DeviceLimit limit_of_person(
    PersonLimit how,
    const AccountKey& account,
    DeviceLimit own,
    const std::vector<PersonsAccount>& others
) {
    if (others.empty()) {
        return own;
    }
    return how == PersonLimit::highest ? highest_of(std::move(own), others)
                                       : sum_of(account, std::move(own), others);
}

}  // namespace fairgate::policy
