#include "policy/exceptions.hpp"

#include "model/time.hpp"

#include <algorithm>
#include <variant>

namespace fairgate::policy {

namespace {

bool in_time(const std::optional<TimePoint>& until, TimePoint now) {
    return !until || now < *until;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

bool share_one(const std::vector<std::string>& names, const std::vector<std::string>& groups) {
    return std::ranges::any_of(groups, [&](const std::string& group) { return has(names, group); });
}

}  // namespace

void Exceptions::add(Exemption exemption) {
    AccountKey account = exemption.account;
    exemptions_.insert_or_assign(std::move(account), std::move(exemption));
}

const Exemption* Exceptions::find(const AccountKey& account, TimePoint now) const {
    const auto found = exemptions_.find(account);
    return found != exemptions_.end() && in_time(found->second.until, now) ? &found->second
                                                                           : nullptr;
}

std::optional<std::string> Exceptions::why_passed_by(const AccountFacts& facts, TimePoint now)
    const {
    if (const Exemption* exemption = find(facts.key, now)) {
        std::string text = "exempt";
        text += exemption->until ? " until " + to_rfc3339(*exemption->until) : "";
        return exemption->reason.empty() ? text : text + ": " + exemption->reason;
    }
    if (!facts.enabled) {
        return "the panel has it " + (facts.status.empty() ? "disabled" : facts.status);
    }
    if (!filter_.only_groups.empty() && !share_one(filter_.only_groups, facts.groups)) {
        return "in none of the groups that are limited";
    }
    if (share_one(filter_.except_groups, facts.groups)) {
        return "in a group that is left out";
    }
    if (!filter_.only_owners.empty() && !has(filter_.only_owners, facts.owner)) {
        return "its owner is not among those whose accounts are limited";
    }
    if (has(filter_.except_owners, facts.owner)) {
        return "its owner " + facts.owner + " is left out";
    }
    return std::nullopt;
}

void TrustList::add(const NetworkScope& scope, std::optional<TimePoint> until) {
    entries_.push_back({scope, until});
}

void TrustList::add(const Address& address, std::string why) {
    addresses_.insert_or_assign(address, std::move(why));
}

std::optional<std::string> TrustList::find(
    const Address& address, const NetworkTable& networks, TimePoint now
) const {
    if (const auto known = addresses_.find(address); known != addresses_.end()) {
        return known->second;
    }
    for (const Trusted& trusted : entries_) {
        if (!in_time(trusted.until, now)) {
            continue;
        }
        const auto* network = std::get_if<Network>(&trusted.scope);
        const auto* asn = std::get_if<Asn>(&trusted.scope);
        if ((network != nullptr && network->contains(address)) ||
            (asn != nullptr && networks.asn_of(address) == *asn)) {
            return to_text(trusted.scope);
        }
    }
    return std::nullopt;
}

}  // namespace fairgate::policy
