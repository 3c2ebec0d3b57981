// config check, show and schema, and the daemon, which begins with a sound configuration.
#include "cli/handlers.hpp"
#include "cli/print.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "config/schema.hpp"
#include "config/show.hpp"

#include <string>

namespace fairgate::cli {

namespace {

boost::json::object fault_json(const Error& fault) {
    return {
        {"code", fault.code}, {"what", fault.what}, {"where", fault.where}, {"cause", fault.cause}
    };
}

std::string faults_text(const std::vector<Error>& faults, const Look& look) {
    std::string text;
    for (const Error& fault : faults) {
        text += error_text(fault, look.color) + "\n";
    }
    return text + std::to_string(faults.size()) + (faults.size() == 1 ? " fault" : " faults") +
           ". Nothing was changed; a running daemon keeps the configuration it has.\n"
           "Correct them, then: fairgate config check\n";
}

/// What is in force as text: TOML's own words without quotes where they are plain.
std::string bare(const std::string& toml) {
    const bool plain = toml.size() >= 2 && toml.front() == '"' &&
                       toml.find('\\') == std::string::npos && toml.find('"', 1) == toml.size() - 1;
    return plain ? toml.substr(1, toml.size() - 2) : toml;
}

bool is_below(const std::string& path, const std::string& key) {
    return key.empty() || path == key || path.starts_with(key + ".");
}

/// A running daemon may have been told more since; this is what it would start with.
boost::json::array shown_settings(const config::Loaded& loaded, const Invocation& invocation) {
    const std::string key = invocation.argument("key").value_or("");
    boost::json::array rows;
    for (const config::Effective& one : config::effective(loaded)) {
        if (!is_below(one.path, key) || (invocation.has("changed") && one.origin == "built-in")) {
            continue;
        }
        boost::json::object row{
            {"key", one.path},
            {"value", one.value.empty() ? json::Value() : json::Value(bare(one.value))}
        };
        row["origin"] = one.origin;
        rows.emplace_back(std::move(row));
    }
    return rows;
}

}  // namespace

int run_config_check(Context& context, const Invocation& invocation) {
    config::Sources sources = sources_of(context, invocation);
    if (const auto file = invocation.argument("file")) {
        sources.file = *file;
        sources.missing = config::Sources::Missing::is_a_fault;
    }
    const config::Loaded loaded = config::load(sources);
    boost::json::array faults;
    for (const Error& fault : loaded.faults) {
        faults.emplace_back(fault_json(fault));
    }
    boost::json::array files(loaded.files.begin(), loaded.files.end());
    const json::Value answer = boost::json::object{{"files", files}, {"faults", faults}};
    print(context, *invocation.command, answer, [&](const json::Value&) {
        if (!loaded.faults.empty()) {
            return faults_text(loaded.faults, context.look);
        }
        std::string text = "The configuration is sound.\n";
        for (const std::string& file : loaded.files) {
            text += "  " + printable(file) + "\n";
        }
        return loaded.files.empty() ? text + "  (no file was found; everything is as built in)\n"
                                    : text;
    });
    return loaded.faults.empty() ? 0 : found_faults;
}

int run_config_show(Context& context, const Invocation& invocation) {
    const config::Loaded loaded = config::load(sources_of(context, invocation));
    if (!loaded.faults.empty()) {
        context.err() << faults_text(loaded.faults, context.look);
        return found_faults;
    }
    const boost::json::array rows = shown_settings(loaded, invocation);
    if (rows.empty() && invocation.argument("key") && !invocation.has("changed")) {
        const Error error{
            .code = "FG-CFG-015",
            .what = "no setting is called \"" + *invocation.argument("key") + "\"",
            .next = "fairgate config show"
        };
        return fail(context, error);
    }
    print(context, *invocation.command, rows, [&](const json::Value& data) {
        constexpr std::array columns = {
            Column{"key", "KEY"}, Column{"value", "VALUE"}, Column{"origin", "FROM"}
        };
        const std::size_t shown = invocation.has("origin") ? 3 : 2;
        return table_text(std::span(columns).first(shown), data.as_array(), context.look);
    });
    return 0;
}

int run_config_schema(Context& context, const Invocation& invocation) {
    context.out() << (invocation.has("example") ? config::example_file() : config::json_schema())
                  << std::flush;
    return 0;
}

int run_daemon(Context& context, const Invocation& invocation) {
    DaemonOrder order;
    order.sources = sources_of(context, invocation);
    order.loaded = config::load(order.sources);
    if (!order.loaded.faults.empty()) {
        context.err() << faults_text(order.loaded.faults, context.look);
        return found_faults;
    }
    if (!context.around.programs.daemon) {
        const Error error{
            .code = "FG-CLI-014", .what = "this program was built without the daemon"
        };
        return fail(context, error);
    }
    const auto ended = context.around.programs.daemon(order);
    return ended ? *ended : fail(context, ended.error());
}

int run_demo(Context& context, const Invocation& invocation) {
    if (!context.around.programs.demo) {
        const Error error{.code = "FG-CLI-014", .what = "this program was built without the demo"};
        return fail(context, error);
    }
    DemoOrder order;
    order.what = invocation.argument("what").value_or("start");
    order.speed = std::stoi(invocation.flag("speed").value_or("1"));
    order.listen = invocation.flag("listen").value_or("");
    const auto ended = context.around.programs.demo(order, context.out());
    return ended ? *ended : fail(context, ended.error());
}

}  // namespace fairgate::cli
