#include "backends/xray/directory.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace fairgate::backends::xray {

namespace {

/// Not the credential itself: nothing of it shall stay in memory longer than it must.
std::size_t digest(const std::string& tag, const std::string& credential) {
    return std::hash<std::string>()(tag + '\n' + credential);
}

}  // namespace

Directory::Account& Directory::account_of(const std::string& email) {
    Account& account = accounts_[folded(email)];
    if (account.email.empty()) {
        account.email = email;
    }
    return account;
}

bool Directory::set_members(const std::vector<Member>& members) {
    const auto before = accounts_;
    lists_ = true;
    credentials_.clear();
    for (auto& [folded_email, account] : accounts_) {
        account.listed = false;
    }
    for (const Member& member : members) {
        if (member.email.empty()) {
            continue;  // nobody can be told by it
        }
        Account& account = account_of(member.email);
        if (!account.listed) {
            account.listed = true;
            account.email = member.email;
            account.tags.clear();
        }
        if (std::ranges::find(account.tags, member.tag) == account.tags.end()) {
            account.tags.push_back(member.tag);
            ++credentials_[digest(member.tag, member.credential)];
        }
    }
    std::erase_if(accounts_, [this](const auto& entry) {
        return !entry.second.listed && !entry.second.counted && !held_.contains(entry.first);
    });
    return accounts_ != before;
}

bool Directory::add_names(const std::vector<std::string>& emails) {
    const std::size_t before = accounts_.size();
    for (const std::string& email : emails) {
        account_of(email).counted = true;
    }
    return accounts_.size() != before;
}

void Directory::hold(const std::string& email) {
    account_of(email);
    held_.insert(folded(email));
}

void Directory::release(const std::string& email) { held_.erase(folded(email)); }

std::optional<std::string> Directory::find(std::string_view email) const {
    const auto found = accounts_.find(folded(email));
    return found == accounts_.end() ? std::nullopt : std::optional(found->second.email);
}

AccountFacts Directory::facts(std::string_view email) const {
    const auto found = accounts_.find(folded(email));
    if (found != accounts_.end()) {
        return facts_of(found->second);
    }
    Account unknown;
    unknown.email = email;
    return facts_of(unknown);
}

void Directory::for_each(const std::function<void(const AccountFacts&)>& take) const {
    for (const auto& [folded_email, account] : accounts_) {
        take(facts_of(account));
    }
}

bool Directory::shares_credential(const std::string& tag, const UserBytes& user) const {
    const auto found = credentials_.find(digest(tag, user.credential()));
    return found != credentials_.end() && found->second > 1;
}

AccountFacts Directory::facts_of(const Account& account) const {
    AccountFacts facts;
    facts.key = {backend_, account.email};
    facts.groups = account.tags;
    const bool held = held_.contains(folded(account.email));
    const bool absent = lists_ && !account.listed;
    facts.status = held ? "removed by Fairgate" : absent ? "in no inbound" : "active";
    facts.enabled = !held && !absent;
    return facts;
}

}  // namespace fairgate::backends::xray
