#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/denial.hpp"

#include <boost/describe.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::link {

enum class Found { in_force, missing, stray, left_out };
BOOST_DESCRIBE_ENUM(Found, in_force, missing, stray, left_out)

/// Something that a node's firewall refuses, or should.
struct FoundRefusal {
    Found found = Found::in_force;
    Denial denial;
    std::vector<std::int64_t> measures;  ///< of the hub's that want it
    std::optional<TimePoint> until;
    std::string why_not;  ///< of one that is left out

    bool operator==(const FoundRefusal&) const = default;
};

/// What a node's firewall holds of ours against what the measures there want, as it was looked at
/// last.
struct FirewallLook {
    TimePoint looked;
    std::uint64_t in_force = 0;
    std::uint64_t missing = 0;
    std::uint64_t strays = 0;
    std::uint64_t left_out = 0;
    /// Refusals that were found gone since the agent started. It orders them again at once, so that
    /// this may be all that is left to see of a flush.
    std::uint64_t lost = 0;
    std::vector<FoundRefusal> listed;  ///< the first of each, at most most_listed

    bool operator==(const FirewallLook&) const = default;
};

/// Of each kind.
inline constexpr std::size_t most_listed = 100;

/// FG-NOD-015: it has lost some; FG-NOD-016: it refuses what no measure wants. `before` is the look
/// before this one.
std::optional<Error> fault_of(
    const std::string& node,
    const FirewallLook& look,
    const std::optional<FirewallLook>& before = std::nullopt
);

}  // namespace fairgate::link
