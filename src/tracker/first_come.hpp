#pragma once

#include "model/account.hpp"
#include "tracker/count.hpp"
#include "tracker/origin_table.hpp"
#include "tracker/slot.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <span>
#include <vector>

// Who came first: the counting of Marzban-Sentry. As many origins as the limit allows hold a slot
// of the account, in the order in which they came, and keep it until `lifetime` after their last
// sign of life. Who comes later is the one at fault, and those before it are left in peace.

namespace fairgate::tracker {

/// The origins that are alive, those of one device taken together, in the order of their coming.
/// One device are: an origin of IPv4 and one of IPv6 that may be of one phone; origins of a
/// rotating network; and neighbours within a carrier's usual block, until both are known for homes.
std::vector<CountedDevice> in_order_of_coming(
    std::span<const OriginActivity> origins, const CountRule& rule
);

/// When the origins of each account came, in seconds of 1970. The words of presence tell neither
/// the order within a slot nor what is longer ago than they reach.
class ComingTimes {
public:
    explicit ComingTimes(int lifetime) : lifetime_(lifetime) {}

    /// A sign of life. Late ones and repeated ones change nothing twice.
    void saw(AccountId account, OriginKey origin, std::int64_t second);
    /// The time in which it came; `otherwise` if it is not known.
    std::int64_t since(AccountId account, OriginKey origin, std::int64_t otherwise) const;

    /// Calls `take(OriginKey, since, last)` for each origin of the account.
    template <class Take>
    void each(AccountId account, Take&& take) const {
        if (const auto found = comings_.find(account.value); found != comings_.end()) {
            for (const Coming& coming : found->second) {
                take(coming.origin, coming.since, coming.last);
            }
        }
    }

    /// It came then, and not when it was first seen here.
    void put(AccountId account, OriginKey origin, std::int64_t since);
    void forget(AccountId account, OriginKey origin);
    void forget(AccountId account) { comings_.erase(account.value); }
    void forget_all() { comings_.clear(); }
    /// Those without a sign of life since then.
    void forget_before(std::int64_t second);

private:
    struct Coming {
        OriginKey origin;
        std::int64_t since = 0;
        std::int64_t last = 0;
    };

    int lifetime_;  ///< in slots
    boost::unordered_flat_map<std::uint32_t, std::vector<Coming>> comings_;
};

}  // namespace fairgate::tracker
