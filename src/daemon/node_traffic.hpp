#pragma once

#include "base/clock.hpp"
#include "model/account.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace fairgate::daemon {

/// What accounts move on nodes, as their agents tell it: bytes of about half a minute at a time.
/// Some 40 bytes for each account and node that moves any.
class NodeTraffic {
public:
    void add(
        AccountId account,
        const std::string& node,
        std::uint64_t up,
        std::uint64_t down,
        TimePoint now
    );

    /// Calls it for each account and node with what moved there lately, in bytes a second.
    void each(
        TimePoint now, const std::function<void(AccountId account, double up, double down)>& take
    ) const;
    void clock_was_set() { told_.clear(); }

private:
    struct Told {
        TimePoint since;  ///< when the first bytes of this half minute were told
        float up = 0;
        float down = 0;
    };
    void forget(TimePoint now);

    boost::unordered_flat_map<std::string, std::uint32_t> nodes_;
    boost::unordered_flat_map<std::uint64_t, Told> told_;
    TimePoint swept_;
};

}  // namespace fairgate::daemon
