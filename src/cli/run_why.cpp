#include "cli/handlers.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"

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
    Column{"nodes", "NODES", Show::list, 7},
};

constexpr std::array neighbour_columns = {
    Column{"account", "ACCOUNT"},
    Column{"state", "STATE", Show::state},
    Column{"last_seen", "SEEN", Show::time},
    Column{"devices", "DEVICES", Show::number},
    Column{"limit", "LIMIT", Show::number},
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
    std::string text = "  " + limit_rule(value_at(limit, "chosen"));
    std::string lost;
    if (const auto* rules = value_at(limit, "lost").if_array()) {
        for (const json::Value& rule : *rules) {
            lost += (lost.empty() ? "" : ", ") + limit_rule(rule);
        }
    }
    return text + (lost.empty() ? "" : "; weaker and not used: " + lost) + "\n";
}

std::string pairs(
    const json::Value& list, std::string_view first, std::string_view second, const Look& look
) {
    std::string text;
    if (const auto* array = list.if_array()) {
        for (const json::Value& element : *array) {
            const std::string left = first == "time" ? time_text(text_at(element, first), look)
                                                     : text_at(element, first);
            text += "  " + left + "  " + text_at(element, second) + "\n";
        }
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
    text +=
        part("Not counted", pairs(value_at(evidence, "not_counted"), "what", "why", look), look);
    text += part("Timeline", pairs(value_at(evidence, "timeline"), "time", "what", look), look);
    const std::string policy = text_at(evidence, "policy");
    text += part(
        "Policy",
        policy.empty() ? "" : "  " + policy + "; mode " + text_at(evidence, "mode") + "\n",
        look
    );
    text += part(
        "It would not have happened", bullet_lines(value_at(evidence, "counterfactual"), "  "), look
    );
    std::string confidence = text_at(evidence, "confidence");
    confidence = confidence.empty()
                     ? ""
                     : "  " + confidence + "\n" +
                           bullet_lines(value_at(evidence, "confidence_reasons"), "    ");
    text += part("Confidence", confidence, look);
    const auto* lines = value_at(evidence, "lines").if_array();
    if (proof == Proof::shown) {
        text += part("Proof", pairs(value_at(evidence, "lines"), "where", "text", look), look);
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
        text += until.empty() ? "\n" : ", until " + time_text(until, look) + "\n";
    }
    text += part(
        "Accounts behind it", table_part(neighbour_columns, value_at(data, "accounts"), look), look
    );
    text += part("What applies", bullet_lines(value_at(data, "notes"), "  "), look);
    const json::Value& evidence = value_at(data, "evidence");
    return evidence.is_object() ? text + evidence_text(evidence, look, proof) : text;
}

}  // namespace

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

int run_limit_show(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    print(context, *invocation.command, *answer, [&](const json::Value& data) {
        return text_at(data, "account") + limit_text(data);
    });
    return 0;
}

}  // namespace fairgate::cli
