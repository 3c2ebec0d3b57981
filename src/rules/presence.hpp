#pragma once

#include "base/clock.hpp"
#include "model/evidence.hpp"
#include "tracker/count.hpp"
#include "tracker/origin_table.hpp"

#include <span>

// What an account was counted from, frozen into evidence, and counted again from there. The same
// function counts, so the same rule gives the same number.

namespace fairgate::rules {

EvidencePresence frozen_presence(
    std::span<const tracker::OriginActivity> origins,
    const tracker::OriginTable& table,
    const tracker::CountRule& rule,
    TimePoint until
);

/// The rule that was counted by then.
tracker::CountRule count_rule(const EvidencePresence& presence);

/// How many devices that are by a rule. The origins stay as they were cut then.
tracker::DeviceCount count_again(const EvidencePresence& presence, const tracker::CountRule& rule);

}  // namespace fairgate::rules
