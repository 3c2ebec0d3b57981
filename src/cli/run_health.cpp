// doctor, source test and preview: what is proved, and what would happen.
#include "cli/handlers.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/table.hpp"

#include <array>
#include <charconv>
#include <span>
#include <utility>

namespace fairgate::cli {

namespace {

json::Value check_of(const Error& error, std::string_view name) {
    return boost::json::object{
        {"stage", "daemon"},
        {"name", name},
        {"state", "error"},
        {"code", error.code},
        {"what", error.what},
        {"cause",
         error.where + (error.where.empty() || error.cause.empty() ? "" : ": ") + error.cause},
        {"next", error.next}
    };
}

/// What can be said without a daemon: whether the configuration is sound, and why nobody answers.
json::Value checks_without_daemon(
    const Context& context, const Invocation& invocation, const Error& error
) {
    boost::json::array checks;
    const config::Loaded loaded = config::load(sources_of(context, invocation));
    for (const Error& fault : loaded.faults) {
        checks.push_back(check_of(fault, "configuration"));
    }
    if (loaded.faults.empty()) {
        checks.push_back(boost::json::object{
            {"stage", "daemon"}, {"name", "configuration"}, {"state", "ok"}, {"what", "no faults"}
        });
    }
    checks.push_back(check_of(error, "connection"));
    return boost::json::object{
        {"enforcing", false},
        {"not_enforcing_because", boost::json::array{"the daemon cannot be reached"}},
        {"checks", checks}
    };
}

/// What a repair did, or would do, a line each.
std::string mended_lines(const json::Value& data, const Look& look) {
    const auto* mended = value_at(data, "mended").if_array();
    std::string text;
    for (const json::Value& each : mended == nullptr ? boost::json::array{} : *mended) {
        const std::string cause = text_at(each, "cause");
        text += state_text(text_at(each, "state"), look) + "  " + text_at(each, "what") +
                (cause.empty() ? "" : "\n      " + cause) + "\n";
    }
    return text;
}

std::string doctor_text(const json::Value& data, const Look& look) {
    const std::string mended = mended_lines(data, look);
    const std::string text = (mended.empty() ? "" : heading("Repairs", look) + mended + "\n") +
                             check_lines(value_at(data, "checks"), look) + "\n";
    const auto* reasons = value_at(data, "not_enforcing_because").if_array();
    if (reasons != nullptr && !reasons->empty()) {
        return text + painted("NOT enforcing because", Paint::red, look.color) + "\n" +
               bullet_lines(*reasons, "  ");
    }
    return text + painted("Enforcing.", Paint::green, look.color) + "\n";
}

std::string block_check_text(const Command& command, const json::Value& data, const Look& look) {
    const std::span<const Column> columns(command.columns.begin(), command.columns.end());
    std::string text = state_text(text_at(data, "clean") == "true" ? "ok" : "error", look) + "  " +
                       text_at(data, "verdict") + "\n";
    const std::string code = text_at(data, "code");
    const std::string cause = text_at(data, "cause");
    text += code.empty() ? "" : "      " + code + (cause.empty() ? "" : ": " + cause) + "\n";
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> parts = {
        {{"missing", "Missing"}, {"strays", "Decided by nobody"}, {"left_out", "Left out"}}
    };
    for (const auto& [member, title] : parts) {
        const auto* rows = value_at(data, member).if_array();
        if (rows != nullptr && !rows->empty()) {
            text += "\n" + heading(title, look) + table_text(columns, *rows, look);
        }
    }
    const auto* nodes = value_at(data, "nodes").if_array();
    for (const json::Value& node : nodes == nullptr ? boost::json::array{} : *nodes) {
        const std::string why = text_at(node, "code");
        text += "\n" + state_text(text_at(node, "clean") == "true" ? "ok" : "error", look) + "  " +
                text_at(node, "node") + ", " + text_at(node, "enforcer") + ": " +
                text_at(node, "verdict") + (why.empty() ? "" : " (" + why + ")") + "\n";
        for (const auto& [member, title] : parts) {
            const auto* rows = value_at(node, member).if_array();
            if (rows != nullptr && !rows->empty()) {
                text += "\n" + heading(title, look) + table_text(columns, *rows, look);
            }
        }
    }
    const std::string next = text_at(data, "next");
    return next.empty() ? text
                        : text + "\n" + painted("Next: " + next, Paint::cyan, look.color) + "\n";
}

bool is_connection_trouble(const Error& error) {
    return error.code == "FG-CLI-011" || error.code == "FG-CLI-012";
}

}  // namespace

int run_doctor(Context& context, const Invocation& invocation) {
    auto answer = ask(context, invocation);
    if (!answer && !is_connection_trouble(answer.error())) {
        return fail(context, answer.error());
    }
    const json::Value report =
        answer ? *answer : checks_without_daemon(context, invocation, answer.error());
    print(context, *invocation.command, report, [&](const json::Value& data) {
        return doctor_text(data, context.look);
    });
    const json::Value& checks = value_at(data_of(report), "checks");
    const int wrong = count_checks(checks, "error") +
                      (invocation.has("strict") ? count_checks(checks, "warning") : 0);
    return wrong > 0 ? found_faults : 0;
}

int run_block_check(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    const bool clean = text_at(data_of(*answer), "clean") == "true";
    print(context, *invocation.command, *answer, [&](const json::Value& data) {
        return block_check_text(*invocation.command, data, context.look);
    });
    return clean ? 0 : found_faults;
}

int run_source_test(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    print(context, *invocation.command, *answer, [&](const json::Value& data) {
        return check_lines(value_at(data, "checks"), context.look);
    });
    return count_checks(value_at(data_of(*answer), "checks"), "error") > 0 ? found_faults : 0;
}

int run_preview(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    const auto* rows = data_of(*answer).if_array();
    const std::size_t count = rows == nullptr ? 0 : rows->size();
    print(context, *invocation.command, *answer, [&](const json::Value&) {
        const std::string summary = text_at(*answer, "summary");
        const std::span<const Column> columns(
            invocation.command->columns.begin(), invocation.command->columns.end()
        );
        const std::string table = count == 0 ? "" : table_text(columns, *rows, context.look);
        return summary.empty() || !context.look.for_people() ? table
                                                             : table + "\n" + summary + "\n";
    });
    const auto most = invocation.flag("fail-on");
    return most && count > std::stoull(*most) ? over_threshold : 0;
}

}  // namespace fairgate::cli
