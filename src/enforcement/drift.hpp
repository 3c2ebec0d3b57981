#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "enforcement/address_blocker.hpp"
#include "enforcement/shared_blocks.hpp"
#include "model/denial.hpp"
#include "model/measure.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fairgate::enforcement {

/// Something refused, or to be refused, with the measures that want it.
struct Refusal {
    Denial denial = {};
    std::optional<TimePoint> until = {};  ///< as the firewall says, if it tells times; else as the
                                          ///< last of its measures does. None: until it is lifted
    std::vector<MeasureId> measures = {};
    std::string why_not = {};  ///< of one that is never refused: the rule that protects it
};

/// What a firewall holds of ours, compared with what measures want of it.
struct Drift {
    std::vector<Refusal> in_force;  ///< there, and wanted
    std::vector<Refusal> missing;   ///< wanted, and not there
    std::vector<Refusal> strays;    ///< there, and wanted by no measure: of a database that was
                                    ///< replaced, or put there by hand
    std::vector<Refusal> left_out;  ///< wanted and never refused: protected, or one too many

    bool clean() const { return missing.empty() && strays.empty(); }
};

/// What measures want of a firewall.
struct Wants {
    std::vector<Hold> in_force;  ///< of measures that are active: it must be there
    std::vector<Hold> changing;  ///< of those that begin or end just now: it may be there
    std::vector<Refusal> left_out;
    /// Whether a measure of this process holds it, even if it is in neither list.
    std::function<bool(const Denial&)> is_held = [](const Denial&) { return false; };
};

/// Looks, changes nothing. What ends within two seconds is not called missing.
Result<Drift> compare(AddressBlocker& blocker, const Wants& wants, TimePoint now);

/// How long a firewall took for one harmless address, and that it did as it was told.
struct TryOut {
    Denial denial;  ///< of 203.0.113.0/24, which nobody has (RFC 5737)
    std::chrono::microseconds block{};
    std::chrono::microseconds unblock{};
};

/// Refuses an address that nobody has, looks, lets it through again, looks. FG-ENF-024 when the
/// firewall says that it did and has not; else what the firewall says.
Result<TryOut> try_out(AddressBlocker& blocker, TimePoint now);

}  // namespace fairgate::enforcement
