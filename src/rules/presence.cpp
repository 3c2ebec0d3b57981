#include "rules/presence.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::rules {

namespace {

using tracker::Counting;
using tracker::Ipv4Partner;
using tracker::NetworkHabit;

/// More origins than any person has; a flood of them stays a small record.
constexpr std::size_t most_origins = 256;

// In the order of their enums.
constexpr std::array<std::string_view, 3> countings = {"overlap", "distinct", "first_come"};
constexpr std::array<std::string_view, 3> habits = {"unjudged", "stable", "rotating"};
constexpr std::array<std::string_view, 3> partners = {"own", "assumed", "any"};

template <class Enum>
std::string word_of(const std::array<std::string_view, 3>& words, Enum value) {
    return std::string(words.at(static_cast<std::size_t>(value)));
}

/// The first one for a word that is none of them.
template <class Enum>
Enum value_of(const std::array<std::string_view, 3>& words, std::string_view word) {
    const auto at = std::ranges::find(words, word);
    return at == words.end() ? Enum{} : static_cast<Enum>(at - words.begin());
}

std::string hexadecimal(tracker::Word word) {
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(word));
    return text.data();
}

tracker::Word word_in(std::string_view text) {
    constexpr int base = 16;
    tracker::Word word = 0;
    std::from_chars(text.data(), text.data() + text.size(), word, base);
    return word;
}

}  // namespace

EvidencePresence frozen_presence(
    std::span<const tracker::OriginActivity> origins,
    const tracker::OriginTable& table,
    const tracker::CountRule& rule,
    TimePoint until
) {
    EvidencePresence presence;
    presence.until = until;
    presence.counting = word_of(countings, rule.counting);
    presence.window = rule.window;
    presence.sustain = rule.sustain;
    presence.interval = rule.interval;
    presence.lifetime = rule.lifetime;
    for (const tracker::OriginActivity& origin : origins) {
        if (presence.origins.size() == most_origins) {
            ++presence.left_out;
            continue;
        }
        EvidenceOrigin frozen;
        frozen.network = table.network(origin.key).text();
        frozen.slots = hexadecimal(origin.word);
        frozen.asn = origin.asn.value;
        frozen.provider = origin.provider.value;
        frozen.habit = word_of(habits, origin.habit);
        frozen.partner = word_of(partners, origin.partner);
        frozen.visits = origin.visits;
        frozen.changes = origin.changes;
        frozen.since = origin.since;
        presence.origins.push_back(std::move(frozen));
    }
    return presence;
}

tracker::CountRule count_rule(const EvidencePresence& presence) {
    tracker::CountRule rule;
    rule.counting = value_of<Counting>(countings, presence.counting);
    rule.window = presence.window;
    rule.sustain = presence.sustain;
    rule.interval = presence.interval;
    rule.lifetime = presence.lifetime != 0 ? presence.lifetime : rule.lifetime;
    return rule;
}

tracker::DeviceCount count_again(const EvidencePresence& presence, const tracker::CountRule& rule) {
    OriginRule cut;
    for (const EvidenceOrigin& frozen : presence.origins) {
        if (const auto network = Network::parse(frozen.network)) {
            (network->base().is_v4() ? cut.v4_length : cut.v6_length) = network->length();
        }
    }
    tracker::OriginTable table(cut);
    std::vector<tracker::OriginActivity> origins;
    for (const EvidenceOrigin& frozen : presence.origins) {
        const auto network = Network::parse(frozen.network);
        if (!network) {
            continue;  // not written by frozen_presence()
        }
        tracker::OriginActivity origin;
        origin.key = table.of(network->base());
        origin.word = word_in(frozen.slots);
        origin.asn = Asn{static_cast<std::uint32_t>(frozen.asn)};
        origin.provider = Asn{static_cast<std::uint32_t>(frozen.provider)};
        origin.habit = value_of<NetworkHabit>(habits, frozen.habit);
        origin.partner = value_of<Ipv4Partner>(partners, frozen.partner);
        origin.visits = static_cast<std::uint8_t>(std::clamp(frozen.visits, 0, 255));
        origin.changes = static_cast<std::uint8_t>(std::clamp(frozen.changes, 0, 255));
        origin.since = frozen.since;
        origins.push_back(origin);
    }
    return tracker::count_with_confidence(origins, rule);
}

}  // namespace fairgate::rules
