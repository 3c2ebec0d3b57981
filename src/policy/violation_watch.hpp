#pragma once

#include "model/account.hpp"
#include "tracker/slot.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace fairgate::policy {

/// When an account is over its limit.
struct ViolationRule {
    int tolerance = 0;          ///< devices above the limit that are let pass
    int detections = 1;         ///< slots over the limit that open a violation …
    int detection_window = 60;  ///< … within so many slots (60: ten minutes)
};

/// A violation as it is watched, in slots.
struct OpenViolation {
    AccountId account;
    int limit = 0;
    int devices = 0;           ///< the most at once so far
    tracker::Slot opened = 0;  ///< the slot whose end opened it
    tracker::Slot last_over = 0;
    std::int64_t slots_over = 0;
};

enum class ViolationChange : std::uint8_t { none, opened, grew, closed };

/// Opens and closes violations. Pure: the same judgements in the same order give the same
/// changes.
class ViolationWatch {
public:
    explicit ViolationWatch(ViolationRule rule) : rule_(rule) {}

    /// Tells how many devices an account had in the window that ends with `slot`. Called once per
    /// slot for every account that changed and for every open one.
    ViolationChange judge(AccountId account, int devices, int limit, tracker::Slot slot);

    const OpenViolation* find(AccountId account) const;
    /// Removes and gives a violation that judge() called closed.
    OpenViolation take_closed(AccountId account);
    /// The accounts with an open violation, in order.
    std::vector<AccountId> open() const;
    bool none_open() const { return open_.empty(); }
    /// Takes up a violation that was open before a restart.
    void restore(const OpenViolation& violation);

private:
    bool detected_often_enough(AccountId account, tracker::Slot slot);

    ViolationRule rule_;
    boost::unordered_flat_map<std::uint32_t, OpenViolation> open_;
    boost::unordered_flat_map<std::uint32_t, std::vector<tracker::Slot>> detections_;
};

}  // namespace fairgate::policy
