#pragma once

#include "model/account.hpp"
#include "model/address.hpp"
#include "model/origin.hpp"
#include "tracker/account_table.hpp"
#include "tracker/asn_cache.hpp"
#include "tracker/count.hpp"
#include "tracker/first_come.hpp"
#include "tracker/networks.hpp"
#include "tracker/origin_table.hpp"
#include "tracker/presence_table.hpp"
#include "tracker/slot.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace fairgate::tracker {

/// One sign of life, ready to be marked.
struct Mark {
    NameKey name;
    std::uint64_t upper = 0;  ///< of an IPv6 address; of IPv4 the address itself
    std::uint64_t lower = 0;
    Slot slot = 0;
    Slot seen = 0;          ///< the newest slot among this and the marks before it
    std::uint32_t tag = 0;  ///< name.tag()
    Family family = Family::v4;
    std::uint8_t second = 0;  ///< of the slot, 0 to 9; only first_come asks for it

    static Mark of(std::string_view account, const Address& address, Slot slot);
    std::int64_t time() const { return slot * slot_length.count() + second; }
};

/// Who was where lately, in memory. One thread; time is an argument; no I/O.
class Tracker {
public:
    /// `watch_from` gives, for a new account's name, from how many origins on take_changed()
    /// reports it: one more than its limit, so that accounts which cannot be over cost nothing.
    Tracker(
        CountRule rule,
        OriginRule origins,
        std::shared_ptr<const NetworkTable> networks,
        std::function<int(std::string_view)> watch_from = {}
    );

    /// Takes in many marks at once: the tables' cache misses of one batch overlap.
    void mark(std::span<const Mark> marks);
    AccountId mark(std::string_view account, const Address& address, Slot slot);
    AccountId mark(std::string_view account, const Address& address, TimePoint time);

    /// The accounts that were active since the last call and may have as many devices as they are
    /// watched from, in order of their ids: the only ones that can have come over their limit.
    std::vector<AccountId> take_changed();
    /// Has take_changed() report the account, whatever it is watched from.
    void note_changed(AccountId account);
    /// From how many origins on it is reported.
    int watch_from(AccountId account) const { return presences_.watch_from(account); }
    /// Asks `watch_from` again for every account: limits were changed.
    void watch_again();
    /// The id of an account that may not have been seen yet.
    AccountId know(std::string_view account);

    /// The account's origins as seen from `now`, into a buffer that the caller keeps.
    void origins(AccountId account, Slot now, std::vector<OriginActivity>& out) const;
    int devices(AccountId account, Slot now) const;
    /// Origins of the account active in the window that ends with `now`, or that still may hold a
    /// slot by having come first.
    int origin_count(AccountId account, Slot now) const;
    std::optional<Slot> last_slot(AccountId account, Slot now) const;
    /// Whether the account was active at exactly this address, as far as its last eight bits tell.
    enum class At : std::uint8_t { nowhere_near, same_origin, here };
    At at(AccountId account, const Address& address, Slot now) const;
    /// False when the account cannot have so many devices now; cheap, unlike counting them.
    bool may_reach(AccountId account, Slot now, int devices) const;

    /// Looks at how many IPv4 origins accounts show at once inside each network. Of every
    /// 2^`thinning` accounts one is looked at, chosen by its name.
    void sample_networks(Slot now, unsigned thinning, Networks& into) const;
    /// Forgets accounts with no activity in the 64 slots before `now`, if `may_forget` agrees,
    /// which is asked about each of them. Called now and then.
    void forget_idle(Slot now, const std::function<bool(AccountId)>& may_forget);
    /// Forgets all presence, not the accounts: a gap in the source, or time went backwards.
    void forget_presence();
    /// Of one account: what it did until now is settled.
    void forget_presence(AccountId account) {
        presences_.clear(account);
        comings_.forget(account);
    }
    /// Of one of its origins: it is refused, and comes anew when it is not.
    void forget_presence(AccountId account, const Network& origin);
    /// The account was at the address from `since` until `last`, as an earlier run saw it.
    void restore_coming(
        std::string_view account, const Address& address, TimePoint since, TimePoint last
    );
    /// Calls `take(OriginKey, since, last)`, in seconds of 1970, for each of its origins; empty
    /// unless first_come counts.
    template <class Take>
    void each_coming(AccountId account, Take&& take) const {
        comings_.each(account, std::forward<Take>(take));
    }

    AccountTable& accounts() { return accounts_; }
    const AccountTable& accounts() const { return accounts_; }
    const OriginTable& origin_table() const { return origins_; }
    Networks& networks() { return networks_; }
    const Networks& networks() const { return networks_; }
    const CountRule& rule() const { return rule_; }
    std::size_t allocated_bytes() const;
    std::size_t pairs(Slot now) const { return presences_.count_pairs(now); }

private:
    Asn asn_of(OriginKey key) const;
    bool is_noted(AccountId account) const;
    AccountId mark_one(const Mark& mark, std::uint32_t likely);

    CountRule rule_;
    std::shared_ptr<const NetworkTable> table_;
    AccountTable accounts_;
    OriginTable origins_;
    PresenceTable presences_;
    ComingTimes comings_;  ///< of first_come alone
    Networks networks_;
    std::function<int(std::string_view)> watch_from_;
    std::vector<std::uint32_t> changed_;
    std::vector<std::uint64_t> is_changed_;  ///< a bit per account
    mutable AsnCache asns_;
    mutable std::vector<OriginActivity> buffer_;  ///< of devices()
};

}  // namespace fairgate::tracker
