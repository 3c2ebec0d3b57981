#include "cli/table_blocks.hpp"
#include "cli/table_enforcement.hpp"
#include "cli/table_everyday.hpp"
#include "cli/table_import.hpp"
#include "cli/table_limits.hpp"
#include "cli/table_nodes.hpp"
#include "cli/table_running.hpp"
#include "cli/table_sessions.hpp"
#include "cli/table_sources.hpp"

#include <algorithm>

namespace fairgate::cli {

namespace {

template <std::size_t... Sizes>
constexpr auto joined(const std::array<Command, Sizes>&... parts) {
    std::array<Command, (Sizes + ...)> all{};
    std::size_t at = 0;
    const auto take = [&](const auto& part) {
        for (const Command& command : part) {
            all.at(at++) = command;
        }
    };
    (take(parts), ...);
    return all;
}

constexpr auto table = joined(
    everyday_commands,
    session_commands,
    limit_commands,
    enforcement_commands,
    block_commands,
    source_commands,
    node_commands,
    running_commands,
    import_commands
);

constexpr bool is_in_order(const Command& command) {
    bool optional_seen = false;
    for (const Argument& argument : command.arguments) {
        if (optional_seen && argument.presence != Presence::optional) {
            return false;
        }
        optional_seen = argument.presence != Presence::required;
    }
    return true;
}

static_assert(
    std::ranges::all_of(table, is_in_order),
    "an argument may follow an optional one only as optional"
);
static_assert(
    std::ranges::all_of(
        table,
        [](const Command& command) { return !command.summary.empty() && !command.examples.empty(); }
    ),
    "a command needs a summary and an example"
);

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// g++ 12 does not take the address of a function for a constant when it checks for undefined
// behaviour.
static_assert(
    std::ranges::all_of(table, [](const Command& command) { return command.run != nullptr; }),
    "a command needs a function"
);
#endif

constexpr std::array global = {
    Flag{
        "output",
        'o',
        ValueKind::choice,
        "FORMAT",
        "how to write: a table on a terminal, else tabs",
        "table|wide|json|jsonl|csv"
    },
    Flag{"json", 0, ValueKind::none, "", "the same as -o json"},
    Flag{
        "color",
        0,
        ValueKind::choice,
        "WHEN",
        "colours; NO_COLOR and FORCE_COLOR are honoured",
        "auto|always|never"
    },
    Flag{"ascii", 0, ValueKind::none, "", "no symbols beyond ASCII"},
    Flag{"utc", 0, ValueKind::none, "", "times in UTC instead of this machine's zone"},
    Flag{
        "time",
        0,
        ValueKind::choice,
        "STYLE",
        "times as people say them, or exact",
        "relative|rfc3339"
    },
    Flag{"no-trunc", 0, ValueKind::none, "", "leave out no column, however narrow the terminal"},
    Flag{
        "progress",
        0,
        ValueKind::choice,
        "HOW",
        "how progress is told on standard error",
        "auto|json|none"
    },
    Flag{
        "config",
        'c',
        ValueKind::file,
        "FILE",
        "the configuration; else /etc/fairgate/fairgate.toml"
    },
    Flag{"socket", 0, ValueKind::file, "PATH", "the daemon's socket"},
    Flag{"server", 0, ValueKind::text, "URL", "a daemon elsewhere: https://host:8443"},
    Flag{"token-file", 0, ValueKind::file, "FILE", "the token for --server"},
    Flag{"ca-file", 0, ValueKind::file, "FILE", "authorities to believe for --server"},
    Flag{"pinned-sha256", 0, ValueKind::text, "HEX", "the fingerprint of --server's certificate"},
    Flag{"timeout", 0, ValueKind::duration, "DURATION", "how long to wait for the daemon; 30s"},
    Flag{"help", 'h', ValueKind::none, "", "help on the command"},
};

constexpr std::array write = {
    Flag{"dry-run", 0, ValueKind::none, "", "show what would be done and do nothing"},
    Flag{"yes", 'y', ValueKind::none, "", "do not ask"},
    Flag{"strict", 0, ValueKind::none, "", "exit 4 when there is nothing to do"},
    Flag{
        "accept-risk",
        0,
        ValueKind::choice,
        "RISK",
        "go on although it is dangerous",
        "self-block|mass-block|panel-offline|data-loss"
    },
};

constexpr std::array nouns = {
    Alias{"accounts", "account"},
    Alias{"user", "account"},
    Alias{"users", "account"},
    Alias{"limits", "limit"},
    Alias{"exempts", "exempt"},
    Alias{"exemption", "exempt"},
    Alias{"exemptions", "exempt"},
    Alias{"except", "exempt"},
    Alias{"whitelist", "exempt"},
    Alias{"violations", "violation"},
    Alias{"decisions", "decision"},
    Alias{"modes", "mode"},
    Alias{"sources", "source"},
    Alias{"backends", "backend"},
    Alias{"panel", "backend"},
    Alias{"configuration", "config"},
    Alias{"unblock", "undo"},
    Alias{"logs", "watch"},
};

constexpr std::array verbs = {
    Alias{"ls", "list"},
    Alias{"rm", "remove"},
    Alias{"delete", "remove"},
    Alias{"del", "remove"},
    Alias{"get", "show"},
    Alias{"inspect", "show"},
    Alias{"unset", "clear"},
    Alias{"create", "add"},
    Alias{"validate", "check"},
    Alias{"follow", "tail"},
};

}  // namespace

std::span<const Command> commands() { return table; }
std::span<const Flag> global_flags() { return global; }
std::span<const Flag> write_flags() { return write; }
std::span<const Alias> noun_aliases() { return nouns; }
std::span<const Alias> verb_aliases() { return verbs; }

const Command* find_command(std::string_view path) {
    const auto found =
        std::ranges::find_if(table, [&](const Command& command) { return command.path == path; });
    return found == table.end() ? nullptr : &*found;
}

std::string_view group_title(Group group) {
    switch (group) {
        case Group::everyday:
            return "Everyday";
        case Group::limits:
            return "Accounts and limits";
        case Group::enforcement:
            return "Enforcement";
        case Group::sources:
            return "Sources";
        case Group::learn:
            return "Learn and prove";
        case Group::running:
            return "Running it";
    }
    return "";
}

}  // namespace fairgate::cli
