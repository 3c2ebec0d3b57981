#pragma once

#include "cli/handlers.hpp"

// Part of the table of commands; joined in commands.cpp.
namespace fairgate::cli {

inline constexpr Few<Column, 12> block_columns = {
    {"refused", "REFUSED"},
    {"accounts", "ACCOUNT", Show::list},
    {"until", "UNTIL", Show::time},
    {"measures", "MEASURE", Show::list, 2},
    {"decisions", "DECISION", Show::list, 1},
    {"enforcer", "BY", Show::text, 3},
    {"why_not", "LEFT OUT BECAUSE", Show::text, 4},
    {"node", "NODE", Show::text, 2},
};

inline constexpr std::array block_commands = {
    Command{
        .path = "block list",
        .group = Group::enforcement,
        .summary = "what the firewall refuses at this moment",
        .detail =
            "Read from the firewall itself: addresses, an address at one of our ports, or single "
            "connections. One without an account was decided by nobody. Where no firewall acts the "
            "list is empty and says what blocks instead; accounts that a panel or a core blocks: "
            "fairgate account list --blocked.",
        .flags =
            {{"account", 'a', ValueKind::account, "ACCOUNT", "only this account's"},
             {"address", 0, ValueKind::text, "ADDRESS", "only this address"},
             {"limit", 'n', ValueKind::integer, "N", "at most so many"},
             {"cursor", 0, ValueKind::text, "CURSOR", "go on where the last list ended"}},
        .examples =
            {{"fairgate block list", ""}, {"fairgate block list --account ali --time rfc3339", ""}},
        .call = {Method::get, "/blocks"},
        .columns = block_columns,
        .run = run_list,
    },
    Command{
        .path = "block check",
        .group = Group::enforcement,
        .summary = "what was decided, compared with what the firewall refuses",
        .detail = "Exits 9 when something is missing, when something is refused that nobody "
                  "decided, or when the firewall is not at work. Changes nothing.",
        .examples = {{"fairgate block check", ""}, {"fairgate block check --json", ""}},
        .call = {Method::get, "/blocks/check"},
        .columns = block_columns,
        .run = run_block_check,
    },
    Command{
        .path = "enforcer list",
        .group = Group::sources,
        .summary = "what can block, what each can do, and whether it can now",
        .examples = {{"fairgate enforcer list", ""}},
        .call = {Method::get, "/enforcers"},
        .columns =
            {{"name", "ENFORCER"},
             {"able", "ABLE", Show::yes_no},
             {"because", "BECAUSE", Show::text, 1},
             {"actions", "CAN", Show::list, 3},
             {"cuts", "CUTS", Show::yes_no, 4},
             {"refuses_addresses", "ADDRESSES", Show::yes_no, 5},
             {"ends_by_itself", "ENDS BY ITSELF", Show::yes_no, 6},
             {"holds", "HOLDS", Show::number, 2},
             {"waiting", "WAITING", Show::number, 2},
             {"acts_for", "FOR", Show::list, 7},
             {"last_error", "LAST ERROR", Show::text, 8}},
        .run = run_list,
    },
    Command{
        .path = "enforcer test",
        .group = Group::sources,
        .summary = "try an enforcer step by step",
        .detail =
            "A firewall refuses an address of 203.0.113.0/24, which nobody has, is looked at, "
            "and lets it through again. Panels and cores are only asked. Nothing is left of "
            "it. Exits 9 when a step failed.",
        .arguments =
            {{"enforcer", ValueKind::text, Presence::required, "as `enforcer list` names it"}},
        .examples = {{"fairgate enforcer test firewall:nftables", ""}},
        .call = {Method::post, "/enforcers/{enforcer}/test"},
        .run = run_source_test,
    },
};

}  // namespace fairgate::cli
