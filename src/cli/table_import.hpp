#pragma once

#include "cli/handlers.hpp"

// Part of the table of commands; joined in commands.cpp.
namespace fairgate::cli {

inline constexpr std::array import_commands = {
    Command{
        .path = "import",
        .group = Group::running,
        .summary = "take over settings, limits, exemptions and open blocks of another tool",
        .detail =
            "Reads the other tool's files (a folder, single files, or its backup zip) and changes "
            "none of them. Look first with --dry-run: what becomes what, what is not carried over "
            "and why. Needs the daemon to be stopped; all is taken over, or nothing. A second time "
            "changes nothing. docs/import.md has a page for each tool.",
        .arguments =
            {{"what",
              ValueKind::file,
              Presence::many,
              "pg-limiter, v2iplimit, marzban-sentry or luip, then its folders, files or backup "
              "zip; without a name the files tell, without files the usual places are looked into"}
            },
        .flags =
            {{"out",
              0,
              ValueKind::file,
              "DIR",
              "write the configuration and a report there, and touch nothing else"}},
        .examples =
            {{"fairgate import --dry-run", "look at what is found on this machine"},
             {"fairgate import pg-limiter /etc/opt/pg-limiter /var/lib/pg-limiter/data --dry-run",
              ""},
             {"fairgate import pg-limiter-backup-1.zip --yes", ""},
             {"fairgate import luip luIP-marzban --out looked-at", ""}},
        .effect = Effect::writes,
        .run = run_import,
    },
};

}  // namespace fairgate::cli
