#include "cli/handlers.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "model/time.hpp"

namespace fairgate::cli {

namespace {

/// Whether log lines are shown, or only how many there are.
enum class Proof { shown, counted };

constexpr std::array device_columns = {
    Column{"origins", "NETWORK", Show::list},
    Column{"addresses", "ADDRESSES", Show::list, 2},
    Column{"network", "ISP", Show::text, 3},
    Column{"country", "COUNTRY", Show::text, 5},
    Column{"first_seen", "FIRST", Show::time, 4},
    Column{"last_seen", "LAST", Show::time},
    Column{"seconds_active", "ACTIVE", Show::seconds},
    Column{"connections", "CONNECTIONS", Show::number, 6},
    Column{"inbounds", "INBOUNDS", Show::list, 8},
    Column{"nodes", "NODES", Show::list, 7},
};

constexpr std::array neighbour_columns = {
    Column{"account", "ACCOUNT"},
    Column{"state", "STATE", Show::state},
    Column{"last_seen", "SEEN", Show::time},
    Column{"devices", "DEVICES", Show::number},
    Column{"limit", "LIMIT", Show::number},
};

constexpr std::array session_columns = {
    Column{"account", "ACCOUNT"},
    Column{"address", "FROM"},
    Column{"inbound", "INBOUND", Show::text, 2},
    Column{"since", "SINCE", Show::time},
    Column{"bytes_down", "RECEIVED", Show::bytes, 1},
    Column{"bytes_up", "SENT", Show::bytes, 3},
    Column{"moved", "MOVED", Show::time, 4},
    Column{"node", "NODE", Show::text, 5},
};

constexpr std::array refused_columns = {
    Column{"refused", "REFUSED"},
    Column{"accounts", "ACCOUNT", Show::list},
    Column{"until", "UNTIL", Show::time},
    Column{"decisions", "DECISION", Show::list, 1},
    Column{"enforcer", "BY", Show::text, 2},
};

std::string part(std::string_view title, const std::string& text, const Look& look) {
    return text.empty() ? "" : "\n" + heading(title, look) + text;
}

std::string limit_rule(const json::Value& rule) {
    const std::string name = text_at(rule, "rule");
    return text_at(rule, "devices") + " (" + text_at(rule, "origin") +
           (name.empty() ? "" : " " + name) + ")";
}

/// "2 (group gold); lost: 1 (general)"
std::string limit_text(const json::Value& limit) {
    if (!limit.is_object()) {
        return "";
    }
    const std::string text = "  " + limit_rule(value_at(limit, "chosen"));
    std::string lost;
    if (const auto* rules = value_at(limit, "lost").if_array()) {
        for (const json::Value& rule : *rules) {
            lost += (lost.empty() ? "" : ", ") + limit_rule(rule);
        }
    }
    return text + (lost.empty() ? "" : "; weaker and not used: " + lost) + "\n";
}

std::string pairs(const json::Value& list, std::string_view first, std::string_view second) {
    std::string text;
    if (const auto* array = list.if_array()) {
        for (const json::Value& element : *array) {
            const std::string left = text_at(element, first);
            text += "  " + (left.empty() ? "" : left + "  ") + text_at(element, second) + "\n";
        }
    }
    return text;
}

/// "09:12:30   +0.3 s  in force": when, and how long after the step before.
std::string timeline(const json::Value& list, const Look& look) {
    std::string text;
    std::optional<TimePoint> before;
    const auto* array = list.if_array();
    for (const json::Value& element : array == nullptr ? boost::json::array{} : *array) {
        const std::string time = text_at(element, "time");
        const auto at = parse_rfc3339(time);
        const bool exact = look.time == TimeStyle::rfc3339;
        text += "  " + (at && !exact ? clock_text(*at, look) : time);
        const std::string after = at && before ? "+" + for_people(*at - *before) : "";
        text += "  " + padded_left(after, 8) + "  " + text_at(element, "what") + "\n";
        before = at ? std::optional(*at) : std::nullopt;
    }
    return text;
}

/// The steps of the measures that carry a decision out.
std::string measures_text(const json::Value& measures, const Look& look) {
    std::string text;
    const auto* array = measures.if_array();
    for (const json::Value& measure : array == nullptr ? boost::json::array{} : *array) {
        text += "\n" + heading(text_at(measure, "id") + "  " + text_at(measure, "enforcer"), look);
        text += "  " + state_text(text_at(measure, "state"), look);
        const std::string due = text_at(measure, "due");
        text += due.empty() ? "  until released\n" : "  due " + time_text(due, look) + "\n";
        const std::string retry = text_at(measure, "retry_at");
        const std::string error = text_at(measure, "last_error");
        text +=
            error.empty() ? "" : "  " + painted("failed: ", Paint::red, look.color) + error + "\n";
        text += retry.empty() ? "" : "  tried again " + time_text(retry, look) + "\n";
        const std::string note = text_at(measure, "note");
        text += note.empty() ? "" : "  " + note + "\n";
        text += timeline(value_at(measure, "history"), look);
    }
    return text;
}

std::string table_part(std::span<const Column> columns, const json::Value& rows, const Look& look) {
    const auto* array = rows.if_array();
    return array == nullptr || array->empty() ? "" : table_text(columns, *array, look);
}

std::string evidence_text(const json::Value& evidence, const Look& look, Proof proof) {
    std::string text = part("Limit", limit_text(value_at(evidence, "limit")), look);
    text += part(
        "Devices counted", table_part(device_columns, value_at(evidence, "counted"), look), look
    );
    text += part("Not counted", pairs(value_at(evidence, "not_counted"), "what", "why"), look);
    text += part("Timeline", timeline(value_at(evidence, "timeline"), look), look);
    const std::string policy = text_at(evidence, "policy");
    text += part(
        "Policy",
        policy.empty() ? "" : "  " + policy + "; mode " + text_at(evidence, "mode") + "\n",
        look
    );
    text +=
        part("With other rules", bullet_lines(value_at(evidence, "counterfactual"), "  "), look);
    std::string confidence = text_at(evidence, "confidence");
    confidence = confidence.empty()
                     ? ""
                     : "  " + confidence + "\n" +
                           bullet_lines(value_at(evidence, "confidence_reasons"), "    ");
    text += part("Confidence", confidence, look);
    const auto* lines = value_at(evidence, "lines").if_array();
    if (proof == Proof::shown) {
        text += part("Proof", pairs(value_at(evidence, "lines"), "where", "text"), look);
    } else if (lines != nullptr && !lines->empty()) {
        text += "\n" + std::to_string(lines->size()) + " log lines prove it: add --lines\n";
    }
    return text + part("What next", bullet_lines(value_at(evidence, "next"), "  "), look);
}

std::string why_text(const json::Value& data, const Look& look, Proof proof) {
    std::string text = painted(text_at(data, "verdict"), Paint::bold, look.color) + "\n";
    const json::Value& decision = value_at(data, "decision");
    if (decision.is_object()) {
        text += text_at(decision, "id") + "  " + state_text(text_at(decision, "state"), look) +
                "  decided " + time_text(text_at(decision, "decided"), look);
        const std::string until = text_at(decision, "until");
        const auto end = parse_rfc3339(until);
        const bool in_force = text_at(decision, "state") == "in_force";
        text += until.empty() ? (in_force ? ", until released\n" : "\n")
                              : (end && *end < look.now ? ", ended " : ", until ") +
                                    time_text(until, look) + "\n";
    }
    text += part(
        "Accounts behind it", table_part(neighbour_columns, value_at(data, "accounts"), look), look
    );
    text +=
        part("Connections", table_part(session_columns, value_at(data, "sessions"), look), look);
    text += part("Refused", table_part(refused_columns, value_at(data, "refused"), look), look);
    text += part("What applies", bullet_lines(value_at(data, "notes"), "  "), look);
    const json::Value& evidence = value_at(data, "evidence");
    return evidence.is_object() ? text + evidence_text(evidence, look, proof) : text;
}

}  // namespace

std::string why_text(const json::Value& data, const Look& look) {
    return why_text(data, look, Proof::counted);
}

int run_why(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    print(context, *invocation.command, *answer, [&](const json::Value& data) {
        return why_text(
            data, context.look, invocation.has("lines") ? Proof::shown : Proof::counted
        );
    });
    return 0;
}

int run_account_show(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    const std::span<const Column> columns(
        invocation.command->columns.begin(), invocation.command->columns.end()
    );
    print(context, *invocation.command, *answer, [&](const json::Value& data) {
        const std::string record = record_text(columns, data, context.look);
        const json::Value& evidence = value_at(data, "evidence");
        return context.look.for_people() && evidence.is_object()
                   ? record + evidence_text(evidence, context.look, Proof::counted)
                   : record;
    });
    return 0;
}

int run_decision_show(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    const std::span<const Column> columns(
        invocation.command->columns.begin(), invocation.command->columns.end()
    );
    print(context, *invocation.command, *answer, [&](const json::Value& data) {
        const std::string record = record_text(columns, data, context.look);
        return context.look.for_people()
                   ? record + measures_text(value_at(data, "measures"), context.look)
                   : record;
    });
    return 0;
}

int run_limit_show(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    print(context, *invocation.command, *answer, [&](const json::Value& data) {
        if (!context.look.for_people()) {
            return "account\t" + text_at(data, "account") + "\ndevices\t" +
                   text_at(data, "chosen.devices") + "\norigin\t" + text_at(data, "chosen.origin") +
                   "\n";
        }
        return text_at(data, "account") + limit_text(data);
    });
    return 0;
}

}  // namespace fairgate::cli
