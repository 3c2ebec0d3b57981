#pragma once

#include "cli/handlers.hpp"

// Part of the table of commands; joined in commands.cpp.
namespace fairgate::cli {

inline constexpr Few<Column, 12> account_columns = {
    {"account", "ACCOUNT"},
    {"state", "STATE", Show::state},
    {"devices", "DEVICES", Show::number},
    {"limit", "LIMIT", Show::number},
    {"limit_origin", "LIMIT FROM", Show::text, 5},
    {"last_seen", "SEEN", Show::time, 3},
    {"until", "UNTIL", Show::time, 2},
    {"owner", "OWNER", Show::text, 7},
    {"groups", "GROUPS", Show::list, 8},
    {"backend", "BACKEND", Show::text, 6},
};

inline constexpr Few<Column, 12> limit_columns = {
    {"origin", "KIND"},
    {"match", "WHOM"},
    {"devices", "DEVICES", Show::number},
    {"source", "SET IN", Show::text, 2},
    {"by", "BY", Show::text, 3},
    {"at", "WHEN", Show::time, 4},
    {"reason", "REASON", Show::text, 5},
};

inline constexpr Few<Column, 12> exemption_columns = {
    {"account", "ACCOUNT"},
    {"until", "UNTIL", Show::time},
    {"reason", "REASON", Show::text, 2},
    {"by", "BY", Show::text, 3},
    {"at", "SINCE", Show::time, 4},
};

inline constexpr Few<Column, 12> trust_columns = {
    {"scope", "NETWORK"},
    {"effect", "EFFECT"},
    {"until", "UNTIL", Show::time, 4},
    {"reason", "REASON", Show::text, 2},
    {"by", "BY", Show::text, 3},
    {"at", "SINCE", Show::time, 5},
};

inline constexpr Few<Flag, 16> limit_scope_flags = {
    {"pattern", 0, ValueKind::text, "PATTERN", "accounts whose name fits: 'vip_*'"},
    {"group", 0, ValueKind::text, "GROUP", "members of this panel group"},
    {"owner", 0, ValueKind::text, "OWNER", "accounts of this owner"},
};

inline constexpr Few<Flag, 16> limit_set_flags = {
    limit_scope_flags[0],
    limit_scope_flags[1],
    limit_scope_flags[2],
    {"reason", 0, ValueKind::text, "TEXT", "why, for those who come after you"},
};

inline constexpr std::array limit_commands = {
    Command{
        .path = "account list",
        .group = Group::limits,
        .summary = "accounts with their devices and limits",
        .flags =
            {{"over-limit", 0, ValueKind::none, "", "only those over their limit"},
             {"online", 0, ValueKind::none, "", "only those online"},
             {"blocked", 0, ValueKind::none, "", "only those blocked"},
             {"match", 0, ValueKind::text, "TEXT", "only names that hold this text"},
             {"sort", 0, ValueKind::choice, "KEY", "what to sort by", "name|devices|seen|rate"},
             {"limit", 'n', ValueKind::integer, "N", "at most so many"},
             {"cursor", 0, ValueKind::text, "CURSOR", "go on where the last list ended"}},
        .examples = {{"fairgate account list --over-limit --sort devices", ""}},
        .call = {Method::get, "/accounts"},
        .columns = account_columns,
        .run = run_list,
    },
    Command{
        .path = "account show",
        .group = Group::limits,
        .summary = "one account: devices, networks, limit, decisions",
        .arguments = {{"account", ValueKind::account, Presence::required, "its name"}},
        .examples = {{"fairgate account show ali", ""}},
        .call = {Method::get, "/accounts/{account}"},
        .columns = account_columns,
        .run = run_account_show,
    },
    Command{
        .path = "account cleanup",
        .group = Group::limits,
        .summary = "remove limits, exemptions and modes of accounts that are gone",
        .detail =
            "Only what commands have set, and only by complete lists of all panels and cores. "
            "When very much would go nothing is removed unless you say --all.",
        .flags = {{"all", 0, ValueKind::none, "", "also when it is very much"}},
        .examples = {{"fairgate account cleanup --dry-run", ""}},
        .effect = Effect::writes,
        .call = {Method::post, "/accounts/cleanup"},
        .run = run_change,
    },
    Command{
        .path = "limit list",
        .group = Group::limits,
        .summary = "all device limits, from files and from commands",
        .examples = {{"fairgate limit list", ""}},
        .call = {Method::get, "/limits"},
        .columns = limit_columns,
        .run = run_list,
    },
    Command{
        .path = "limit show",
        .group = Group::limits,
        .summary = "the limit of one account, and the ones that lost",
        .arguments = {{"account", ValueKind::account, Presence::required, "its name"}},
        .examples = {{"fairgate limit show ali", ""}},
        .call = {Method::get, "/accounts/{account}/limit"},
        .run = run_limit_show,
    },
    Command{
        .path = "limit set",
        .group = Group::limits,
        .summary = "set how many devices an account, or many, may use at once",
        .detail = "The first that is set wins: account, pattern, group, owner, the panel's own "
                  "field, general.",
        .arguments =
            {{"who",
              ValueKind::text,
              Presence::required,
              "an account (ali, or main/ali), or the word general; with --pattern, --group or "
              "--owner the number stands here"},
             {"devices", ValueKind::devices, Presence::optional, "1 to 10000, or unlimited"}},
        .flags = limit_set_flags,
        .examples =
            {{"fairgate limit set general 2", ""},
             {"fairgate limit set ali 5", ""},
             {"fairgate limit set --pattern 'vip_*' 4", ""},
             {"fairgate limit set --group gold 3", ""}},
        .effect = Effect::writes,
        .call = {Method::put, "/limits/{scope}/{match}"},
        .run = run_limit_change,
    },
    Command{
        .path = "limit clear",
        .group = Group::limits,
        .summary = "remove a limit, so that the next weaker one counts",
        .arguments =
            {{"who", ValueKind::text, Presence::optional, "an account, or the word general"}},
        .flags = limit_scope_flags,
        .examples = {{"fairgate limit clear ali", ""}, {"fairgate limit clear --group gold", ""}},
        .effect = Effect::writes,
        .call = {Method::del, "/limits/{scope}/{match}"},
        .run = run_limit_change,
    },
    Command{
        .path = "limit preview",
        .group = Group::limits,
        .summary = "who would be over a limit if it were set",
        .arguments =
            {{"who", ValueKind::text, Presence::required, "as of limit set"},
             {"devices", ValueKind::devices, Presence::optional, "1 to 10000, or unlimited"}},
        .flags = limit_scope_flags,
        .examples = {{"fairgate limit preview general 1", ""}},
        .call = {Method::get, "/limits/{scope}/{match}/preview"},
        .columns = account_columns,
        .run = run_limit_preview,
    },
    Command{
        .path = "exempt list",
        .group = Group::limits,
        .summary = "accounts that are never limited",
        .examples = {{"fairgate exempt list", ""}},
        .call = {Method::get, "/exemptions"},
        .columns = exemption_columns,
        .run = run_list,
    },
    Command{
        .path = "exempt add",
        .group = Group::limits,
        .summary = "never limit an account, until a time, for a reason",
        .arguments = {{"account", ValueKind::account, Presence::required, "its name"}},
        .flags =
            {{"until", 0, ValueKind::deadline, "WHEN", "when it ends; without it never"},
             {"for", 0, ValueKind::duration, "DURATION", "how long it lasts"},
             {"reason", 0, ValueKind::text, "TEXT", "why, for those who come after you"}},
        .examples = {{"fairgate exempt add ali --until 2026-12-01 --reason reseller", ""}},
        .effect = Effect::writes,
        .call = {Method::put, "/exemptions/{account}"},
        .run = run_change,
    },
    Command{
        .path = "exempt remove",
        .group = Group::limits,
        .summary = "limit an account again",
        .arguments = {{"account", ValueKind::account, Presence::required, "its name"}},
        .examples = {{"fairgate exempt remove ali", ""}},
        .effect = Effect::writes,
        .call = {Method::del, "/exemptions/{account}"},
        .run = run_change,
    },
    Command{
        .path = "exempt check",
        .group = Group::limits,
        .summary = "whether an account is exempt, until when and why",
        .arguments = {{"account", ValueKind::account, Presence::required, "its name"}},
        .examples = {{"fairgate exempt check ali", ""}},
        .call = {Method::get, "/exemptions/{account}"},
        .columns = exemption_columns,
        .run = run_record,
    },
    Command{
        .path = "trust list",
        .group = Group::limits,
        .summary = "networks that are never counted or never blocked",
        .examples = {{"fairgate trust list", ""}},
        .call = {Method::get, "/trust"},
        .columns = trust_columns,
        .run = run_list,
    },
    Command{
        .path = "trust add",
        .group = Group::limits,
        .summary = "never count, or never block, an address, a network or an AS",
        .arguments =
            {{"network",
              ValueKind::text,
              Presence::required,
              "198.51.100.7, 2001:db8::/32 or AS64500"}},
        .flags =
            {{"effect",
              0,
              ValueKind::choice,
              "EFFECT",
              "what trust means here",
              "never_counted|never_blocked"},
             {"until", 0, ValueKind::deadline, "WHEN", "when it ends; without it never"},
             {"reason", 0, ValueKind::text, "TEXT", "why"}},
        .examples =
            {{"fairgate trust add 192.0.2.0/24 --effect never_counted --reason monitoring", ""}},
        .effect = Effect::writes,
        .call = {Method::post, "/trust"},
        .run = run_change,
    },
    Command{
        .path = "trust remove",
        .group = Group::limits,
        .summary = "trust a network no longer",
        .arguments = {{"network", ValueKind::text, Presence::required, "as trust list shows it"}},
        .flags =
            {{"effect",
              0,
              ValueKind::choice,
              "EFFECT",
              "only this one",
              "never_counted|never_blocked"}},
        .examples = {{"fairgate trust remove 192.0.2.0/24", ""}},
        .effect = Effect::writes,
        .call = {Method::del, "/trust/{network}"},
        .run = run_change,
    },
    Command{
        .path = "trust test",
        .group = Group::limits,
        .summary = "what trust says of an address, and its network",
        .arguments = {{"address", ValueKind::text, Presence::required, "an address"}},
        .examples = {{"fairgate trust test 192.0.2.9", ""}},
        .call = {Method::get, "/trust/test"},
        .columns =
            {{"address", "ADDRESS"},
             {"counted", "COUNTED", Show::yes_no},
             {"blockable", "MAY BE BLOCKED", Show::yes_no},
             {"because", "BECAUSE"},
             {"network", "NETWORK"},
             {"country", "COUNTRY"}},
        .run = run_record,
    },
};

}  // namespace fairgate::cli
