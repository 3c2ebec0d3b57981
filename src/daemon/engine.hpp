#pragma once

#include "base/clock.hpp"
#include "daemon/evidence_book.hpp"
#include "model/account.hpp"
#include "model/decision.hpp"
#include "model/evidence.hpp"
#include "model/observation.hpp"
#include "model/setting.hpp"
#include "model/violation.hpp"
#include "policy/countries.hpp"
#include "policy/exceptions.hpp"
#include "policy/limits.hpp"
#include "policy/modes.hpp"
#include "policy/owners.hpp"
#include "policy/violation_watch.hpp"
#include "tracker/tracker.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fairgate::daemon {

/// What an operator may change while the engine runs.
struct Rules {
    policy::LimitBook limits;
    policy::OwnerBook owners;
    policy::Exceptions exceptions;
    policy::TrustList never_counted;
    policy::Countries countries;
    std::set<std::string, std::less<>> ignored_nodes;
    policy::ModeTable modes;
    std::string policy_text;  ///< counting, window and revision in words, for the evidence
    int tolerance = 0;
};

/// Asks the backend about an account; of a name it does not know, only the name is filled in.
using FactsOf = std::function<AccountFacts(std::string_view account)>;

/// Who else is the person behind an account, over all backends. Asked by engines.
class SamePerson {
public:
    virtual ~SamePerson() = default;
    virtual std::vector<AccountKey> others(const AccountKey& account) const = 0;
    /// The person's limit, where `own` is that of this account alone.
    virtual DeviceLimit limit_of(const AccountFacts& account, DeviceLimit own) const = 0;
};

/// A violation that has just opened, with what is frozen of it.
struct Opened {
    Violation violation;
    AccountFacts facts;
    Evidence evidence;
    std::vector<std::string> nodes;  ///< where the evidence comes from
};

struct SlotOutcome {
    std::vector<Opened> opened;
    std::vector<Violation> grew;
    std::vector<Violation> closed;
};

/// Whether violations may close: not while a source is silent or what was seen before a restart is
/// not known again.
enum class Closing { allowed, held };

/// What is acted on: accounts, or (first_come) the origins that came later than the limit allows.
enum class ActsOn { accounts, origins };

/// Since when an account was at an origin, as it is kept for the next run.
struct KnownComing {
    std::string account;
    std::string origin;  ///< "203.0.113.0/24"
    TimePoint since;
    TimePoint last;
};

/// The accounts of one backend: what is seen of them goes in, at the end of each slot violations
/// come out. No I/O, no clock.
class Engine {
public:
    struct Settings {
        std::string backend;
        tracker::CountRule count;
        OriginRule origins;
        policy::ViolationRule violation;
        ActsOn acts_on = ActsOn::accounts;
    };
    Engine(
        Settings settings, std::shared_ptr<const NetworkTable> networks, Rules rules, FactsOf facts
    );

    /// Takes in what was seen. `node` is the node's name.
    void observe(const Observation& seen, const std::string& node);
    /// Judges the slot that has ended. Called once for each, in order.
    SlotOutcome close_slot(tracker::Slot slot, Closing closing);

    void set_rules(Rules rules);
    /// Outlives the engine. Without it each account is somebody else.
    void set_same_person(const SamePerson& same_person) { same_person_ = &same_person; }
    const Rules& rules() const { return rules_; }
    /// Limits, groups or exemptions of accounts may be others now.
    void facts_changed() { tracker_.watch_again(); }
    /// A violation that was open before a restart.
    void restore(const Violation& violation);
    /// The number under which an open violation was stored.
    void set_id(const std::string& account, ViolationId id);
    /// What was done about its violation is over: only what happened at `from` or later counts,
    /// also when it is read late or again after a restart, so that nobody is blocked again for what
    /// they were just released from. Gives the violation, if one was opened before, as closed then.
    std::optional<Violation> start_afresh(const std::string& account, TimePoint from);
    /// These addresses of the account are refused until then (none: until they are let in): what is
    /// still read of them is an echo, and their origins come anew afterwards.
    void refuse(
        const std::string& account,
        const std::vector<Address>& addresses,
        std::optional<TimePoint> until
    );
    /// They are refused no longer; only what they do at `from` or later counts.
    void let_in(const std::string& account, const std::vector<Address>& addresses, TimePoint from);
    /// Who came when, for the next run; nothing unless first_come counts.
    std::vector<KnownComing> comings() const;
    void restore(const KnownComing& coming);
    /// Looks at the habits of networks, and forgets accounts long gone. Once in a while.
    void keep_house(tracker::Slot now);
    /// A network whose habit was learned before a restart, or confirmed by an operator.
    void restore(const RotatingNetwork& network, Asn asn);
    /// The clock was set: what was seen is at no time that can be told, and nothing is counted
    /// across. `by`: back is negative. Open violations stay open.
    void clock_was_set(Duration by);

    // Questions, as of `now`.
    /// That of the person behind it.
    DeviceLimit limit_of(const AccountFacts& facts) const {
        DeviceLimit own = own_limit_of(facts);
        return same_person_ == nullptr ? own : same_person_->limit_of(facts, std::move(own));
    }
    DeviceLimit own_limit_of(const AccountFacts& facts) const {
        return rules_.limits.resolve(facts);
    }
    std::optional<std::string> passed_by(const AccountFacts& facts, TimePoint now) const;
    AccountFacts facts_of(std::string_view account) const { return with_owner(facts_(account)); }
    /// What a backend tells of an account, with the owner that its name says.
    AccountFacts with_owner(AccountFacts facts) const {
        return rules_.owners.apply(std::move(facts));
    }
    Evidence evidence_of(std::string_view account, TimePoint now) const;
    int devices_of(std::string_view account, TimePoint now) const;
    std::vector<std::string> origins_of(std::string_view account, TimePoint now) const;
    std::vector<std::string> nodes_of(std::string_view account) const;
    std::optional<TimePoint> last_seen(std::string_view account, TimePoint now) const;
    /// Calls with the name of every account active in the window before `now`.
    void each_online(TimePoint now, const std::function<void(std::string_view)>& take) const;
    std::size_t count_online(TimePoint now) const;
    const Violation* open_violation(std::string_view account) const;
    std::vector<Violation> open_violations() const;
    /// Whether lines of the account would be kept as evidence: it is at several origins.
    bool wants_lines(std::string_view account, TimePoint time) const;
    /// Accounts that were at this address (of IPv6, in its origin) within the window before `now`.
    std::vector<std::string> accounts_at(const Address& address, TimePoint now) const;
    /// Whether the account was at exactly this address, as far as is remembered.
    tracker::Tracker::At at(std::string_view account, const Address& address, TimePoint now) const;

    const tracker::Tracker& tracker() const { return tracker_; }

private:
    void judge(AccountId account, tracker::Slot slot, Closing closing, SlotOutcome& outcome);
    int watch_from(std::string_view account) const;
    std::optional<std::string> why_left_out(const Observation& seen, const std::string& node) const;
    bool is_worth_noting(AccountId account, tracker::Slot slot) const;
    /// Whether it happened before its account was given a fresh start.
    bool is_settled(const Observation& seen) const;
    bool is_refused(const Observation& seen) const;
    bool counts_first_come() const {
        return settings_.count.counting == tracker::Counting::first_come;
    }
    /// Those who came later than the limit allows, of first_come.
    std::vector<tracker::CountedDevice> late_comers(
        AccountId account, int limit, tracker::Slot slot
    ) const;
    /// Whether somebody is among them about whom nothing was decided yet; from then on it was.
    /// Where a late comer came from, as far as it was noted.
    std::vector<std::string> addresses_of(AccountId account, const tracker::CountedDevice& device)
        const;
    bool has_new_late_comers(AccountId account, int limit, tracker::Slot slot);
    void freeze_order(Evidence& evidence, AccountId account, tracker::Slot slot) const;
    void forget_let_in(TimePoint before);
    void forget_fresh_starts(TimePoint before);
    /// With how long it has lasted so far.
    Violation so_far(Violation violation) const;
    Opened open(AccountId account, const policy::OpenViolation& over, tracker::Slot slot);
    std::string counted_with(const AccountKey& account) const;
    Evidence freeze(AccountId account, tracker::Slot slot) const;
    EvidenceDevice describe(
        const tracker::CountedDevice& device, const Trail* trail, tracker::Slot slot
    ) const;
    /// The account's id and the slot that a question is about, if the account is known.
    std::optional<AccountId> find(std::string_view account) const {
        return tracker_.accounts().find(account);
    }

    Settings settings_;
    std::shared_ptr<const NetworkTable> networks_;
    Rules rules_;
    FactsOf facts_;
    const SamePerson* same_person_ = nullptr;
    tracker::Tracker tracker_;
    policy::ViolationWatch watch_;
    EvidenceBook book_;
    TimePoint now_;  ///< end of the slot judged last
    std::map<std::string, Violation, std::less<>> open_;
    std::map<std::string, TimePoint, std::less<>> fresh_from_;  ///< of the last minutes
    TimePoint newest_fresh_;                                    ///< of them; none is later
    /// Addresses that are refused, or were: until when.
    using Refused = std::map<Address, TimePoint>;
    std::map<std::string, Refused, std::less<>> refused_;
    /// Of open violations: about whom was decided, by origin and second of coming.
    using Known = std::set<std::pair<std::string, std::int64_t>>;
    std::map<std::string, Known, std::less<>> known_late_;
    mutable std::vector<tracker::OriginActivity> buffer_;
    mutable tracker::Slot counted_slot_ = 0;  ///< of count_online()
    mutable std::size_t counted_online_ = 0;
};

}  // namespace fairgate::daemon
