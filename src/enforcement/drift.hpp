#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "enforcement/address_blocker.hpp"
#include "model/denial.hpp"

#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

namespace fairgate::enforcement {

/// What a firewall holds, compared with what measures want of it.
struct Drift {
    std::size_t in_force = 0;     ///< wanted, and there
    std::vector<Denial> missing;  ///< wanted, and not there
    std::vector<Denial>
        strays;  ///< ours, and wanted by no measure: of a database that was replaced
};

/// Looks, changes nothing.
Result<Drift> compare(AddressBlocker& blocker, std::span<const Denial> wanted, TimePoint now);

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
