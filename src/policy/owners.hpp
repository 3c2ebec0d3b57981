#pragma once

#include "model/account.hpp"
#include "policy/name_pattern.hpp"

#include <string>
#include <utility>
#include <vector>

namespace fairgate::policy {

/// Owners by names of accounts: where one bot makes all accounts under one administrator, the
/// panel's own word says nothing.
class OwnerBook {
public:
    void add(NamePattern pattern, std::string owner) {
        patterns_.emplace_back(std::move(pattern), std::move(owner));
    }
    /// With the owner of the first pattern that matches the name, or as the backend told it.
    AccountFacts apply(AccountFacts facts) const {
        for (const auto& [pattern, owner] : patterns_) {
            if (pattern.matches(facts.key.name)) {
                facts.owner = owner;
                break;
            }
        }
        return facts;
    }

private:
    std::vector<std::pair<NamePattern, std::string>> patterns_;
};

}  // namespace fairgate::policy
