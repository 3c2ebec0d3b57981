#pragma once

#include "cli/handlers.hpp"

// Part of the table of commands; joined in commands.cpp.
namespace fairgate::cli {

inline constexpr std::array node_commands = {
    Command{
        .path = "node list",
        .group = Group::sources,
        .summary = "machines that report through an agent, and how each is",
        .examples = {{"fairgate node list", ""}},
        .call = {Method::get, "/nodes"},
        .columns =
            {{"name", "NODE"},
             {"state", "STATE", Show::state},
             {"since", "SINCE", Show::time, 2},
             {"heard", "HEARD", Show::time, 1},
             {"clock_offset_ms", "CLOCK", Show::milliseconds, 3},
             {"buffered", "WAITING", Show::number, 4},
             {"lost", "LOST", Show::number, 5},
             {"holds", "HOLDS", Show::number, 10},
             {"version", "VERSION", Show::text, 6},
             {"address", "FROM", Show::text, 7},
             {"backend", "BACKEND", Show::text, 8},
             {"error", "ERROR", Show::text, 9}},
        .run = run_list,
    },
    Command{
        .path = "node show",
        .group = Group::sources,
        .summary = "one node: its connection, clock, certificate, and the measures that it holds",
        .arguments = {{"node", ValueKind::text, Presence::required, "its name"}},
        .examples = {{"fairgate node show de-1", ""}},
        .call = {Method::get, "/nodes/{node}"},
        .columns =
            {{"name", "node"},
             {"state", "state", Show::state},
             {"since", "since", Show::time},
             {"address", "from"},
             {"version", "version"},
             {"heard", "heard", Show::time},
             {"clock_offset_ms", "clock", Show::milliseconds},
             {"reports", "reports", Show::number},
             {"buffered", "waiting", Show::number},
             {"lost", "lost", Show::number},
             {"until", "certificate ends", Show::time},
             {"error", "error"}},
        .run = run_node_show,
    },
    Command{
        .path = "node join",
        .group = Group::sources,
        .summary = "a token by which one machine may join once as that node",
        .detail = "Prints the command to run on that machine. A node that joins again gets a new "
                  "certificate, and its old one is refused from then on.",
        .arguments = {{"node", ValueKind::text, Presence::required, "what you call the machine"}},
        .flags =
            {{"backend",
              0,
              ValueKind::text,
              "NAME",
              "whose accounts it has; the only one if not said"},
             {"address", 0, ValueKind::text, "HOST:PORT", "where the node finds this hub"},
             {"expires-in",
              0,
              ValueKind::duration,
              "TIME",
              "how long the token is good: 1d if not said"}},
        .examples =
            {{"fairgate node join de-1", ""},
             {"fairgate node join de-1 --address hub.example.com:8470 --expires-in 1h", ""}},
        .effect = Effect::writes,
        .call = {Method::post, "/nodes/{node}/join"},
        .run = run_node_join,
    },
    Command{
        .path = "node revoke",
        .group = Group::sources,
        .summary = "refuse a node's certificate from now on, and end its connection",
        .arguments = {{"node", ValueKind::text, Presence::required, "its name"}},
        .examples = {{"fairgate node revoke de-1", ""}},
        .effect = Effect::writes,
        .call = {Method::post, "/nodes/{node}/revoke"},
        .run = run_change,
    },
};

}  // namespace fairgate::cli
