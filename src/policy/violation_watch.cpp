#include "policy/violation_watch.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::policy {

ViolationChange ViolationWatch::judge(
    AccountId account, int devices, int limit, tracker::Slot slot
) {
    // Written so that an unlimited account, the largest int, does not overflow.
    const bool over = devices - rule_.tolerance > limit;
    const auto found = open_.find(account.value);
    if (found == open_.end()) {
        if (!over || !detected_often_enough(account, slot)) {
            return ViolationChange::none;
        }
        detections_.erase(account.value);
        open_.emplace(account.value, OpenViolation{account, limit, devices, slot, slot, 1});
        return ViolationChange::opened;
    }
    OpenViolation& violation = found->second;
    if (!over) {
        return ViolationChange::closed;
    }
    if (slot > violation.last_over) {
        violation.last_over = slot;
        ++violation.slots_over;
    }
    if (devices > violation.devices) {
        violation.devices = devices;
        return ViolationChange::grew;
    }
    return ViolationChange::none;
}

bool ViolationWatch::detected_often_enough(AccountId account, tracker::Slot slot) {
    if (rule_.detections <= 1) {
        return true;
    }
    std::vector<tracker::Slot>& slots = detections_[account.value];
    std::erase_if(slots, [&](tracker::Slot old) { return slot - old >= rule_.detection_window; });
    if (slots.empty() || slots.back() != slot) {
        slots.push_back(slot);
    }
    return std::cmp_greater_equal(slots.size(), rule_.detections);
}

const OpenViolation* ViolationWatch::find(AccountId account) const {
    const auto found = open_.find(account.value);
    return found == open_.end() ? nullptr : &found->second;
}

OpenViolation ViolationWatch::take_closed(AccountId account) {
    const auto found = open_.find(account.value);
    const OpenViolation violation = found->second;
    open_.erase(found);
    return violation;
}

std::vector<AccountId> ViolationWatch::open() const {
    std::vector<AccountId> accounts;
    accounts.reserve(open_.size());
    for (const auto& [id, violation] : open_) {
        accounts.push_back(AccountId{id});
    }
    std::ranges::sort(accounts);
    return accounts;
}

void ViolationWatch::restore(const OpenViolation& violation) {
    open_.insert_or_assign(violation.account.value, violation);
}

}  // namespace fairgate::policy
