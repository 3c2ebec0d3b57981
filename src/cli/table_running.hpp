#pragma once

#include "cli/handlers.hpp"

// Part of the table of commands; joined in commands.cpp.
namespace fairgate::cli {

inline constexpr Flag set_flag = {
    "set", 0, ValueKind::text, "KEY=VALUE", "a setting, stronger than files; may be repeated"
};

inline constexpr std::array running_commands = {
    Command{
        .path = "setup",
        .group = Group::running,
        .summary = "ask what to watch, test every answer, write the configuration",
        .detail =
            "Finds what is on this machine, then asks for a panel, a core or a log, a limit and "
            "addresses to protect; each answer is tried at once, and one that does not pass is "
            "asked "
            "again. Ends in shadow mode: nobody is blocked. A run that was cut goes on where it "
            "was. "
            "With --from or --non-interactive nothing is asked, and the first answer that does not "
            "pass ends it with nothing written (docs/setup.md).",
        .flags =
            {{"from", 0, ValueKind::file, "FILE", "answers from a file (TOML) instead of a person"},
             {"non-interactive", 0, ValueKind::none, "", "answers from FAIRGATE_SETUP_ variables"},
             {"only",
              0,
              ValueKind::choice,
              "STEP",
              "one step alone, again",
              "panel|core|log|limit|protect|firewall"},
             {"root", 0, ValueKind::file, "FOLDER", "look for what is installed below it; else /"},
             {"dry-run", 0, ValueKind::none, "", "ask and test, show the difference, write nothing"}
            },
        .examples =
            {{"fairgate setup", ""},
             {"fairgate setup --only limit", "change one answer"},
             {"fairgate setup --from answers.toml", "unattended, for cloud-init"}},
        .run = run_setup,
    },
    Command{
        .path = "doctor",
        .group = Group::running,
        .summary = "prove every stage, from log line to block, and say what is wrong",
        .detail = "Exits 9 when a check found an error. Says NOT enforcing, and because of what. "
                  "With --fix, blocks that a firewall has lost are ordered again, what it refuses "
                  "and nobody decided is let through, and what failed is tried again.",
        .flags =
            {{"fix", 0, ValueKind::none, "", "repair what can be repaired safely"},
             {"dry-run", 0, ValueKind::none, "", "with --fix: say what would be done"},
             {"only", 0, ValueKind::text, "LIST", "only these checks: source,enforcer"},
             {"strict", 0, ValueKind::none, "", "warnings count as errors"}},
        .examples =
            {{"fairgate doctor", ""},
             {"fairgate doctor --only source", ""},
             {"fairgate doctor --fix --dry-run", ""}},
        .call = {Method::post, "/doctor"},
        .run = run_doctor,
    },
    Command{
        .path = "config check",
        .group = Group::running,
        .summary = "find all faults of the configuration",
        .detail = "Needs no daemon. Exits 9 when there are faults.",
        .arguments =
            {{"file", ValueKind::file, Presence::optional, "another file than the usual one"}},
        .flags = {set_flag},
        .examples = {{"fairgate config check", ""}, {"fairgate config check new.toml", ""}},
        .run = run_config_check,
    },
    Command{
        .path = "config show",
        .group = Group::running,
        .summary = "the settings in force, and where each comes from",
        .detail = "Secrets are shown as ***.",
        .arguments = {{"key", ValueKind::text, Presence::optional, "only this setting or table"}},
        .flags =
            {{"origin", 0, ValueKind::none, "", "with the file and line, variable or flag"},
             {"changed", 0, ValueKind::none, "", "only what is not the default"},
             set_flag},
        .examples = {{"fairgate config show --origin", ""}, {"fairgate config show limits", ""}},
        .run = run_config_show,
    },
    Command{
        .path = "config schema",
        .group = Group::running,
        .summary = "the configuration as a JSON Schema, for editors",
        .flags = {{"example", 0, ValueKind::none, "", "a commented example file instead"}},
        .examples = {{"fairgate config schema > fairgate.schema.json", ""}},
        .run = run_config_schema,
    },
    Command{
        .path = "daemon",
        .group = Group::running,
        .summary = "watch, count, decide and act, until stopped",
        .flags = {set_flag},
        .examples = {{"fairgate daemon --config /etc/fairgate/fairgate.toml", ""}},
        .run = run_daemon,
    },
    Command{
        .path = "agent",
        .group = Group::running,
        .summary = "report this node's logs to a hub, until stopped",
        .detail =
            "Reads the [[source]] of its configuration and connects to the hub that this machine "
            "joined; nothing listens here. `join` makes this machine a node, by a token of "
            "`fairgate node join` on the hub.",
        .arguments =
            {{"what", ValueKind::choice, Presence::optional, "run if not said", "run|join"},
             {"token", ValueKind::text, Presence::optional, "the token, to join"}},
        .flags = {set_flag},
        .examples =
            {{"fairgate agent join TOKEN", "once"},
             {"fairgate agent --config /etc/fairgate/agent.toml", ""}},
        .run = run_agent,
    },
    Command{
        .path = "completion",
        .group = Group::running,
        .summary = "completion for a shell",
        .arguments = {{"shell", ValueKind::choice, Presence::required, "the shell", "bash|zsh|fish"}
        },
        .examples =
            {{"fairgate completion bash > /usr/share/bash-completion/completions/fairgate", ""}},
        .run = run_completion,
    },
    Command{
        .path = "man",
        .group = Group::running,
        .summary = "the manual page of a command, as mdoc",
        .arguments =
            {{"command", ValueKind::command, Presence::many, "the command; fairgate if not said"}},
        .examples = {{"fairgate man limit set | mandoc -a", ""}},
        .run = run_man,
    },
    Command{
        .path = "version",
        .group = Group::running,
        .summary = "the version of this program, and of the daemon",
        .examples = {{"fairgate version --json", ""}},
        .run = run_version,
    },
    Command{
        .path = "help",
        .group = Group::running,
        .summary = "help on a command, or on an error code",
        .arguments =
            {{"what", ValueKind::command, Presence::many, "a command, or a code such as FG-CFG-004"}
            },
        .examples = {{"fairgate help limit set", ""}, {"fairgate help FG-CFG-004", ""}},
        .run = run_help,
    },
};

}  // namespace fairgate::cli
