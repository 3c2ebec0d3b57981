#include "daemon/engine.hpp"
#include "model/time.hpp"
#include "rules/presence.hpp"

#include <algorithm>
#include <bit>
#include <utility>

// What an engine answers: the counting of one account in words and tables for people.

namespace fairgate::daemon {

using tracker::Slot;

namespace {

std::string plural(int count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void add_once(std::vector<std::string>& into, const std::vector<std::string>& from) {
    for (const std::string& text : from) {
        if (std::ranges::find(into, text) == into.end()) {
            into.push_back(text);
        }
    }
}

std::string in_words(const NetworkInfo& info) {
    if (info.asn.value == 0) {
        return {};
    }
    const std::string name = "AS" + std::to_string(info.asn.value);
    return info.organisation.empty() ? name : name + " " + info.organisation;
}

std::string counterfactual_of(int devices) {
    return "would not have happened with a limit of " + std::to_string(devices);
}

}  // namespace

EvidenceDevice Engine::describe(const tracker::CountedDevice& device, const Trail* trail, Slot slot)
    const {
    EvidenceDevice shown;
    shown.seconds_active = device.active_slots * tracker::slot_length.count();
    const bool came = device.since != 0;
    shown.first_seen = tracker::end_of(slot);
    shown.last_seen = TimePoint{};
    for (const tracker::OriginKey key : device.origins) {
        const Network network = tracker_.origin_table().network(key);
        shown.origins.push_back(network.text());
        if (shown.network.empty()) {
            const NetworkInfo info = networks_->info_of(network.base());
            shown.network = in_words(info);
            shown.country = info.country;
        }
        const auto at = trail == nullptr ? decltype(trail->origins.begin()){}
                                         : trail->origins.find(network.text());
        if (trail == nullptr || at == trail->origins.end()) {
            continue;
        }
        const OriginTrail& seen = at->second;
        shown.first_seen = came ? TimePoint(std::chrono::seconds(device.since))
                                : std::min(shown.first_seen, seen.first_seen);
        shown.last_seen = std::max(shown.last_seen, seen.last_seen);
        shown.connections += seen.connections;
        add_once(shown.addresses, seen.addresses);
        add_once(shown.nodes, seen.nodes);
        add_once(shown.inbounds, seen.inbounds);
    }
    if (shown.last_seen == TimePoint{}) {
        // Seen at this origin alone so far, so only its slots are remembered.
        shown.last_seen = tracker::end_of(slot);
        shown.first_seen = came ? TimePoint(std::chrono::seconds(device.since))
                                : shown.last_seen - std::chrono::seconds(shown.seconds_active);
    }
    return shown;
}

/// "; counted together with second/ali, one person ([[identity]])", or nothing.
std::string Engine::counted_with(const AccountKey& account) const {
    std::string names;
    for (const AccountKey& other :
         same_person_ == nullptr ? std::vector<AccountKey>() : same_person_->others(account)) {
        names += (names.empty() ? "" : ", ") + other.backend + "/" + other.name;
    }
    return names.empty() ? names
                         : "; counted together with " + names + ", one person ([[identity]])";
}

Evidence Engine::freeze(AccountId account, Slot slot) const {
    const std::string name(tracker_.accounts().name(account));
    const AccountFacts facts = facts_of(name);
    const TimePoint now = tracker::end_of(slot);
    tracker_.origins(account, slot, buffer_);
    Evidence evidence;
    evidence.limit = limit_of(facts);
    const tracker::DeviceCount count = tracker::count_with_confidence(buffer_, settings_.count);
    evidence.devices = count.devices;
    evidence.confidence = count.confidence;
    evidence.confidence_reasons = count.reasons;
    evidence.presence =
        rules::frozen_presence(buffer_, tracker_.origin_table(), settings_.count, now);
    const Trail* trail = book_.find(account);
    for (const tracker::CountedDevice& device : tracker::group_devices(buffer_, settings_.count)) {
        evidence.counted.push_back(describe(device, trail, slot));
        if (device.origins.size() > 1) {
            const std::string why = device.asn.value == 0
                                        ? "in one network"
                                        : "in AS" + std::to_string(device.asn.value);
            evidence.not_counted.push_back(
                {plural(static_cast<int>(device.origins.size()) - 1, "more origin"),
                 "taken for the same device: one that moved, a carrier's pool or IPv4 and IPv6 of "
                 "one "
                 "phone, " +
                     why}
            );
        }
    }
    if (std::cmp_greater(evidence.counted.size(), evidence.devices)) {
        evidence.not_counted.push_back(
            {plural(static_cast<int>(evidence.counted.size()) - evidence.devices, "origin"),
             "not active together with the others for long enough (one minute in five)"}
        );
    }
    if (trail != nullptr) {
        for (const auto& [address, why] : trail->left_out) {
            evidence.not_counted.push_back({address, why});
        }
    }
    const policy::ModeChoice mode = rules_.modes.resolve(facts, now);
    evidence.mode = mode.mode;
    evidence.policy = rules_.policy_text + counted_with(facts.key);
    const int limit = evidence.limit.chosen.devices;
    evidence.verdict = plural(evidence.devices, "device") + " at once, limit " +
                       (limit == policy::unlimited ? "none" : std::to_string(limit));
    if (counts_first_come()) {
        freeze_order(evidence, account, slot);
    }
    if (evidence.devices > limit) {
        evidence.counterfactual.push_back(counterfactual_of(evidence.devices));
    }
    if (trail != nullptr) {
        evidence.lines.assign(trail->lines.begin(), trail->lines.end());
    }
    if (const Violation* open = open_violation(name)) {
        evidence.timeline.push_back({open->opened, "over the limit"});
    }
    return evidence;
}

Evidence Engine::evidence_of(std::string_view account, TimePoint now) const {
    const Slot slot = tracker::slot_of(now);
    if (const auto id = find(account)) {
        return freeze(*id, slot);
    }
    Evidence evidence;
    evidence.limit = limit_of(facts_of(account));
    evidence.mode = rules_.modes.resolve(facts_of(account), now).mode;
    evidence.policy = rules_.policy_text;
    evidence.verdict = "not seen lately";
    return evidence;
}

std::optional<std::string> Engine::passed_by(const AccountFacts& facts, TimePoint now) const {
    return rules_.exceptions.why_passed_by(facts, now);
}

int Engine::devices_of(std::string_view account, TimePoint now) const {
    const auto id = find(account);
    return id ? tracker_.devices(*id, tracker::slot_of(now)) : 0;
}

std::vector<std::string> Engine::origins_of(std::string_view account, TimePoint now) const {
    std::vector<std::string> origins;
    const auto id = find(account);
    if (!id) {
        return origins;
    }
    tracker_.origins(*id, tracker::slot_of(now), buffer_);
    const tracker::Word window =
        (tracker::Word{1} << static_cast<unsigned>(settings_.count.window)) - 1;
    for (const tracker::OriginActivity& origin : buffer_) {
        if ((origin.word & window) != 0) {
            origins.push_back(tracker_.origin_table().network(origin.key).text());
        }
    }
    std::ranges::sort(origins);
    return origins;
}

std::vector<std::string> Engine::nodes_of(std::string_view account) const {
    std::vector<std::string> nodes;
    const auto id = find(account);
    const Trail* trail = id ? book_.find(*id) : nullptr;
    if (trail != nullptr) {
        for (const auto& [origin, seen] : trail->origins) {
            add_once(nodes, seen.nodes);
        }
    }
    return nodes;
}

std::optional<TimePoint> Engine::last_seen(std::string_view account, TimePoint now) const {
    const auto id = find(account);
    const auto slot = id ? tracker_.last_slot(*id, tracker::slot_of(now)) : std::nullopt;
    return slot ? std::optional(std::min(now, tracker::end_of(*slot))) : std::nullopt;
}

void Engine::each_online(TimePoint now, const std::function<void(std::string_view)>& take) const {
    const Slot slot = tracker::slot_of(now);
    const tracker::AccountTable& accounts = tracker_.accounts();
    for (std::uint32_t value = 0; value < accounts.capacity(); ++value) {
        const AccountId id{value};
        if (accounts.is_known(id) && tracker_.origin_count(id, slot) > 0) {
            take(accounts.name(id));
        }
    }
}

std::size_t Engine::count_online(TimePoint now) const {
    // Asked once for each decision; of many it takes as long as hundreds of decisions, and changes
    // little within a slot.
    constexpr std::size_t many = 20'000;
    const Slot slot = tracker::slot_of(now);
    if (counted_slot_ == slot && counted_online_ > many) {
        return counted_online_;
    }
    std::size_t count = 0;
    each_online(now, [&count](std::string_view) { ++count; });
    counted_slot_ = slot;
    counted_online_ = count;
    return count;
}

const Violation* Engine::open_violation(std::string_view account) const {
    const auto found = open_.find(account);
    return found == open_.end() ? nullptr : &found->second;
}

std::vector<Violation> Engine::open_violations() const {
    std::vector<Violation> violations;
    violations.reserve(open_.size());
    for (const auto& [account, violation] : open_) {
        violations.push_back(so_far(violation));
    }
    return violations;
}

void Engine::set_id(const std::string& account, ViolationId id) {
    const auto found = open_.find(account);
    if (found != open_.end()) {
        found->second.id = id;
    }
}

tracker::Tracker::At Engine::at(std::string_view account, const Address& address, TimePoint now)
    const {
    const auto id = find(account);
    return id ? tracker_.at(*id, address, tracker::slot_of(now))
              : tracker::Tracker::At::nowhere_near;
}

}  // namespace fairgate::daemon
