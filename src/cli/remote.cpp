#include "cli/remote.hpp"

#include "cli/print.hpp"
#include "cli/spinner.hpp"
#include "config/load.hpp"
#include "http/uri.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

namespace fairgate::cli {

namespace {

// Flags that change how a command waits or prints, not what is asked.
constexpr std::array<std::string_view, 7> not_sent = {
    "watch", "fail-on", "strict", "yes", "lines", "by", "dry-run"
};

std::string member_name(std::string_view flag) {
    std::string name(flag);
    std::ranges::replace(name, '-', '_');
    return name;
}

json::Value typed(ValueKind kind, const std::string& text) {
    std::int64_t number = 0;
    switch (kind) {
        case ValueKind::none:
            return true;
        case ValueKind::integer:
        case ValueKind::devices:
            if (text == "unlimited") {
                return json::Value(text);
            }
            std::from_chars(text.data(), text.data() + text.size(), number);
            return number;
        case ValueKind::duration:
            return std::chrono::duration_cast<std::chrono::seconds>(parse_duration(text).value())
                .count();
        case ValueKind::text:
        case ValueKind::account:
        case ValueKind::decision:
        case ValueKind::source:
        case ValueKind::time:
        case ValueKind::deadline:
        case ValueKind::file:
        case ValueKind::choice:
        case ValueKind::command:
            break;
    }
    return json::Value(text);
}

std::string query_text(const json::Value& value) {
    const auto* text = value.if_string();
    return text == nullptr ? json::serialize(value) : std::string(*text);
}

std::string_view method_name(Method method) {
    switch (method) {
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::del:
            return "DELETE";
        case Method::none:
        case Method::get:
            break;
    }
    return "GET";
}

bool is_in_path(const Command& command, std::string_view name) {
    return command.call.path.find("{" + std::string(name) + "}") != std::string_view::npos;
}

/// The path with its names filled in; a part that has no value is left out: "/limits/general".
std::string path_of(const Invocation& invocation, const PathValues& more) {
    std::string_view rest = invocation.command->call.path;
    std::string path;
    while (!rest.empty()) {
        const std::size_t open = std::min(rest.find('{'), rest.size());
        path += rest.substr(0, open);
        rest.remove_prefix(open);
        if (rest.empty()) {
            break;
        }
        const std::size_t close = rest.find('}');
        const std::string_view name = rest.substr(1, close - 1);
        const auto given = more.find(name);
        const std::string value =
            given != more.end() ? given->second : invocation.argument(name).value_or("");
        if (value.empty() && path.ends_with('/')) {
            path.pop_back();
        }
        path += http::percent_encode(value);
        rest.remove_prefix(close + 1);
    }
    return path;
}

/// What is asked besides the path, in the order of the table.
boost::json::object details_of(const Invocation& invocation, const PathValues& more) {
    boost::json::object details;
    for (const Argument& argument : invocation.command->arguments) {
        if (argument.presence == Presence::many || argument.presence == Presence::some) {
            if (const auto given = invocation.arguments.find(argument.name);
                given != invocation.arguments.end() && !given->second.empty()) {
                boost::json::array list;
                for (const std::string& each : given->second) {
                    list.push_back(typed(argument.kind, each));
                }
                details[member_name(argument.name)] = std::move(list);
            }
            continue;
        }
        const auto value = invocation.argument(argument.name);
        if (value && !is_in_path(*invocation.command, argument.name) &&
            !more.contains(argument.name)) {
            details[member_name(argument.name)] = typed(argument.kind, *value);
        }
    }
    for (const Flag& flag : invocation.command->flags) {
        const auto value = invocation.flag(flag.name);
        const bool local = std::ranges::find(not_sent, flag.name) != not_sent.end();
        if (value && !local && !more.contains(flag.name)) {
            const bool from_the_top = flag.name == "sort" && *value != "name";
            details[member_name(flag.name)] =
                typed(flag.kind, from_the_top ? "-" + *value : *value);
        }
    }
    return details;
}

}  // namespace

http::Request request_of(const Invocation& invocation, const PathValues& more) {
    const Method method = invocation.command->call.method;
    http::Request request;
    request.method = method_name(method);
    request.target = path_of(invocation, more);
    const boost::json::object details = details_of(invocation, more);
    http::Query query;
    if (method == Method::post || method == Method::put) {
        request.body = json::serialize(details);
    } else {
        for (const auto& member : details) {
            query.add(std::string(member.key()), query_text(member.value()));
        }
    }
    if (invocation.has("dry-run")) {
        query.add("dry_run", "true");
    }
    if (const auto risk = invocation.flag("accept-risk")) {
        query.add("accept_risk", *risk);
    }
    const std::string text = query.text();
    request.target += text.empty() ? "" : "?" + text;
    return request;
}

ApiSettings api_settings(const Context& context, const Invocation& invocation) {
    const config::Environment& environment = context.around.environment;
    const auto variable = [&](std::string_view name) {
        const auto found = environment.find(name);
        return found == environment.end() ? std::string() : found->second;
    };
    ApiSettings settings;
    settings.base = invocation.flag("server").value_or(variable("FAIRGATE_SERVER"));
    settings.token_file = invocation.flag("token-file").value_or(variable("FAIRGATE_TOKEN_FILE"));
    settings.ca_file = invocation.flag("ca-file").value_or("");
    settings.pinned_sha256 = invocation.flag("pinned-sha256").value_or("");
    if (const auto timeout = invocation.flag("timeout")) {
        settings.timeout =
            std::chrono::duration_cast<std::chrono::milliseconds>(parse_duration(*timeout).value());
    }
    const auto socket = invocation.flag("socket");
    if (socket || settings.base.empty()) {
        const std::string path =
            socket ? *socket : config::load(sources_of(context, invocation)).settings.daemon.socket;
        settings.base = "unix:" + std::filesystem::absolute(path).string();
    }
    return settings;
}

Result<json::Value> ask(Context& context, const Invocation& invocation, const PathValues& more) {
    auto api = context.around.connect(api_settings(context, invocation));
    if (!api) {
        return api.error();
    }
    const Spinner spinner(context);
    auto asked = invocation;
    if (!invocation.times_away.empty()) {
        asked = by_clock(std::move(asked), (*api)->ask_time().value_or(context.look.now));
    }
    auto answer = (*api)->ask(request_of(asked, more));
    context.look.now = (*api)->daemon_time().value_or(context.look.now);
    return answer;
}

Result<void> confirm(
    const Context& context, const Invocation& invocation, const std::string& question
) {
    if (invocation.has("yes") || invocation.has("dry-run")) {
        return {};
    }
    if (!context.around.terminal.in || !context.around.terminal.err) {
        return Error{
            .code = "FG-CLI-008",
            .what = question + " Nobody can be asked here",
            .state = "Nothing was changed.",
            .next = "say --yes, or look first with --dry-run"
        };
    }
    context.err() << question << " [y/N] " << std::flush;
    std::string answer;
    std::getline(*context.around.in, answer);
    if (answer == "y" || answer == "Y" || answer == "yes") {
        return {};
    }
    return Error{
        .code = "FG-CLI-009", .what = "you did not say yes", .state = "Nothing was changed."
    };
}

}  // namespace fairgate::cli
