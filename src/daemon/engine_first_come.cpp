#include "daemon/engine.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <array>
#include <utility>

// The engine where who came first is left alone (tracker/first_come.hpp): who holds a slot, who
// came too late, and what is refused of them.

namespace fairgate::daemon {

using tracker::Slot;

namespace {

/// More in one sentence than anybody reads.
constexpr std::size_t most_shown = 8;

std::string ordinal(std::size_t number) {
    constexpr std::array<std::string_view, 10> words = {
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth"
    };
    return number <= words.size() ? std::string(words.at(number - 1))
                                  : "number " + std::to_string(number);
}

/// "12:00:05Z"
std::string time_of_day(TimePoint time) {
    constexpr std::size_t date = 11;
    const std::string text = to_rfc3339(TimePoint(std::chrono::floor<std::chrono::seconds>(time)));
    return text.substr(std::min(date, text.size()));
}

/// What a person calls it: its newest address, or the network where none was noted.
std::string name_of(const EvidenceDevice& device) {
    if (!device.addresses.empty()) {
        return device.addresses.front();
    }
    return device.origins.empty() ? std::string("?") : device.origins.front();
}

/// "slot 1: 203.0.113.7 since 12:00:05Z, slot 2: …; 198.51.100.4 came third"
std::string order_in_words(const std::vector<EvidenceDevice>& devices, std::size_t slots) {
    std::string text;
    for (std::size_t i = 0; i < std::min(devices.size(), most_shown); ++i) {
        const std::string name = name_of(devices[i]);
        if (i < slots) {
            text += (i == 0 ? "slot " : ", slot ") + std::to_string(i + 1) + ": " + name +
                    " since " + time_of_day(devices[i].first_seen);
        } else {
            text += (i == slots ? "; " : ", ") + name + " came " + ordinal(i + 1);
        }
    }
    return devices.size() > most_shown
               ? text + ", and " + std::to_string(devices.size() - most_shown) + " more"
               : text;
}

}  // namespace

bool Engine::is_refused(const Observation& seen) const {
    const auto of_account = refused_.find(seen.account);
    if (of_account == refused_.end()) {
        return false;
    }
    const auto found = of_account->second.find(seen.address);
    return found != of_account->second.end() && seen.time < found->second;
}

std::vector<tracker::CountedDevice> Engine::late_comers(AccountId account, int limit, Slot slot)
    const {
    tracker_.origins(account, slot, buffer_);
    std::vector<tracker::CountedDevice> devices = tracker::group_devices(buffer_, settings_.count);
    const auto room = std::min(
        static_cast<std::size_t>(std::max(limit, 0)) +
            static_cast<std::size_t>(settings_.violation.tolerance),
        devices.size()
    );
    devices.erase(devices.begin(), devices.begin() + static_cast<std::ptrdiff_t>(room));
    return devices;
}

bool Engine::has_new_late_comers(AccountId account, int limit, Slot slot) {
    bool some = false;
    for (const tracker::CountedDevice& device : late_comers(account, limit, slot)) {
        if (addresses_of(account, device).empty()) {
            continue;  // of a node: where it came from is told a little later
        }
        const std::string name(tracker_.accounts().name(account));
        const std::string origin = tracker_.origin_table().network(device.origins.front()).text();
        some |= known_late_[name].emplace(origin, device.since).second;
    }
    return some;
}

void Engine::freeze_order(Evidence& evidence, AccountId account, Slot slot) const {
    const int limit = evidence.limit.chosen.devices;
    if (limit == policy::unlimited) {
        return;
    }
    const std::size_t slots = static_cast<std::size_t>(std::max(limit, 0)) +
                              static_cast<std::size_t>(settings_.violation.tolerance);
    evidence.verdict = std::to_string(evidence.counted.size()) +
                       (evidence.counted.size() == 1 ? " device for " : " devices for ") +
                       std::to_string(slots) + (slots == 1 ? " slot" : " slots");
    if (!evidence.counted.empty()) {
        evidence.verdict += ": " + order_in_words(evidence.counted, slots);
    }
    for (const tracker::CountedDevice& device : late_comers(account, limit, slot)) {
        const std::vector<std::string> noted = addresses_of(account, device);
        evidence.refused.insert(evidence.refused.end(), noted.begin(), noted.end());
    }
}

std::vector<std::string> Engine::addresses_of(
    AccountId account, const tracker::CountedDevice& device
) const {
    std::vector<std::string> addresses;
    const Trail* trail = book_.find(account);
    for (const tracker::OriginKey key : device.origins) {
        const Network network = tracker_.origin_table().network(key);
        const auto at = trail == nullptr ? decltype(trail->origins.begin()){}
                                         : trail->origins.find(network.text());
        if (trail != nullptr && at != trail->origins.end()) {
            const auto& noted = at->second.addresses;
            addresses.insert(addresses.end(), noted.begin(), noted.end());
        } else if (network.length() == (network.base().is_v4() ? 32 : 128)) {
            addresses.push_back(network.base().text());
        }
    }
    return addresses;
}

void Engine::refuse(
    const std::string& account,
    const std::vector<Address>& addresses,
    std::optional<TimePoint> until
) {
    const auto id = find(account);
    const OriginRule& rule = tracker_.origin_table().rule();
    for (const Address& address : addresses) {
        refused_[account][address] = until.value_or(TimePoint::max());
        const Network origin(address, address.is_v4() ? rule.v4_length : rule.v6_length);
        if (id) {
            tracker_.forget_presence(*id, origin);
            book_.forget(*id, origin.text());
        }
    }
}

void Engine::let_in(
    const std::string& account, const std::vector<Address>& addresses, TimePoint from
) {
    for (const Address& address : addresses) {
        refused_[account][address] = from;
    }
}

void Engine::forget_let_in(TimePoint before) {
    for (auto& [account, addresses] : refused_) {
        std::erase_if(addresses, [before](const auto& entry) { return entry.second < before; });
    }
    std::erase_if(refused_, [](const auto& entry) { return entry.second.empty(); });
}

std::vector<KnownComing> Engine::comings() const {
    std::vector<KnownComing> comings;
    const tracker::AccountTable& accounts = tracker_.accounts();
    for (std::uint32_t value = 0; counts_first_come() && value < accounts.capacity(); ++value) {
        const AccountId id{value};
        if (!accounts.is_known(id)) {
            continue;
        }
        const auto take = [&](tracker::OriginKey key, std::int64_t since, std::int64_t last) {
            comings.push_back(
                {std::string(accounts.name(id)),
                 tracker_.origin_table().network(key).text(),
                 TimePoint(std::chrono::seconds(since)),
                 TimePoint(std::chrono::seconds(last))}
            );
        };
        tracker_.each_coming(id, take);
    }
    return comings;
}

void Engine::restore(const KnownComing& coming) {
    const auto origin = Network::parse(coming.origin);
    const auto of_account = refused_.find(coming.account);
    const bool refused = origin && of_account != refused_.end() &&
                         std::ranges::any_of(of_account->second, [&](const auto& entry) {
                             return origin->contains(entry.first) && coming.last < entry.second;
                         });
    if (origin && !refused && counts_first_come()) {
        tracker_.restore_coming(coming.account, origin->base(), coming.since, coming.last);
    }
}

std::vector<std::string> Engine::accounts_at(const Address& address, TimePoint now) const {
    std::vector<std::string> names;
    const Slot slot = tracker::slot_of(now);
    each_online(now, [&](std::string_view name) {
        const auto id = find(name);
        const auto at = tracker_.at(*id, address, slot);
        bool here = at == tracker::Tracker::At::here;
        // Of an origin the tracker remembers only the newest host; the trail has some more.
        if (const Trail* trail = book_.find(*id);
            at != tracker::Tracker::At::nowhere_near && trail) {
            here |= std::ranges::any_of(trail->origins, [&](const auto& origin) {
                const auto& noted = origin.second.addresses;
                return std::ranges::find(noted, address.text()) != noted.end();
            });
        }
        if (here) {
            names.emplace_back(name);
        }
    });
    return names;
}

}  // namespace fairgate::daemon
