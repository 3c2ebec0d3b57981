#pragma once

#include "base/error.hpp"
#include "daemon/engine.hpp"
#include "daemon/unit.hpp"
#include "model/observation.hpp"
#include "policy/identity.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fairgate::daemon {

/// Accounts that are one person's, in one backend or several (docs/decisions/0031). What is seen of
/// one is told to the engines of the others as well, so that each account is judged by all of its
/// person's devices, as if one log had told them.
class People final : public SamePerson {
public:
    /// More accounts of one person than this are not believed: the rule fits strangers too.
    static constexpr std::size_t most_accounts = 16;

    explicit People(const std::list<std::unique_ptr<Unit>>& units) : units_(units) {}

    void set_book(policy::IdentityBook book);
    /// Names, notes or the list of accounts may be others now.
    void accounts_changed() { stale_ = true; }
    /// Whether every backend has told who there is, so that nobody's person is missed.
    bool are_known() const;
    /// Works out anew who is who, if that may have changed: looks at every account.
    void refresh();

    /// Tells the engines of the person's other accounts what was seen of this one; not of an
    /// account that is never limited, whose devices are nobody's fault.
    void share(Unit& unit, const std::string& node, const Observation& seen);
    /// Units whose silence leaves a gap in the count of this one's accounts: itself, and others.
    std::vector<const Unit*> counted_with(const Unit& unit) const;

    std::vector<AccountKey> others(const AccountKey& account) const override;
    DeviceLimit limit_of(const AccountFacts& account, DeviceLimit own) const override;

    struct Crowd {
        policy::PersonId person;
        std::size_t accounts = 0;
        AccountKey one;  ///< of them
    };
    /// Taken for one person by a rule, and too many to be: each is counted by itself.
    const std::vector<Crowd>& crowds() const { return crowds_; }

private:
    struct Member {
        Unit* unit = nullptr;
        std::string account;
    };
    struct Person {
        policy::PersonLimit limit = policy::PersonLimit::highest;
        std::vector<Member> members;
    };
    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const {
            return std::hash<std::string_view>{}(name);
        }
    };
    /// Null: no rule is about it.
    using ByName = std::unordered_map<std::string, Person*, NameHash, std::equal_to<>>;

    Unit* unit_of(std::string_view backend) const;
    /// Null: its person has no other account.
    const Person* find(const Unit& unit, std::string_view account) const;
    void enter_all(Unit& unit);
    void enter(Unit& unit, const AccountFacts& facts);
    void leave_out_crowds();

    const std::list<std::unique_ptr<Unit>>& units_;
    policy::IdentityBook book_;
    bool stale_ = false;
    std::map<policy::PersonId, Person> people_;
    std::map<const Unit*, ByName> by_name_;
    std::set<const Unit*> linked_;  ///< with accounts whose person has others
    std::vector<Crowd> crowds_;
};

/// FG-DMN-015
Error error_of(const People::Crowd& crowd);

}  // namespace fairgate::daemon
