#pragma once

#include "model/account.hpp"
#include "model/limit.hpp"
#include "policy/name_pattern.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fairgate::policy {

/// What the limits of a person's accounts make together.
enum class PersonLimit : std::uint8_t {
    highest,  ///< the accounts are one plan, held in several places
    sum       ///< each account was bought by itself
};

/// One rule that says which accounts belong to one person.
struct Identity {
    enum class By : std::uint8_t { accounts, name, note };
    By by = By::accounts;
    std::set<AccountKey> accounts;      ///< By::accounts: these
    std::set<std::string> backends;     ///< else: accounts of these backends; empty: of all
    std::optional<NamePattern> person;  ///< what of the name or note is the person; none: all of it
    PersonLimit limit = PersonLimit::highest;
};

/// Means nothing outside the book that gave it.
struct PersonId {
    std::size_t rule = 0;
    std::string who;  ///< "ali"; empty where the rule lists accounts

    auto operator<=>(const PersonId&) const = default;
};

/// Which accounts are one person's. The first rule that fits an account decides.
class IdentityBook {
public:
    void add(Identity rule) { rules_.push_back(std::move(rule)); }
    bool empty() const { return rules_.empty(); }
    /// Nothing for an account that no rule is about.
    std::optional<PersonId> person_of(const AccountFacts& facts) const;
    PersonLimit limit_of(const PersonId& person) const { return rules_[person.rule].limit; }

private:
    std::vector<Identity> rules_;
};

/// An account of a person with its own limit.
struct PersonsAccount {
    AccountKey key;
    LimitRule limit;
};

/// The limit of a person for one of their accounts, `own` being that account's. What decided says
/// whose it is.
DeviceLimit limit_of_person(
    PersonLimit how,
    const AccountKey& account,
    DeviceLimit own,
    const std::vector<PersonsAccount>& others
);

}  // namespace fairgate::policy
