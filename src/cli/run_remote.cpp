// Commands that ask the daemon one thing and show its answer.
#include "cli/handlers.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "model/time.hpp"

namespace fairgate::cli {

namespace {

std::span<const Column> columns_of(const Command& command) {
    return {command.columns.begin(), command.columns.end()};
}

const boost::json::array& rows_of(const json::Value& data) {
    static const boost::json::array none;
    const auto* rows = data.if_array();
    return rows == nullptr ? none : *rows;
}

std::string list_for_people(
    const Context& context, const Command& command, const json::Value& data
) {
    const boost::json::array& rows = rows_of(data);
    if (rows.empty() && context.look.for_people()) {
        return "none\n";
    }
    return table_text(columns_of(command), rows, context.look);
}

/// The list and the one line about all of it.
void print_list(const Context& context, const Invocation& invocation, const json::Value& answer) {
    print(context, *invocation.command, answer, [&](const json::Value& data) {
        const std::string list = list_for_people(context, *invocation.command, data);
        const std::string summary = text_at(answer, "summary");
        const bool told = context.look.for_people() && !summary.empty();
        return told ? list + "\n" + summary + "\n" : list;
    });
}

/// What the daemon says of a change: message, changed, undo, plan.
std::string change_for_people(const json::Value& data) {
    std::string text;
    if (const auto* plan = value_at(data, "plan").if_array()) {
        text += "This would be done (nothing was):\n";
        for (const json::Value& step : *plan) {
            text += "  " +
                    (step.is_string() ? printable(step.as_string())
                                      : printable(json::serialize(step))) +
                    "\n";
        }
        return plan->empty() ? "Nothing would be done.\n" : text;
    }
    const json::Value& message = value_at(data, "message");
    text += message.is_string() ? printable(message.as_string()) : "Done.";
    const json::Value& undo = value_at(data, "undo");
    if (undo.is_string() && !undo.as_string().empty()) {
        text += "  Undo: " + printable(undo.as_string());
    }
    return text + "\n";
}

int finish_change(
    Context& context, const Invocation& invocation, const Result<json::Value>& answer
) {
    if (!answer) {
        return fail(context, answer.error());
    }
    print(context, *invocation.command, *answer, [](const json::Value& data) {
        return change_for_people(data);
    });
    const json::Value& changed = value_at(data_of(*answer), "changed");
    const bool nothing_to_do =
        changed.is_bool() && !changed.as_bool() && !invocation.has("dry-run");
    return nothing_to_do && invocation.has("strict") ? precondition : 0;
}

struct LimitTarget {
    std::string scope;
    std::string match;
    std::optional<std::string> devices;
};

/// Sorts out "general 2", "ali 5" and "--pattern 'vip_*' 4".
Result<LimitTarget> limit_target(const Invocation& invocation) {
    LimitTarget target;
    for (const std::string_view scope : {"pattern", "group", "owner"}) {
        if (const auto match = invocation.flag(scope)) {
            if (!target.scope.empty()) {
                return Error{
                    .code = "FG-CLI-010",
                    .what =
                        "--" + target.scope + " and --" + std::string(scope) + " do not go together"
                };
            }
            target.scope = scope;
            target.match = *match;
        }
    }
    const auto who = invocation.argument("who");
    if (!target.scope.empty()) {
        target.devices = who;
        return target;
    }
    if (!who) {
        return Error{
            .code = "FG-CLI-006",
            .what = "whose limit? Name an account, or general, --pattern, --group, --owner"
        };
    }
    target.scope = *who == "general" ? "general" : "account";
    target.match = *who == "general" ? "" : *who;
    target.devices = invocation.argument("devices");
    return target;
}

/// The parts of the path and, where a number is needed, the number.
Result<PathValues> limit_path(const Invocation& invocation, bool needs_devices) {
    const auto target = limit_target(invocation);
    if (!target) {
        return target.error();
    }
    PathValues values{{"scope", target->scope}, {"match", target->match}};
    if (needs_devices) {
        values["devices"] = target->devices.value_or("");
        const auto& devices = values["devices"];
        const bool number =
            !devices.empty() && devices.find_first_not_of("0123456789") == std::string::npos;
        if (!number && devices != "unlimited") {
            return Error{
                .code = "FG-CLI-006",
                .what = "how many devices? Write a number from 1 to 10000, or unlimited",
                .next = "fairgate limit set general 2"
            };
        }
    }
    return values;
}

}  // namespace

int run_list(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    print_list(context, invocation, *answer);
    const json::Value& cursor = value_at(*answer, "page.next_cursor");
    if (cursor.is_string() && context.look.for_people()) {
        context.err() << "There is more: --cursor " << printable(cursor.as_string()) << "\n";
    }
    return 0;
}

int run_record(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    print(context, *invocation.command, *answer, [&](const json::Value& data) {
        return record_text(columns_of(*invocation.command), data, context.look);
    });
    return 0;
}

int run_change(Context& context, const Invocation& invocation) {
    return finish_change(context, invocation, ask(context, invocation));
}

int run_limit_change(Context& context, const Invocation& invocation) {
    const bool set = invocation.command->call.method == Method::put;
    const auto path = limit_path(invocation, set);
    if (!path) {
        return fail(context, path.error());
    }
    auto api = context.around.connect(api_settings(context, invocation));
    if (!api) {
        return fail(context, api.error());
    }
    PathValues values = *path;
    for (const char* name : {"who", "pattern", "group", "owner", "devices"}) {
        values.try_emplace(name, "");  // said by the path; not to be said again
    }
    http::Request request = request_of(invocation, values);
    if (set) {
        const std::string& devices = path->at("devices");
        json::Value body = json::parse(request.body).value();  // what else was said: the reason
        body.as_object()["devices"] =
            devices == "unlimited" ? json::Value(devices) : json::Value(std::stoll(devices));
        request.body = json::serialize(body);
    }
    return finish_change(context, invocation, (*api)->ask(std::move(request)));
}

int run_limit_preview(Context& context, const Invocation& invocation) {
    const auto path = limit_path(invocation, true);
    if (!path) {
        return fail(context, path.error());
    }
    PathValues values = *path;
    const std::string devices = values.at("devices");
    for (const char* name : {"who", "pattern", "group", "owner"}) {
        values.try_emplace(name, "");
    }
    auto api = context.around.connect(api_settings(context, invocation));
    if (!api) {
        return fail(context, api.error());
    }
    http::Request request = request_of(invocation, values);
    request.target += (request.target.find('?') == std::string::npos ? "?" : "&");
    request.target += "devices=" + devices;
    const auto answer = (*api)->ask(std::move(request));
    if (!answer) {
        return fail(context, answer.error());
    }
    print_list(context, invocation, *answer);
    return 0;
}

}  // namespace fairgate::cli
