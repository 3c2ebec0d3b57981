#include "cli/print.hpp"

#include "cli/table.hpp"
#include "cli/text.hpp"

#include <algorithm>

namespace fairgate::cli {

int fail(const Context& context, const Error& error) {
    const bool json = context.look.format == Format::json || context.look.format == Format::jsonl;
    const Color color = context.around.terminal.err ? context.look.color : Color::off;
    context.err() << (json ? error_json(error) + "\n" : error_text(error, color)) << std::flush;
    return exit_code(error);
}

const json::Value& data_of(const json::Value& answer) {
    const auto* object = answer.if_object();
    const auto* data = object == nullptr ? nullptr : object->if_contains("data");
    return data == nullptr ? answer : *data;
}

void show(const Context& context, const std::string& text) {
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    const bool paged = context.around.page && context.look.for_people() &&
                       lines >= context.around.terminal.rows && context.around.page(text);
    if (!paged) {
        context.out() << text << std::flush;
    }
}

void print(
    const Context& context,
    const Command& command,
    const json::Value& answer,
    const std::function<std::string(const json::Value& data)>& for_people
) {
    const json::Value& data = data_of(answer);
    if (context.look.format == Format::json) {
        context.out() << envelope(schema_name(command.path), data, answer, context.look);
    } else if (context.look.format == Format::jsonl) {
        if (const auto* list = data.if_array()) {
            for (const json::Value& element : *list) {
                context.out() << json::serialize(element) << "\n";
            }
        } else {
            context.out() << json::serialize(data) << "\n";
        }
    } else {
        show(context, prose(for_people(data), context.look));
        if (const auto* warnings = value_at(answer, "warnings").if_array()) {
            for (const json::Value& warning : *warnings) {
                context.err() << "warning: " << cell_text(warning, Show::text, context.look)
                              << "\n";
            }
        }
    }
    context.out() << std::flush;
}

config::Sources sources_of(const Context& context, const Invocation& invocation) {
    config::Sources sources;
    sources.environment = context.around.environment;
    sources.file = config::usual_file;
    const auto variable = sources.environment.find("FAIRGATE_CONFIG");
    if (variable != sources.environment.end() && !variable->second.empty()) {
        sources.file = variable->second;
        sources.missing = config::Sources::Missing::is_a_fault;
    }
    if (const auto file = invocation.flag("config")) {
        sources.file = *file;
        sources.missing = config::Sources::Missing::is_a_fault;
    }
    const auto set = invocation.flags.find("set");
    if (set != invocation.flags.end()) {
        sources.flags = set->second;
    }
    return sources;
}

}  // namespace fairgate::cli
