#pragma once

#include "base/clock.hpp"
#include "model/account.hpp"
#include "model/address.hpp"
#include "model/origin.hpp"
#include "model/setting.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::policy {

/// Whose accounts are limited at all. Empty lists select everybody.
struct AccountFilter {
    std::vector<std::string> only_groups;
    std::vector<std::string> except_groups;
    std::vector<std::string> only_owners;
    std::vector<std::string> except_owners;
};

/// Accounts that are passed by, and why.
class Exceptions {
public:
    void add(Exemption exemption);
    void set_filter(AccountFilter filter) { filter_ = std::move(filter); }

    /// Why the account is not limited at `now`, or nothing if it is.
    std::optional<std::string> why_passed_by(const AccountFacts& facts, TimePoint now) const;
    const Exemption* find(const AccountKey& account, TimePoint now) const;

private:
    std::map<AccountKey, Exemption> exemptions_;
    AccountFilter filter_;
};

/// Addresses that are never counted, or never blocked.
class TrustList {
public:
    void add(const NetworkScope& scope, std::optional<TimePoint> until = std::nullopt);
    /// One address; `why` is what find() says of it.
    void add(const Address& address, std::string why);
    bool empty() const { return entries_.empty() && addresses_.empty(); }
    /// The entry that holds the address, as text, or nothing.
    std::optional<std::string> find(
        const Address& address, const NetworkTable& networks, TimePoint now
    ) const;

private:
    struct Trusted {
        NetworkScope scope;
        std::optional<TimePoint> until;
    };
    std::vector<Trusted> entries_;
    std::map<Address, std::string> addresses_;
};

}  // namespace fairgate::policy
