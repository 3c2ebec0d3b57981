#include "config/bind.hpp"
#include "config/table.hpp"

namespace fairgate::config {

using bind::into;

// NOLINTNEXTLINE(readability-function-size): a table, a row after the other
std::vector<Row> decision_rows() {
    using M = ModeSettings;
    return {
        {"ladder.steps",
         Scope::policy,
         into<&Settings::ladder, &LadderSettings::steps>(),
         "What happens at the first, second … violation within `window`: \"warn\", a block for a "
         "time, \"forever\" (until an operator releases it) or \"revoke\" (the same, and the panel "
         "makes "
         "the subscription and its keys anew, which nothing takes back). The last step repeats. "
         "Steps that rise let a mistake pass cheaply."},
        {"ladder.window",
         Scope::policy,
         into<&Settings::ladder, &LadderSettings::window>(),
         "How long a violation counts for the next step. A week: who shares does so every day.",
         {},
         "1h",
         "365d"},
        {"ladder.warning",
         Scope::policy,
         into<&Settings::ladder, &LadderSettings::warning>(),
         "How long a warning may go unheeded. Who then still is over the limit gets the next step. "
         "Ten minutes: time to put the other phone away.",
         {},
         "10s",
         "7d"},
        {"ladder.instant",
         Scope::policy,
         into<&Settings::ladder, &LadderSettings::instant>(),
         "Who scores so much when a violation opens gets the first block instead of a warning. The "
         "score, 0 to 100, adds what speaks against one household: 20 for each device beyond the "
         "limit (at most 40), 10 for each provider beyond the second (at most 20), 20 for several "
         "countries at once, 10 for each earlier violation in the window (at most 30). It never "
         "blocks by itself. Unset: everybody is warned first.",
         "70",
         "1",
         "100"},
        {"mode.global",
         Scope::policy,
         into<&Settings::mode, &M::global>(),
         "shadow records what would have been done, warn also tells, enforce acts. Of all modes "
         "that apply the most lenient wins. shadow, so that a new installation blocks nobody."},
        {"mode.until",
         Scope::policy,
         into<&Settings::mode, &M::until>(),
         "When the mode above ends; after that it is shadow. Unset: it stays.",
         "2026-12-01"},
        {"mode.groups[].name",
         Scope::policy,
         into<&Settings::mode, &M::groups, &ScopedMode::name>(),
         "The panel group.",
         "\"trial\"",
         {},
         {},
         {},
         Need::required},
        {"mode.groups[].mode",
         Scope::policy,
         into<&Settings::mode, &M::groups, &ScopedMode::mode>(),
         "Its mode.",
         "\"warn\"",
         {},
         {},
         {},
         Need::required},
        {"mode.groups[].until",
         Scope::policy,
         into<&Settings::mode, &M::groups, &ScopedMode::until>(),
         "When it ends. Unset: it stays.",
         "2026-12-01"},
        {"mode.accounts[].name",
         Scope::policy,
         into<&Settings::mode, &M::accounts, &ScopedMode::name>(),
         "The account.",
         "\"ali\"",
         {},
         {},
         {},
         Need::required},
        {"mode.accounts[].mode",
         Scope::policy,
         into<&Settings::mode, &M::accounts, &ScopedMode::mode>(),
         "Its mode.",
         "\"shadow\"",
         {},
         {},
         {},
         Need::required},
        {"mode.accounts[].until",
         Scope::policy,
         into<&Settings::mode, &M::accounts, &ScopedMode::until>(),
         "When it ends. Unset: it stays.",
         "2026-12-01"},
        {"exempt.accounts[].name",
         Scope::policy,
         into<&Settings::exempt, &ExemptSettings::accounts, &Exemption::name>(),
         "The account that is never limited.",
         "\"ali\"",
         {},
         {},
         {},
         Need::required},
        {"exempt.accounts[].until",
         Scope::policy,
         into<&Settings::exempt, &ExemptSettings::accounts, &Exemption::until>(),
         "When the exemption ends. Unset: never.",
         "2026-12-01"},
        {"exempt.accounts[].reason",
         Scope::policy,
         into<&Settings::exempt, &ExemptSettings::accounts, &Exemption::reason>(),
         "Why, for those who come after you.",
         "\"reseller\""},
    };
}

/// Owners by names of accounts.
std::vector<Row> owner_rows() {
    using O = OwnerPattern;
    constexpr auto at = &Settings::owners;
    return {
        {"owner[].name",
         Scope::policy,
         into<at, &O::name>(),
         "The owner (reseller, administrator) of accounts of such names.",
         "\"seller1\"",
         {},
         {},
         {},
         Need::required},
        {"owner[].match",
         Scope::policy,
         into<at, &O::match>(),
         "Accounts whose whole name fits; * is any text, ? is one character.",
         "\"s1_*\""},
        {"owner[].prefix", Scope::policy, into<at, &O::prefix>(), "Accounts whose name begins so."},
        {"owner[].suffix", Scope::policy, into<at, &O::suffix>(), "Accounts whose name ends so."},
        {"owner[].regex",
         Scope::policy,
         into<at, &O::regex>(),
         "Accounts whose whole name fits this regular expression (ECMAScript)."},
    };
}

/// Who is one person.
std::vector<Row> identity_rows() {
    using I = IdentitySettings;
    constexpr auto at = &Settings::identities;
    return {
        {"identity[].accounts",
         Scope::daemon,
         into<at, &I::accounts>(),
         "These accounts, each as BACKEND/NAME: [\"main/ali\", \"second/ali.2\"]. Unset: `by` and "
         "`match` tell them."},
        {"identity[].by",
         Scope::daemon,
         into<at, &I::by>(),
         "What is the same in all accounts of a person. name: their names. note: what an "
         "administrator wrote beside them in the panel (PasarGuard, Marzban)."},
        {"identity[].match",
         Scope::daemon,
         into<at, &I::match>(),
         "What of it is the person, as {person}; * is any text, ? is one character: "
         "\"{person}_*\", \"tg:{person}\". Unset: the whole name; a note always needs it, because "
         "many share one that says \"paid\".",
         "\"{person}_*\""},
        {"identity[].backends",
         Scope::daemon,
         into<at, &I::backends>(),
         "Only accounts of these backends. Empty: of all."},
        {"identity[].limit",
         Scope::daemon,
         into<at, &I::limit>(),
         "How many devices the person may use. highest: as the most generous of the accounts "
         "allows, which are one plan in several places. sum: what all allow together, because "
         "each was bought by itself."},
    };
}

std::vector<Row> filter_rows() {
    using F = FilterSettings;
    constexpr auto at = &Settings::filter;
    return {
        {"filter.include_groups",
         Scope::policy,
         into<at, &F::include_groups>(),
         "Judge only members of these panel groups. Empty: all."},
        {"filter.exclude_groups",
         Scope::policy,
         into<at, &F::exclude_groups>(),
         "Never judge members of these panel groups. Stronger than include."},
        {"filter.include_owners",
         Scope::policy,
         into<at, &F::include_owners>(),
         "Judge only accounts of these owners. Empty: all."},
        {"filter.exclude_owners",
         Scope::policy,
         into<at, &F::exclude_owners>(),
         "Never judge accounts of these owners. Stronger than include."},
        {"trust.never_counted",
         Scope::policy,
         into<&Settings::trust, &TrustSettings::never_counted>(),
         "Addresses, networks and AS numbers that are no device: your monitoring, a CDN.",
         "[\"192.0.2.0/24\", \"AS64500\"]"},
        {"trust.never_blocked",
         Scope::policy,
         into<&Settings::trust, &TrustSettings::never_blocked>(),
         "Addresses, networks and AS numbers that no block ever touches. This machine, its "
         "gateway, panels, nodes and your own session are always among them.",
         "[\"198.51.100.7\"]"},
    };
}

}  // namespace fairgate::config
