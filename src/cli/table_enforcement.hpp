#pragma once

#include "cli/handlers.hpp"

// Part of the table of commands; joined in commands.cpp.
namespace fairgate::cli {

inline constexpr Few<Column, 12> violation_columns = {
    {"id", "ID"},
    {"account", "ACCOUNT"},
    {"devices", "DEVICES", Show::number},
    {"limit", "LIMIT", Show::number},
    {"opened", "OPENED", Show::time},
    {"closed", "CLOSED", Show::time, 2},
    {"seconds_over", "OVER FOR", Show::seconds, 3},
    {"confidence", "CONFIDENCE", Show::text, 5},
    {"origins", "NETWORKS", Show::list, 4},
    {"backend", "BACKEND", Show::text, 6},
};

inline constexpr Few<Column, 12> decision_columns = {
    {"id", "ID"},
    {"account", "ACCOUNT"},
    {"state", "STATE", Show::state},
    {"action", "ACTION"},
    {"step", "STEP", Show::number, 5},
    {"decided", "DECIDED", Show::time},
    {"until", "UNTIL", Show::time, 1},
    {"reason", "REASON", Show::text, 3},
    {"decided_by", "BY", Show::text, 4},
    {"backend", "BACKEND", Show::text, 6},
};

inline constexpr std::array enforcement_commands = {
    Command{
        .path = "violation list",
        .group = Group::enforcement,
        .summary = "accounts over their limit, now and before",
        .flags =
            {{"open", 0, ValueKind::none, "", "only those still open"},
             {"account", 0, ValueKind::account, "NAME", "only this account"},
             {"since", 0, ValueKind::time, "WHEN", "only those opened since: 24h, 2026-12-01"},
             {"limit", 'n', ValueKind::integer, "N", "at most so many"},
             {"cursor", 0, ValueKind::text, "CURSOR", "go on where the last list ended"}},
        .examples = {{"fairgate violation list --open", ""}},
        .call = {Method::get, "/violations"},
        .columns = violation_columns,
        .run = run_list,
    },
    Command{
        .path = "violation show",
        .group = Group::enforcement,
        .summary = "one violation with its networks",
        .arguments = {{"id", ValueKind::text, Presence::required, "vio_7"}},
        .examples = {{"fairgate violation show vio_7", ""}},
        .call = {Method::get, "/violations/{id}"},
        .columns = violation_columns,
        .run = run_record,
    },
    Command{
        .path = "decision list",
        .group = Group::enforcement,
        .summary = "what was decided, in force or only recorded",
        .flags =
            {{"state",
              0,
              ValueKind::choice,
              "STATE",
              "only in this state",
              "shadow|warned|in_force|released|undone"},
             {"account", 0, ValueKind::account, "NAME", "only this account"},
             {"since", 0, ValueKind::time, "WHEN", "only those made since: 24h, 2026-12-01"},
             {"limit", 'n', ValueKind::integer, "N", "at most so many"},
             {"cursor", 0, ValueKind::text, "CURSOR", "go on where the last list ended"}},
        .examples = {{"fairgate decision list --state in_force", ""}},
        .call = {Method::get, "/decisions"},
        .columns = decision_columns,
        .run = run_list,
    },
    Command{
        .path = "decision show",
        .group = Group::enforcement,
        .summary = "one decision and how it is carried out",
        .detail = "For the evidence use: fairgate why DECISION.",
        .arguments = {{"decision", ValueKind::decision, Presence::required, "dec_12"}},
        .examples = {{"fairgate decision show dec_12", ""}},
        .call = {Method::get, "/decisions/{decision}"},
        .columns = decision_columns,
        .run = run_decision_show,
    },
    Command{
        .path = "decision add",
        .group = Group::enforcement,
        .summary = "block an account by hand, for a time or until released",
        .detail = "Takes the same way as a decision of the policy and is undone in the same way. "
                  "It acts even "
                  "in shadow mode, because you said so.",
        .arguments = {{"account", ValueKind::account, Presence::required, "its name"}},
        .flags =
            {{"for", 0, ValueKind::duration, "DURATION", "how long; without it until released"},
             {"reason", 0, ValueKind::text, "TEXT", "why, for the record"}},
        .examples = {{"fairgate decision add ali --for 30m --reason 'sold account'", ""}},
        .effect = Effect::writes,
        .call = {Method::post, "/decisions"},
        .run = run_change,
    },
    Command{
        .path = "decision extend",
        .group = Group::enforcement,
        .summary = "give a decision in force another end",
        .arguments = {{"decision", ValueKind::decision, Presence::required, "dec_12"}},
        .flags =
            {{"for", 0, ValueKind::duration, "DURATION", "from now on; without it until released"}},
        .examples = {{"fairgate decision extend dec_12 --for 2h", ""}},
        .effect = Effect::writes,
        .call = {Method::post, "/decisions/{decision}/extend"},
        .run = run_change,
    },
    Command{
        .path = "decision cancel",
        .group = Group::enforcement,
        .summary = "end a decision now (the same as undo)",
        .arguments = {{"decision", ValueKind::decision, Presence::required, "dec_12"}},
        .flags =
            {{"reason",
              0,
              ValueKind::choice,
              "WHY",
              "what it was",
              "false-positive|request|test|other"}},
        .examples = {{"fairgate decision cancel dec_12", ""}},
        .effect = Effect::writes,
        .call = {Method::post, "/decisions/{decision}/undo"},
        .run = run_undo,
    },
    Command{
        .path = "mode show",
        .group = Group::enforcement,
        .summary = "the mode in force, and where it is different",
        .examples = {{"fairgate mode show", ""}},
        .call = {Method::get, "/mode"},
        .columns =
            {{"scope", "SCOPE"},
             {"match", "WHOM"},
             {"mode", "MODE", Show::state},
             {"until", "UNTIL", Show::time},
             {"source", "SET IN", Show::text, 2},
             {"by", "BY", Show::text, 3},
             {"reason", "REASON", Show::text, 4}},
        .run = run_list,
    },
    Command{
        .path = "mode set",
        .group = Group::enforcement,
        .summary = "record only (shadow), also tell (warn), or act (enforce)",
        .detail = "Of all modes that apply to an account the most lenient wins. See before what "
                  "enforcing would "
                  "do: fairgate preview enforce.",
        .arguments =
            {{"mode", ValueKind::choice, Presence::required, "the mode", "shadow|warn|enforce"}},
        .flags =
            {{"rule", 0, ValueKind::choice, "RULE", "only for this rule", "devices"},
             {"group", 0, ValueKind::text, "GROUP", "only for this panel group"},
             {"account", 0, ValueKind::account, "NAME", "only for this account"},
             {"for", 0, ValueKind::duration, "DURATION", "how long; then as before"},
             {"reason", 0, ValueKind::text, "TEXT", "why"}},
        .examples =
            {{"fairgate mode set enforce", ""},
             {"fairgate mode set shadow --for 2h", ""},
             {"fairgate mode set warn --group trial", ""}},
        .effect = Effect::writes,
        .call = {Method::put, "/mode"},
        .run = run_change,
    },
    Command{
        .path = "mode clear",
        .group = Group::enforcement,
        .summary = "back to the mode that the configuration says",
        .flags =
            {{"rule", 0, ValueKind::choice, "RULE", "only for this rule", "devices"},
             {"group", 0, ValueKind::text, "GROUP", "only for this panel group"},
             {"account", 0, ValueKind::account, "NAME", "only for this account"}},
        .examples = {{"fairgate mode clear --group trial", ""}},
        .effect = Effect::writes,
        .call = {Method::del, "/mode"},
        .run = run_change,
    },
    Command{
        .path = "ladder show",
        .group = Group::enforcement,
        .summary = "what follows the first, second and later violations",
        .examples = {{"fairgate ladder show", ""}},
        .call = {Method::get, "/ladder"},
        .columns =
            {{"steps", "STEPS", Show::list},
             {"window", "WITHIN"},
             {"warning", "A WARNING LASTS"},
             {"instant", "AT ONCE FROM A SCORE OF", Show::number},
             {"source", "SET IN"},
             {"by", "BY"},
             {"at", "WHEN", Show::time},
             {"reason", "REASON"}},
        .run = run_record,
    },
    Command{
        .path = "ladder set",
        .group = Group::enforcement,
        .summary = "change what follows violations; what is not said stays",
        .detail = "Each violation within the window takes the next step, and every one beyond the "
                  "last takes the last again. A step is warn, a block for a time such as 10m, "
                  "forever (until you release it), or revoke (the same, and the panel makes the "
                  "subscription and its keys anew, which nothing takes back).",
        .arguments = {{"steps", ValueKind::text, Presence::many, "warn, 10m, 1h, forever, revoke"}},
        .flags =
            {{"window", 0, ValueKind::duration, "DURATION", "how long a violation counts"},
             {"warning", 0, ValueKind::duration, "DURATION", "how long a warning may go unheeded"},
             {"instant",
              0,
              ValueKind::integer,
              "SCORE",
              "who scores so much is not warned first; 0: everybody is"},
             {"reason", 0, ValueKind::text, "TEXT", "why"}},
        .examples =
            {{"fairgate ladder set warn 10m 30m 1h forever", ""},
             {"fairgate ladder set --window 3d --warning 3m", ""}},
        .effect = Effect::writes,
        .call = {Method::put, "/ladder"},
        .run = run_change,
    },
    Command{
        .path = "ladder reset",
        .group = Group::enforcement,
        .summary = "back to the ladder that the configuration says",
        .examples = {{"fairgate ladder reset", ""}},
        .effect = Effect::writes,
        .call = {Method::del, "/ladder"},
        .run = run_change,
    },
    Command{
        .path = "breaker close",
        .group = Group::enforcement,
        .summary = "let blocks be enforced again after too many at once",
        .detail = "When more accounts were to be blocked at once than is plausible, blocking stops "
                  "by itself and decisions are only recorded. Look at them before you close it.",
        .examples = {{"fairgate breaker close", ""}},
        .effect = Effect::writes,
        .call = {Method::post, "/breaker/close"},
        .run = run_change,
    },
    Command{
        .path = "preview enforce",
        .group = Group::enforcement,
        .summary = "who would be blocked if you enforced now",
        .flags =
            {{"over", 0, ValueKind::duration, "DURATION", "judge the last so long; 24h if not said"
             },
             {"fail-on", 0, ValueKind::integer, "N", "exit 10 when more than N accounts would be"}},
        .examples = {{"fairgate preview enforce --over 24h", ""}},
        .call = {Method::get, "/preview/enforce"},
        .columns =
            {{"account", "ACCOUNT"},
             {"devices", "DEVICES", Show::number},
             {"limit", "LIMIT", Show::number},
             {"action", "FIRST BLOCK"},
             {"times", "BLOCKS", Show::number, 3},
             {"seconds_over", "OVER FOR", Show::seconds, 2}},
        .run = run_preview,
    },
};

}  // namespace fairgate::cli
