#pragma once

#include "cli/handlers.hpp"

// Part of the table of commands; joined in commands.cpp.
namespace fairgate::cli {

inline constexpr std::array session_commands = {
    Command{
        .path = "session list",
        .group = Group::everyday,
        .summary = "live connections, with what they move",
        .detail =
            "What a log told of a connection, joined with the socket that carries it, on this "
            "machine or on a node. Connections that end elsewhere, or over UDP, are not among "
            "them: see "
            "`fairgate session inbounds`.",
        .flags =
            {{"account", 'a', ValueKind::account, "ACCOUNT", "only this account's"},
             {"address", 0, ValueKind::text, "ADDRESS", "only from this address"},
             {"limit", 'n', ValueKind::integer, "N", "at most so many"},
             {"cursor", 0, ValueKind::text, "CURSOR", "go on where the last list ended"}},
        .examples = {{"fairgate session list --account ali", ""}},
        .call = {Method::get, "/sessions"},
        .columns =
            {{"account", "ACCOUNT"},
             {"address", "ADDRESS"},
             {"inbound", "INBOUND", Show::text, 4},
             {"since", "SINCE", Show::time, 3},
             {"down_rate", "DOWN", Show::byte_rate},
             {"up_rate", "UP", Show::byte_rate, 2},
             {"bytes_down", "RECEIVED", Show::bytes, 5},
             {"bytes_up", "SENT", Show::bytes, 6},
             {"moved", "MOVED", Show::time, 7},
             {"node", "NODE", Show::text, 8},
             {"shared", "SHARED", Show::yes_no, 9},
             {"backend", "BACKEND", Show::text, 10}},
        .run = run_list,
    },
    Command{
        .path = "session drop",
        .group = Group::everyday,
        .summary = "cut an account's live connections",
        .detail = "It may connect again at once; to keep it out: fairgate decision add. Neighbours "
                  "behind the same address are not touched.",
        .arguments = {{"account", ValueKind::account, Presence::required, "its name"}},
        .flags = {{"reason", 0, ValueKind::text, "TEXT", "why, for those who come after you"}},
        .examples = {{"fairgate session drop ali", ""}},
        .effect = Effect::risky,
        .call = {Method::post, "/accounts/{account}/sessions/drop"},
        .run = run_change,
    },
    Command{
        .path = "session inbounds",
        .group = Group::everyday,
        .summary = "what can be known of each inbound's connections",
        .examples = {{"fairgate session inbounds", ""}},
        .call = {Method::get, "/inbounds"},
        .columns =
            {{"inbound", "INBOUND"},
             {"sight", "SIGHT"},
             {"ports", "PORTS", Show::list, 2},
             {"joined", "JOINED", Show::number, 4},
             {"missing", "MISSING", Show::number, 5},
             {"meaning", "MEANING", Show::text, 1},
             {"source", "SOURCE", Show::text, 3},
             {"node", "NODE", Show::text, 6}},
        .run = run_list,
    },
};

}  // namespace fairgate::cli
