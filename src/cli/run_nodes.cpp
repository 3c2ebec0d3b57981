// Nodes: a token to join by, and the agent itself.
#include "cli/handlers.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"

#include <array>
#include <string>
#include <vector>

namespace fairgate::cli {

namespace {

constexpr std::array enforcing_columns = {
    Column{"firewall", "firewall"},
    Column{"core", "core"},
    Column{"core_error", "core fails"},
    Column{"holds", "measures", Show::number},
    Column{"lacks", "does not act"},
};
constexpr std::array held_columns = {
    Column{"measure", "MEASURE"},
    Column{"account", "ACCOUNT"},
    Column{"state", "STATE", Show::state},
    Column{"until", "UNTIL", Show::time},
    Column{"by", "BY"},
    Column{"text", "HOW", Show::text, 1},
    Column{"next", "NEXT", Show::text, 2},
};

}  // namespace

int run_node_show(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    print(context, *invocation.command, *answer, [&](const json::Value& data) {
        const Command& command = *invocation.command;
        std::vector<Column> columns(command.columns.begin(), command.columns.end());
        columns.insert(columns.end(), enforcing_columns.begin(), enforcing_columns.end());
        std::string text = record_text(columns, data, context.look);
        const auto* const held = value_at(data, "held").if_array();
        if (held != nullptr && !held->empty()) {
            text += "\n" + table_text(held_columns, *held, context.look);
        }
        return text;
    });
    return 0;
}

int run_node_join(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    print(context, *invocation.command, *answer, [](const json::Value& data) {
        if (const auto* plan = value_at(data, "plan").if_array()) {
            std::string text = "This would be done (nothing was):\n";
            for (const json::Value& step : *plan) {
                text += "  " + printable(json::serialize(step)) + "\n";
            }
            return text;
        }
        return "Here, " + printable(text_at(data, "message")) + ". On that machine:\n\n  " +
               printable(text_at(data, "command")) +
               "\n\nThe token works once. Who has it can join: send it as you would a password.\n"
               "Undo: " +
               printable(text_at(data, "undo")) + "\n";
    });
    return 0;
}

int run_agent(Context& context, const Invocation& invocation) {
    const config::Sources sources = sources_of(context, invocation);
    const config::Loaded loaded = config::load(sources);
    if (!loaded.faults.empty()) {
        for (const Error& fault : loaded.faults) {
            context.err() << error_text(fault, context.look.color) << "\n";
        }
        return found_faults;
    }
    AgentOrder order;
    order.settings = loaded.settings;
    const auto session = sources.environment.find("SSH_CONNECTION");
    order.ssh_connection = session != sources.environment.end() ? session->second : "";
    order.token = invocation.argument("token").value_or("");
    const bool join = invocation.argument("what").value_or("run") == "join";
    if (join == order.token.empty()) {
        const Error error{
            .code = "FG-CLI-006",
            .what = join ? "which token? The hub gives one out" : "only join takes a token",
            .next = "on the hub: fairgate node join NAME"
        };
        return fail(context, error);
    }
    if (!context.around.programs.agent) {
        const Error error{.code = "FG-CLI-014", .what = "this program was built without the agent"};
        return fail(context, error);
    }
    const auto ended = context.around.programs.agent(order, context.out());
    return ended ? *ended : fail(context, ended.error());
}

}  // namespace fairgate::cli
