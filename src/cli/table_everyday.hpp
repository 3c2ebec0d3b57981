#pragma once

#include "cli/handlers.hpp"

// Part of the table of commands; joined in commands.cpp.
namespace fairgate::cli {

inline constexpr std::array everyday_commands = {
    Command{
        .path = "status",
        .group = Group::everyday,
        .summary = "mode, health, sources, who is online, the last decisions",
        .detail =
            "Says first whether Fairgate is enforcing, and if not, why not. The last line is the "
            "one thing to do next.",
        .flags = {{"watch", 'w', ValueKind::none, "", "draw it again every two seconds"}},
        .examples = {{"fairgate status", ""}, {"fairgate status --json | jq .data.mode", ""}},
        .call = {Method::get, "/status"},
        .run = run_status,
    },
    Command{
        .path = "top",
        .group = Group::everyday,
        .summary = "accounts online, live, the busiest first",
        .detail =
            "On a terminal a full screen that is drawn again every two seconds: q quits, / filters "
            "by name, the arrow keys choose a line and Enter shows why. Otherwise one list.",
        .flags =
            {{"by", 0, ValueKind::choice, "KEY", "what to sort by", "devices|rate|seen|name"},
             {"node", 0, ValueKind::text, "NAME", "only what this node sees"},
             {"limit", 'n', ValueKind::integer, "N", "at most so many accounts"}},
        .examples = {{"fairgate top --by devices", ""}},
        .call = {Method::get, "/accounts"},
        .columns =
            {{"account", "ACCOUNT"},
             {"state", "STATE", Show::state},
             {"devices", "DEVICES", Show::number},
             {"limit", "LIMIT", Show::number},
             {"connections", "CONNS", Show::number, 3},
             {"down_rate", "DOWN", Show::byte_rate, 2},
             {"up_rate", "UP", Show::byte_rate, 4},
             {"last_seen", "SEEN", Show::time, 5},
             {"origins", "NETWORKS", Show::list, 6},
             {"nodes", "NODES", Show::list, 7}},
        .run = run_top,
    },
    Command{
        .path = "why",
        .group = Group::everyday,
        .summary = "the evidence: why blocked, why not, who is behind an address",
        .detail = "Shows what was counted and what was not, the limit and the ones that lost, the "
                  "rule, the "
                  "timeline and the log lines, as they were when it was decided.",
        .arguments =
            {{"subject",
              ValueKind::account,
              Presence::required,
              "an account, a decision (dec_12) or an address"}},
        .flags =
            {{"not-blocked", 0, ValueKind::none, "", "why the account is not blocked now"},
             {"lines", 0, ValueKind::none, "", "with the log lines that prove it"}},
        .examples =
            {{"fairgate why ali", ""},
             {"fairgate why dec_12 --lines", ""},
             {"fairgate why ali --not-blocked", ""}},
        .call = {Method::get, "/why/{subject}"},
        .run = run_why,
    },
    Command{
        .path = "undo",
        .group = Group::everyday,
        .summary = "take decisions back: release what they block",
        .detail = "Restores what was there before, as far as nobody else changed it meanwhile; a "
                  "conflict is "
                  "shown and not overwritten. While a panel is down the undoing waits and is tried "
                  "again.",
        .arguments = {{"decision", ValueKind::decision, Presence::optional, "the decision (dec_12)"}
        },
        .flags =
            {{"last", 0, ValueKind::none, "", "the newest decision in force"},
             {"account", 0, ValueKind::account, "NAME", "all of this account"},
             {"since", 0, ValueKind::time, "WHEN", "all made since then: 1h, 2026-12-01"},
             {"all", 0, ValueKind::none, "", "all in force"},
             {"reason",
              0,
              ValueKind::choice,
              "WHY",
              "what it was",
              "false-positive|request|test|other"}},
        .examples =
            {{"fairgate undo dec_12 --reason false-positive", ""},
             {"fairgate undo --account ali", ""},
             {"fairgate undo --since 1h --all --yes", "the big red button"}},
        .effect = Effect::writes,
        .call = {Method::post, "/decisions/undo"},
        .run = run_undo,
    },
    Command{
        .path = "watch",
        .group = Group::everyday,
        .summary = "follow violations, decisions and sources as they happen",
        .detail =
            "Runs until it is interrupted. With --json one object a line. When the daemon is "
            "restarted it waits for it and goes on where it was; an event \"reset\" tells that "
            "some may have been missed.",
        .flags =
            {{"account", 0, ValueKind::account, "NAME", "only this account"},
             {"kind", 0, ValueKind::text, "LIST", "violation, decision, source; with commas"}},
        .examples = {{"fairgate watch --kind violation,decision", ""}},
        .call = {Method::get, "/events"},
        .run = run_watch,
    },
};

}  // namespace fairgate::cli
