#pragma once

#include "cli/handlers.hpp"

// Part of the table of commands; joined in commands.cpp.
namespace fairgate::cli {

inline constexpr Few<Column, 12> source_columns = {
    {"source", "SOURCE"},
    {"state", "STATE", Show::state},
    {"events_per_second", "EVENTS/S", Show::rate},
    {"lag_ms", "LAG", Show::milliseconds, 2},
    {"last_line", "LAST LINE", Show::time, 3},
    {"lines", "LINES", Show::number, 5},
    {"parse_errors", "UNREADABLE", Show::number, 4},
    {"gaps", "GAPS", Show::number, 7},
    {"clock_offset_ms", "CLOCK", Show::milliseconds, 6},
    {"node", "NODE", Show::text, 8},
};

inline constexpr std::array source_commands = {
    Command{
        .path = "source list",
        .group = Group::sources,
        .summary = "where observations come from, and how each source is",
        .examples = {{"fairgate source list", ""}},
        .call = {Method::get, "/sources"},
        .columns = source_columns,
        .run = run_list,
    },
    Command{
        .path = "source test",
        .group = Group::sources,
        .summary = "try a source step by step: name, connection, login, lines",
        .arguments = {{"source", ValueKind::source, Presence::required, "its name"}},
        .examples = {{"fairgate source test local", ""}},
        .call = {Method::post, "/sources/{source}/test"},
        .run = run_source_test,
    },
    Command{
        .path = "source tail",
        .group = Group::sources,
        .summary = "follow a source's lines and how each is read",
        .detail =
            "Runs until it is interrupted. Control characters in lines are shown, not obeyed.",
        .arguments = {{"source", ValueKind::source, Presence::required, "its name"}},
        .examples = {{"fairgate source tail local", ""}},
        .call = {Method::get, "/sources/{source}/tail"},
        .run = run_source_tail,
    },
    Command{
        .path = "source pause",
        .group = Group::sources,
        .summary = "stop reading a source; nothing is decided from it meanwhile",
        .arguments = {{"source", ValueKind::source, Presence::required, "its name"}},
        .examples = {{"fairgate source pause local", ""}},
        .effect = Effect::writes,
        .call = {Method::post, "/sources/{source}/pause"},
        .run = run_change,
    },
    Command{
        .path = "source resume",
        .group = Group::sources,
        .summary = "read a paused source again",
        .arguments = {{"source", ValueKind::source, Presence::required, "its name"}},
        .examples = {{"fairgate source resume local", ""}},
        .effect = Effect::writes,
        .call = {Method::post, "/sources/{source}/resume"},
        .run = run_change,
    },
    Command{
        .path = "backend list",
        .group = Group::sources,
        .summary = "what holds accounts, and whether it answers",
        .examples = {{"fairgate backend list", ""}},
        .call = {Method::get, "/backends"},
        .columns =
            {{"name", "BACKEND"},
             {"state", "STATE", Show::state},
             {"version", "VERSION", Show::text, 2},
             {"accounts", "ACCOUNTS", Show::number},
             {"synced", "SYNCED", Show::time, 1},
             {"error", "ERROR", Show::text, 3}},
        .run = run_list,
    },
    Command{
        .path = "replay",
        .group = Group::learn,
        .summary = "run old logs through a policy and see who would be over",
        .detail =
            "Reads plain, .gz and .zst files, folders and standard input (-), several in the "
            "order of the "
            "times inside. No network, no enforcement, no daemon. The same input and policy "
            "give the "
            "same report. Without a limit every account may have 2 devices. With --decision "
            "the daemon is asked what a decision was made from; that is counted again, by the "
            "rules of then, those in force now, and those named here. Exits 9 when the rules "
            "of then do not lead to the same.",
        .arguments =
            {{"input", ValueKind::file, Presence::many, "files, folders, or - for standard input"}},
        .flags =
            {{"general", 0, ValueKind::devices, "N", "devices for accounts without their own limit"
             },
             {"limits",
              0,
              ValueKind::file,
              "FILE",
              "limits: a JSON object account: devices, or TOML"},
             {"policy", 0, ValueKind::file, "FILE", "a configuration to judge by"},
             {"counting",
              0,
              ValueKind::choice,
              "HOW",
              "how devices are counted",
              "overlap|distinct|first_come"},
             {"asn",
              0,
              ValueKind::file,
              "FILE",
              "a table of networks (MMDB); else the one installed"},
             {"names",
              0,
              ValueKind::choice,
              "FORM",
              "how names become accounts",
              "standard|raw|marzban|pasarguard"},
             {"since", 0, ValueKind::time, "WHEN", "leave out what is older"},
             {"until", 0, ValueKind::time, "WHEN", "leave out what is newer"},
             {"account", 0, ValueKind::account, "NAME", "show this account's timeline"},
             {"zone", 0, ValueKind::text, "OFFSET", "the logs' time zone: UTC if not said, +03:30"},
             {"fail-on",
              0,
              ValueKind::integer,
              "N",
              "exit 10 when more than N accounts would be over"},
             {"against",
              0,
              ValueKind::file,
              "FILE",
              "judge by this policy too and show the difference"},
             {"decision",
              0,
              ValueKind::decision,
              "ID",
              "no logs: what this decision was made from, counted again"},
             {"threads", 0, ValueKind::integer, "N", "one for each core if not said"}},
        .examples =
            {{"fairgate replay --decision dec_12 --general 3", "would it be decided the same?"},
             {"fairgate replay /var/log/xray/access.log --general 2", ""},
             {"fairgate replay logs/ --policy new.toml --against old.toml", ""},
             {"zcat access.log.*.gz | fairgate replay - --json", ""}},
        .run = run_replay,
    },
    Command{
        .path = "explain",
        .group = Group::learn,
        .summary = "how a log line is read, and what is ignored and why",
        .detail = "Lines are taken as Xray 1.0 and later and V2Ray 4 and 5 write them.",
        .arguments =
            {{"line", ValueKind::text, Presence::many, "the line; several words are joined"}},
        .flags =
            {{"file", 'f', ValueKind::file, "FILE", "every line of this file, - for standard input"
             },
             {"names",
              0,
              ValueKind::choice,
              "FORM",
              "how names become accounts",
              "standard|raw|marzban|pasarguard"},
             {"blackhole", 0, ValueKind::text, "TAGS", "outbounds that lead nowhere, with commas"},
             {"trusted-inbound",
              0,
              ValueKind::text,
              "TAGS",
              "inbounds whose headers are believed, with commas"},
             {"decoration",
              0,
              ValueKind::choice,
              "KIND",
              "what stands before each line",
              "none|compose|syslog|debug"}},
        .examples =
            {{"fairgate explain '2026/01/30 09:12:01 from 198.51.100.24:50412 accepted "
              "tcp:example.com:443 [in -> direct] email: 7.ali'",
              ""},
             {"fairgate explain -f access.log --json", ""}},
        .run = run_explain,
    },
    Command{
        .path = "demo",
        .group = Group::learn,
        .summary = "a made-up fleet to look at; touches nothing real",
        .arguments =
            {{"what",
              ValueKind::choice,
              Presence::optional,
              "start if not said",
              "start|stop|status"}},
        .flags =
            {{"speed",
              0,
              ValueKind::integer,
              "N",
              "how many times faster than life, 1 to 60; 1 if not said"},
             {"listen",
              0,
              ValueKind::text,
              "ADDRESS",
              "where its API listens on TCP; a port of its own choice if not said"}},
        .examples =
            {{"fairgate demo", "starts it; Ctrl-C ends it and leaves nothing behind"},
             {"fairgate demo start --speed 60", "an hour in a minute"},
             {"fairgate demo stop", ""}},
        .run = run_demo,
    },
};

}  // namespace fairgate::cli
