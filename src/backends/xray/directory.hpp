#pragma once

#include "backends/xray/user_bytes.hpp"
#include "model/account.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::xray {

/// Who there is, as the core's inbounds, its counters or its file tell. An account's groups are the
/// tags of its inbounds.
class Directory {
public:
    explicit Directory(std::string backend) : backend_(std::move(backend)) {}

    struct Member {
        std::string tag;
        std::string email;
        std::string credential;
    };
    /// All users of all inbounds. Who is in none of them any more is forgotten, unless we hold it
    /// or a counter still names it. True when anything differs.
    bool set_members(const std::vector<Member>& members);
    /// E-mails that counters name. True when there is a new one.
    bool add_names(const std::vector<std::string>& emails);

    /// While it is held it is in no inbound and stays known.
    void hold(const std::string& email);
    void release(const std::string& email);

    /// As the core spells it, whatever the case.
    std::optional<std::string> find(std::string_view email) const;
    AccountFacts facts(std::string_view email) const;
    void for_each(const std::function<void(const AccountFacts&)>& take) const;
    std::size_t size() const { return accounts_.size(); }

    /// Whether somebody else shows the same id or password at that inbound.
    bool shares_credential(const std::string& tag, const UserBytes& user) const;

private:
    struct Account {
        std::string email;
        std::vector<std::string> tags;  ///< of the last list that had it
        bool listed = false;
        bool counted = false;

        bool operator==(const Account&) const = default;
    };
    AccountFacts facts_of(const Account& account) const;
    Account& account_of(const std::string& email);

    std::string backend_;
    std::map<std::string, Account, std::less<>> accounts_;  ///< by the folded e-mail
    std::set<std::string, std::less<>> held_;
    /// How many accounts have a credential, by a digest of inbound and credential.
    std::map<std::size_t, int> credentials_;
    bool lists_ = false;  ///< there is a list of members, so who is not in it is nowhere
};

}  // namespace fairgate::backends::xray
