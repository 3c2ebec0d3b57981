#include "config/bind.hpp"
#include "config/row.hpp"

#include <array>

namespace fairgate::config {

std::span<const SectionRow> section_rows() {
    static constexpr std::array rows = {
        SectionRow{"counting", "How devices are counted."},
        SectionRow{
            "first_come",
            "Only for `counting.method = \"first_come\"`: previous connections stay, the new one "
            "is refused."
        },
        SectionRow{
            "limits",
            "How many devices an account may use at once. The first that is set "
            "wins: account, pattern, group, owner, the panel's field, general."
        },
        SectionRow{"ladder", "What follows a violation."},
        SectionRow{"mode", "Whether decisions are recorded, told or carried out."},
        SectionRow{"exempt", "Accounts that are never limited."},
        SectionRow{"filter", "Which accounts are judged at all."},
        SectionRow{"trust", "Addresses that are never counted or never blocked."},
        SectionRow{
            "breaker",
            "The circuit breaker: many blocks at once are more likely a fault "
            "than a crowd of sharers."
        },
        SectionRow{"firewall", "What blocks accounts that no panel and no core holds."},
        SectionRow{"daemon", "The program itself."},
        SectionRow{"agents", "Agents on other machines that report to this daemon."},
        SectionRow{"agent", "For `fairgate agent`, on such a machine; the daemon passes it over."},
        SectionRow{"log", "Its own log."},
    };
    return rows;
}

std::span<const ArrayRow> array_rows() {
    using bind::clear;
    using bind::open_named;
    using bind::open_next;
    static constexpr std::array rows = {
        ArrayRow{
            "limits.patterns[]",
            Scope::policy,
            "",
            &open_next<&Settings::limits, &LimitSettings::patterns>,
            &clear<&Settings::limits, &LimitSettings::patterns>,
            "Limits by name, the first that fits; with exactly one of match, prefix, suffix, "
            "regex."
        },
        ArrayRow{
            "owner[]",
            Scope::policy,
            "",
            &open_next<&Settings::owners>,
            &clear<&Settings::owners>,
            "Whose accounts of such names are, the first that fits; stronger than the panel's "
            "word, "
            "for what one bot made under one administrator. One of match, prefix, suffix, regex."
        },
        ArrayRow{
            "identity[]",
            Scope::daemon,
            "",
            &open_next<&Settings::identities>,
            &clear<&Settings::identities>,
            "Accounts of one person, in one backend or several: their devices are counted once, "
            "together, and each of the accounts is judged by that count. The first that fits an "
            "account decides."
        },
        ArrayRow{
            "mode.groups[]",
            Scope::policy,
            "name",
            &open_named<&ScopedMode::name, &Settings::mode, &ModeSettings::groups>,
            &clear<&Settings::mode, &ModeSettings::groups>,
            "A mode for one panel group."
        },
        ArrayRow{
            "mode.accounts[]",
            Scope::policy,
            "name",
            &open_named<&ScopedMode::name, &Settings::mode, &ModeSettings::accounts>,
            &clear<&Settings::mode, &ModeSettings::accounts>,
            "A mode for one account."
        },
        ArrayRow{
            "exempt.accounts[]",
            Scope::policy,
            "name",
            &open_named<&Exemption::name, &Settings::exempt, &ExemptSettings::accounts>,
            &clear<&Settings::exempt, &ExemptSettings::accounts>,
            "One exempt account."
        },
        ArrayRow{
            "source[]",
            Scope::daemon,
            "name",
            &open_named<&SourceSettings::name, &Settings::sources>,
            &clear<&Settings::sources>,
            "Where observations come from."
        },
        ArrayRow{
            "backend[]",
            Scope::daemon,
            "name",
            &open_named<&BackendSettings::name, &Settings::backends>,
            &clear<&Settings::backends>,
            "What holds accounts: a panel, or a core without one."
        },
    };
    return rows;
}

}  // namespace fairgate::config
