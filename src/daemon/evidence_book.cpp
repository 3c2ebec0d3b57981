#include "daemon/evidence_book.hpp"

#include "sources/visible.hpp"

#include <algorithm>

namespace fairgate::daemon {

namespace {

constexpr std::size_t most_addresses = 8;
constexpr std::size_t most_names = 8;
constexpr std::size_t most_origins = 64;

/// Puts `text` in front; drops what is too much at the end.
void to_front(std::vector<std::string>& texts, const std::string& text, std::size_t most) {
    const auto found = std::ranges::find(texts, text);
    if (found != texts.end()) {
        std::rotate(texts.begin(), found, found + 1);
        return;
    }
    texts.insert(texts.begin(), text);
    if (texts.size() > most) {
        texts.pop_back();
    }
}

/// A line is a connection; what an agent tells is at least one in a slot, and has no line.
bool is_new_connection(OriginTrail& at, const Observation& seen, const std::string& node) {
    if (seen.kind != ObservationKind::opened || !seen.raw.empty()) {
        return seen.kind == ObservationKind::opened;
    }
    const tracker::Slot slot = tracker::slot_of(seen.time);
    const auto [newest, first] = at.told.try_emplace(node, slot);
    const bool is_new = first || slot > newest->second;
    newest->second = std::max(newest->second, slot);
    return is_new;
}

/// "berlin:access.log:81023", as far as it is known.
std::string place_of(const Observation& seen, const std::string& node) {
    if (seen.file.empty()) {
        return node;
    }
    return (node.empty() ? "" : node + ":") + sources::visible(seen.file, 64) + ":" +
           std::to_string(seen.offset);
}

}  // namespace

Trail& EvidenceBook::trail_of(AccountId account) {
    const auto found = trails_.find(account.value);
    if (found != trails_.end()) {
        return found->second;
    }
    if (trails_.size() >= most_accounts) {
        make_room();
    }
    return trails_[account.value];
}

/// An eighth at a time: looking for the oldest takes as long as for all of them.
void EvidenceBook::make_room() {
    std::vector<TimePoint> times;
    times.reserve(trails_.size());
    for (const auto& [account, trail] : trails_) {
        times.push_back(trail.touched);
    }
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 8);
    std::ranges::nth_element(times, middle);
    std::size_t left = times.size() / 8 + 1;
    boost::unordered::erase_if(trails_, [&](const auto& entry) {
        const bool goes = left > 0 && entry.second.touched <= *middle;
        left -= goes ? 1 : 0;
        return goes;
    });
}

void EvidenceBook::note(
    AccountId account, const Observation& seen, const std::string& origin, const std::string& node
) {
    Trail& trail = trail_of(account);
    trail.touched = std::max(trail.touched, seen.time);
    if (trail.origins.size() >= most_origins && !trail.origins.contains(origin)) {
        trail.origins.erase(std::ranges::min_element(trail.origins, {}, [](const auto& entry) {
            return entry.second.last_seen;
        }));
    }
    const auto [entry, added] = trail.origins.try_emplace(origin);
    OriginTrail& at = entry->second;
    if (added) {
        at.first_seen = seen.time;
    }
    at.last_seen = std::max(at.last_seen, seen.time);
    at.connections += is_new_connection(at, seen, node) ? 1 : 0;
    to_front(at.addresses, seen.address.text(), most_addresses);
    if (!node.empty()) {
        to_front(at.nodes, node, most_names);
    }
    if (!seen.inbound.empty()) {
        to_front(at.inbounds, sources::visible(seen.inbound, 64), most_names);
    }
    if (!seen.raw.empty()) {
        trail.lines.push_back({place_of(seen, node), sources::visible(seen.raw, 300)});
        if (trail.lines.size() > most_lines) {
            trail.lines.pop_front();
        }
    }
}

void EvidenceBook::leave_out(AccountId account, const Observation& seen, const std::string& why) {
    if (!has_room_for_any() && find(account) == nullptr) {
        return;
    }
    Trail& trail = trail_of(account);
    trail.touched = std::max(trail.touched, seen.time);
    if (trail.left_out.size() < most_addresses) {
        trail.left_out.insert_or_assign(seen.address.text(), why);
    }
}

const Trail* EvidenceBook::find(AccountId account) const {
    const auto found = trails_.find(account.value);
    return found == trails_.end() ? nullptr : &found->second;
}

void EvidenceBook::forget(AccountId account, const std::string& origin) {
    if (const auto found = trails_.find(account.value); found != trails_.end()) {
        found->second.origins.erase(origin);
    }
}

void EvidenceBook::forget_before(TimePoint oldest) {
    boost::unordered::erase_if(trails_, [oldest](const auto& entry) {
        return entry.second.touched < oldest;
    });
}

}  // namespace fairgate::daemon
