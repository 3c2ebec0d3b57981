// doctor, source test and preview: what is proved, and what would happen.
#include "cli/handlers.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/table.hpp"

#include <charconv>

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

std::string doctor_text(const json::Value& data, const Look& look) {
    const std::string text = check_lines(value_at(data, "checks"), look) + "\n";
    const auto* reasons = value_at(data, "not_enforcing_because").if_array();
    if (reasons != nullptr && !reasons->empty()) {
        return text + painted("NOT enforcing because", Paint::red, look.color) + "\n" +
               bullet_lines(*reasons, "  ");
    }
    return text + painted("Enforcing.", Paint::green, look.color) + "\n";
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
