#include "policy/exceptions.hpp"

#include "model/time.hpp"

#include <algorithm>

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
    std::string account = exemption.account;
    exemptions_.insert_or_assign(std::move(account), std::move(exemption));
}

const Exemption* Exceptions::find(std::string_view account, TimePoint now) const {
    const auto found = exemptions_.find(account);
    return found != exemptions_.end() && in_time(found->second.until, now) ? &found->second
                                                                           : nullptr;
}

std::optional<std::string> Exceptions::why_passed_by(const AccountFacts& facts, TimePoint now)
    const {
    if (const Exemption* exemption = find(facts.key.name, now)) {
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

void TrustList::add(const Network& network, std::optional<TimePoint> until) {
    networks_.push_back({network, until});
}

void TrustList::add(Asn asn, std::optional<TimePoint> until) { asns_.push_back({asn, until}); }

std::optional<std::string> TrustList::find(
    const Address& address, const NetworkTable& networks, TimePoint now
) const {
    for (const TrustedNetwork& trusted : networks_) {
        if (in_time(trusted.until, now) && trusted.network.contains(address)) {
            return trusted.network.text();
        }
    }
    if (asns_.empty()) {
        return std::nullopt;
    }
    const Asn asn = networks.asn_of(address);
    for (const TrustedAsn& trusted : asns_) {
        if (in_time(trusted.until, now) && trusted.asn == asn && asn.value != 0) {
            return "AS" + std::to_string(asn.value);
        }
    }
    return std::nullopt;
}

}  // namespace fairgate::policy
