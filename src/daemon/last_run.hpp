#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "daemon/unit.hpp"
#include "model/account.hpp"
#include "model/address.hpp"
#include "model/violation.hpp"
#include "store/store.hpp"

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace fairgate::daemon {

/// What the run before this one left that counting has to know.
struct LastRun {
    std::vector<Violation> open;
    /// Accounts whose violation or measure ended so lately that lines from before it will be read
    /// again, with when: what they were released from must not block them a second time.
    std::map<AccountKey, TimePoint> fresh_from;
    /// Addresses that are refused, or were so lately.
    struct Refused {
        AccountKey account;
        std::vector<Address> addresses;
        std::optional<TimePoint> until;  ///< none: until an operator lifts it
    };
    std::vector<Refused> refused;
};

/// Blocks: for the store's thread.
Result<LastRun> read_last_run(store::Store& store, TimePoint now);

/// Tells the engines. Gives the violations that turn out to be over, closed.
std::vector<Violation> take_up(const LastRun& last, std::list<std::unique_ptr<Unit>>& units);

}  // namespace fairgate::daemon
