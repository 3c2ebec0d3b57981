#pragma once

#include "base/clock.hpp"
#include "model/account.hpp"
#include "model/evidence.hpp"
#include "model/observation.hpp"
#include "tracker/slot.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace fairgate::daemon {

/// What was seen of one account at one origin, for people to read.
struct OriginTrail {
    TimePoint first_seen;
    TimePoint last_seen;
    std::int64_t connections = 0;
    std::vector<std::string> addresses;  ///< up to 8, newest first
    std::vector<std::string> nodes;
    std::vector<std::string> inbounds;
    /// By node, the newest slot of ten seconds that an agent told of: an agent that starts again
    /// tells the last minutes again.
    std::map<std::string, tracker::Slot> told;
};

/// What was seen of one account lately.
struct Trail {
    std::map<std::string, OriginTrail> origins;   ///< by network as text
    std::map<std::string, std::string> left_out;  ///< addresses that were not counted, and why
    std::deque<EvidenceLine> lines;               ///< the newest, up to `most_lines`
    TimePoint touched;
};

/// Keeps what the tracker's bits cannot tell (addresses, nodes, lines), only of accounts that were
/// seen at more than one origin, and of a bounded number of them: half of the room is for accounts
/// that may be over their limit, so that many who are not never displace what proves one who is.
class EvidenceBook {
public:
    static constexpr std::size_t most_lines = 24;
    static constexpr std::size_t most_accounts = 2'000;

    /// Whether an account that cannot be over its limit may be noted now.
    bool has_room_for_any() const { return trails_.size() < most_accounts / 2; }
    void note(
        AccountId account,
        const Observation& seen,
        const std::string& origin,
        const std::string& node
    );
    /// Something of the account's that is not counted; noted where there is room for any.
    void leave_out(AccountId account, const Observation& seen, const std::string& why);
    const Trail* find(AccountId account) const;
    void forget(AccountId account) { trails_.erase(account.value); }
    /// One origin of it.
    void forget(AccountId account, const std::string& origin);
    /// Forgets what was last touched before then.
    void forget_before(TimePoint oldest);
    std::size_t size() const { return trails_.size(); }

private:
    Trail& trail_of(AccountId account);
    void make_room();

    boost::unordered_flat_map<std::uint32_t, Trail> trails_;
};

}  // namespace fairgate::daemon
