#include "importing/draft.hpp"

#include <algorithm>
#include <tuple>

// Accounts: their limits, exemptions, punishments and what the ladder remembers of them.
namespace fairgate::importing {

namespace {

constexpr std::int64_t most_devices = 10000;  // as limits.accounts has it

/// Why this number is no limit, or "".
std::string trouble_with_limit(std::int64_t devices) {
    if (devices < 1) {
        return "a limit begins at 1; who should have none gets an exemption or \"unlimited\"";
    }
    return devices > most_devices ? "more than 10000 devices are no limit" : "";
}

}  // namespace

void Draft::limit(
    const Said& said, const std::string& account, Negative negative, LimitSetting more
) {
    if (const std::string trouble = trouble_with_name(account); !trouble.empty()) {
        leave_out(said, LeftOutBecause::unusable, "no account is called so: " + trouble);
        return;
    }
    const auto number = whole(said);
    if (!number) {
        return;
    }
    const bool without = *number == -1 && negative == Negative::unlimited;
    const std::string trouble = without ? "" : trouble_with_limit(*number);
    if (!trouble.empty()) {
        leave_out(said, LeftOutBecause::unusable, trouble);
        return;
    }
    more.origin = LimitOrigin::account;
    more.match = account;
    more.devices = without ? unlimited : static_cast<int>(*number);
    more.by = "import " + std::string(name_of(plan_.peer));
    const auto earlier = limits_.find(account);
    if (earlier != limits_.end() && earlier->second.devices != more.devices) {
        plan_.left_out.push_back(
            {LeftOutBecause::outdone,
             "limit of " + account,
             std::to_string(earlier->second.devices),
             said.where + " is stronger"}
        );
    }
    limits_[account] = std::move(more);
}

void Draft::exempt(const Said& said, Exemption exemption) {
    const std::string& account = exemption.account.name;
    if (const std::string trouble = trouble_with_name(account); !trouble.empty()) {
        leave_out(said, LeftOutBecause::unusable, "no account is called so: " + trouble);
        return;
    }
    exemption.by = "import " + std::string(name_of(plan_.peer));
    const auto earlier = exemptions_.find(account);
    if (earlier != exemptions_.end() && exemption.reason.empty()) {
        exemption.reason = earlier->second.reason;
    }
    exemptions_[account] = std::move(exemption);
}

void Draft::punish(Punishment punishment) {
    const Said said{punishment.where, json::Value(punishment.account)};
    if (const std::string trouble = trouble_with_name(punishment.account); !trouble.empty()) {
        leave_out(said, LeftOutBecause::unusable, "no account is called so: " + trouble);
        return;
    }
    const auto earlier = punishments_.find(punishment.account);
    if (earlier != punishments_.end()) {
        // The database and its JSON twin tell of the same one; groups and end may stand in either.
        const bool ends_there = punishment.end == Punishment::End::usual &&
                                earlier->second.end == Punishment::End::written;
        if (ends_there) {
            punishment.until = earlier->second.until;
            punishment.end = Punishment::End::written;
        }
        if (punishment.groups.empty()) {
            punishment.groups = earlier->second.groups;
            punishment.restricted_group = earlier->second.restricted_group;
        }
    }
    punishments_[punishment.account] = std::move(punishment);
}

void Draft::remember(PastViolation violation) {
    if (trouble_with_name(violation.account).empty()) {
        plan_.history.push_back(std::move(violation));
    } else {
        leave_out(
            {violation.where, json::Value(violation.account)},
            LeftOutBecause::unusable,
            "no account is called so"
        );
    }
}

void Draft::finish_people() {
    for (auto& [account, limit] : limits_) {
        plan_.limits.push_back(std::move(limit));
    }
    for (auto& [account, exemption] : exemptions_) {
        plan_.exemptions.push_back(std::move(exemption));
    }
    for (auto& [account, punishment] : punishments_) {
        plan_.punishments.push_back(std::move(punishment));
    }
    const auto earlier = [](const PastViolation& a, const PastViolation& b) {
        return std::tie(a.account, a.at, a.devices) < std::tie(b.account, b.at, b.devices);
    };
    const auto same = [](const PastViolation& a, const PastViolation& b) {
        return a.account == b.account && a.at == b.at;
    };
    auto& history = plan_.history;
    std::ranges::sort(history, earlier);
    history.erase(std::unique(history.begin(), history.end(), same), history.end());
}

}  // namespace fairgate::importing
