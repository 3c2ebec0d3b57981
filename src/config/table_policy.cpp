#include "config/bind.hpp"
#include "config/table.hpp"

namespace fairgate::config {

namespace {

using bind::into;

constexpr std::string_view most_devices = "10000";  // beyond it the number is a typing error

// NOLINTNEXTLINE(readability-function-size): a table, a row after the other
std::vector<Row> counting_rows() {
    using C = CountingSettings;
    constexpr auto at = &Settings::counting;
    return {
        {"counting.method",
         Scope::policy,
         into<at, &C::method>(),
         "How devices are counted. overlap: networks active at the same time for at least "
         "`sustain` (a phone that changes networks is one device). distinct: addresses seen "
         "within `interval`, as PG-Limiter and V2IpLimit count. first_come: networks hold a slot "
         "each, and those that come later than the limit allows are the ones at fault, as "
         "Marzban-Sentry counts (section first_come). overlap, because the others punish people "
         "who move."},
        {"counting.slot",
         Scope::policy,
         into<at, &C::slot>(),
         "The finest step of time. Fixed: shorter slots need more memory, longer ones miss "
         "hand-overs.",
         {},
         "10s",
         "10s"},
        {"counting.window",
         Scope::policy,
         into<at, &C::window>(),
         "How far back presence is looked at. Five minutes, because a sleeping phone reconnects "
         "within that time.",
         {},
         "1m",
         "10m40s"},
        {"counting.sustain",
         Scope::policy,
         into<at, &C::sustain>(),
         "For how long in the window that many devices must have been active together. One "
         "minute: a hand-over overlaps for one slot, two homes for minutes.",
         {},
         "10s",
         "10m40s"},
        {"counting.interval",
         Scope::policy,
         into<at, &C::interval>(),
         "Only for `method = \"distinct\"`: the time in which addresses are counted. One minute, "
         "as PG-Limiter.",
         {},
         "10s",
         "10m40s"},
        {"counting.v4_prefix",
         Scope::policy,
         into<at, &C::v4_prefix>(),
         "IPv4 addresses that share this many bits are one network. 24: one home or one NAT "
         "rarely spans more than a /24.",
         {},
         "8",
         "32"},
        {"counting.v6_prefix",
         Scope::policy,
         into<at, &C::v6_prefix>(),
         "The same for IPv6. 64: privacy addresses change below the /64.",
         {},
         "16",
         "128"},
        {"counting.asn_file",
         Scope::policy,
         into<at, &C::asn_file>(),
         "A table of networks in MMDB form, to pair IPv4 and IPv6 of one phone and to know carrier "
         "pools. Empty: the one that is installed, if any; Fairgate downloads nothing.",
         "\"/usr/share/fairgate/asn.mmdb\""},
        {"counting.country_file",
         Scope::policy,
         into<at, &C::country_file>(),
         "A table of countries in MMDB form. Empty: the one that is installed, if any.",
         "\"/usr/share/fairgate/country.mmdb\""},
        {"counting.countries",
         Scope::policy,
         into<at, &C::countries>(),
         "Count only addresses of these countries (ISO 3166-1: \"IR\"). Empty: all. What is left "
         "out is shown.",
         "[\"IR\"]"},
        {"counting.blackhole_tags",
         Scope::policy,
         into<at, &C::blackhole_tags>(),
         "Outbounds that lead nowhere: what is sent there is no activity. These are the names the "
         "field uses."},
        {"counting.names",
         Scope::policy,
         into<at, &C::names>(),
         "How the name in a log line becomes an account: standard cuts digits and the first dot "
         "(\"7.ali\" is ali, \"4711\" stays); raw takes it as it is; marzban takes what follows "
         "the "
         "first dot and ignores what has none; pasarguard takes the leading digits. standard, "
         "because it is right wherever names are unique."},
        {"counting.trusted_proxy_inbounds",
         Scope::policy,
         into<at, &C::trusted_proxy_inbounds>(),
         "Inbounds that stand behind a proxy you run and that take the client's address from a "
         "header. Only there a header's address is counted: anyone else can write one.",
         "[\"ws-cdn\"]"},
        {"counting.cdn_inbounds",
         Scope::policy,
         into<at, &C::cdn_inbounds>(),
         "Inbounds that are reached through a CDN only. An address that a header tells is counted; "
         "one that came with the connection is the CDN's own and is not.",
         "[\"ws-cf\"]"},
        {"counting.cdn_nodes",
         Scope::policy,
         into<at, &C::cdn_nodes>(),
         "Nodes of which the same is true for every inbound.",
         "[\"de-cdn\"]"},
        {"counting.ignored_nodes",
         Scope::policy,
         into<at, &C::ignored_nodes>(),
         "Nodes on which nobody's devices are counted: for tests, for transit. What was seen there "
         "is shown by `why`.",
         "[\"test-1\"]"},
    };
}

std::vector<Row> first_come_rows() {
    using F = FirstComeSettings;
    constexpr auto at = &Settings::first_come;
    return {
        {"first_come.lifetime",
         Scope::policy,
         into<at, &F::lifetime>(),
         "How long after its last sign of life a network keeps its slot; Marzban-Sentry's "
         "USER_CONNECTION_LIFETIME. Ninety seconds, as there: shorter lets a phone that moves in "
         "sooner, longer bears longer silences.",
         {},
         "10s",
         "10m"},
        {"first_come.act",
         Scope::policy,
         into<at, &F::act>(),
         "What is done about the networks that came too late. origins: their addresses are "
         "refused in this machine's firewall (firewall.driver) for `ban_time` and their "
         "connections cut; the account, and whoever came first, goes on, and no panel disables "
         "anything. account: the whole account is blocked, as the ladder says."},
        {"first_come.ban_time",
         Scope::policy,
         into<at, &F::ban_time>(),
         "How long such addresses are refused, each time; Marzban-Sentry's BAN_TIME. The ladder "
         "has no part in it.",
         {},
         "10s",
         "30d"},
        {"first_come.otherwise",
         Scope::policy,
         into<at, &F::otherwise>(),
         "When none of those addresses may be refused, because another active account shares it, "
         "or it is protected, or no firewall is set. record: only the decision is kept, with the "
         "reason. account: the account is blocked for `ban_time` by what holds it."},
    };
}

// NOLINTNEXTLINE(readability-function-size): a table, a row after the other
std::vector<Row> limit_rows() {
    using L = LimitSettings;
    using P = PatternLimit;
    constexpr auto at = &Settings::limits;
    return {
        {"limits.general",
         Scope::policy,
         into<at, &L::general>(),
         "Devices at once for every account that has no limit of its own. Unset: such accounts are "
         "counted and never limited, so that an empty file harms nobody.",
         "2",
         "1",
         most_devices,
         "unlimited"},
        {"limits.accounts.*",
         Scope::policy,
         into<at, &L::accounts>(),
         "Devices at once for single accounts. Stronger than everything else.",
         "ali = 5",
         "1",
         most_devices,
         "unlimited"},
        {"limits.groups.*",
         Scope::policy,
         into<at, &L::groups>(),
         "Devices at once for the members of a panel group. Of several groups the largest counts.",
         "gold = 3",
         "1",
         most_devices,
         "unlimited"},
        {"limits.owners.*",
         Scope::policy,
         into<at, &L::owners>(),
         "Devices at once for the accounts of one owner (reseller, administrator).",
         "seller1 = 2",
         "1",
         most_devices,
         "unlimited"},
        {"limits.use_panel_field",
         Scope::policy,
         into<at, &L::use_panel_field>(),
         "Whether the panel's own device limit of an account counts. It is stronger than "
         "`general` only."},
        {"limits.tolerance",
         Scope::policy,
         into<at, &L::tolerance>(),
         "Devices beyond the limit that are let pass. 0: a limit means what it says.",
         {},
         "0",
         "100"},
        {"limits.detections",
         Scope::policy,
         into<at, &L::detections>(),
         "How often within `within` an account must be found over its limit before a violation "
         "opens. 1: the sustained overlap is proof enough.",
         {},
         "1",
         "100"},
        {"limits.within",
         Scope::policy,
         into<at, &L::within>(),
         "The time for `detections`.",
         {},
         "1m",
         "7d"},
        {"limits.patterns[].match",
         Scope::policy,
         into<at, &L::patterns, &P::match>(),
         "Accounts whose whole name fits; * is any text, ? is one character.",
         "\"vip_*\""},
        {"limits.patterns[].prefix",
         Scope::policy,
         into<at, &L::patterns, &P::prefix>(),
         "Accounts whose name begins so."},
        {"limits.patterns[].suffix",
         Scope::policy,
         into<at, &L::patterns, &P::suffix>(),
         "Accounts whose name ends so."},
        {"limits.patterns[].regex",
         Scope::policy,
         into<at, &L::patterns, &P::regex>(),
         "Accounts whose whole name fits this regular expression (ECMAScript)."},
        {"limits.patterns[].devices",
         Scope::policy,
         into<at, &L::patterns, &P::devices>(),
         "Devices at once. Without it the name tells it: {devices} in `match` stands for its "
         "digits "
         "(\"*.{devices}.User\" gives ali.3.User three).",
         "4",
         "1",
         most_devices,
         "unlimited"},
    };
}

}  // namespace

std::vector<Row> policy_rows() {
    std::vector<Row> all;
    for (auto* part :
         {&counting_rows,
          &first_come_rows,
          &limit_rows,
          &decision_rows,
          &owner_rows,
          &identity_rows,
          &filter_rows}) {
        const std::vector<Row> some = part();
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

}  // namespace fairgate::config
