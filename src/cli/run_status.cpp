#include "cli/handlers.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/screen.hpp"
#include "cli/table.hpp"

namespace fairgate::cli {

namespace {

constexpr std::array status_sources = {
    Column{"source", "SOURCE"},
    Column{"node", "NODE", Show::text, 2},
    Column{"state", "STATE", Show::state},
    Column{"events_per_second", "EVENTS/S", Show::rate},
    Column{"last_line", "LAST LINE", Show::time},
};

constexpr std::array status_backends = {
    Column{"name", "BACKEND"},
    Column{"state", "STATE", Show::state},
    Column{"version", "VERSION", Show::text, 2},
    Column{"accounts", "ACCOUNTS", Show::number, 3},
    Column{"error", "ERROR", Show::text, 1},
};

constexpr std::array status_decisions = {
    Column{"decided", "DECIDED", Show::time},
    Column{"account", "ACCOUNT"},
    Column{"state", "STATE", Show::state},
    Column{"action", "ACTION"},
    Column{"until", "UNTIL", Show::time, 1},
    Column{"id", "ID"},
};

std::string section(
    std::string_view title,
    std::span<const Column> columns,
    const json::Value& rows,
    const Look& look
) {
    const auto* array = rows.if_array();
    if (array == nullptr || array->empty()) {
        return "";
    }
    return "\n" + heading(title, look) + table_text(columns, *array, look);
}

std::string mode_line(const json::Value& data, const Look& look) {
    const std::string mode = text_at(data, "mode");
    std::string line = "mode      " + state_text(mode, look);
    const std::string until = text_at(data, "mode_until");
    line += until.empty() ? "" : " until " + time_text(until, look);
    if (mode == "shadow") {
        line += "  (records what it would do and blocks nobody)";
    }
    line += "\n";
    const auto* reasons = value_at(data, "not_enforcing_because").if_array();
    if (reasons != nullptr && !reasons->empty()) {
        line += painted("NOT enforcing because", Paint::red, look.color) + "\n" +
                bullet_lines(*reasons, "  ");
    }
    return line;
}

std::string status_text(const json::Value& data, const Look& look) {
    std::string text = mode_line(data, look);
    const auto number = [&](std::string_view path) {
        return cell_text(value_at(data, path), Show::number, look);
    };
    text += "accounts  " + number("accounts.online") + " online of " + number("accounts.known") +
            ", " + number("accounts.over") + " over their limit, " + number("accounts.blocked") +
            " blocked\n";
    text += "measures  " + number("measures.active") + " active, " + number("measures.pending") +
            " pending, " + number("measures.failed") + " failed\n";
    text += "running   version " + text_at(data, "version") + ", started " +
            time_text(text_at(data, "started"), look) + ", configuration " +
            number("config_revision") + "\n";
    text += section("Sources", status_sources, value_at(data, "sources"), look);
    text += section("Backends", status_backends, value_at(data, "backends"), look);
    text += section("Last decisions", status_decisions, value_at(data, "decisions"), look);
    const auto* notices = value_at(data, "notices").if_array();
    if (notices != nullptr && !notices->empty()) {
        text += "\n" + heading("Notices", look) + bullet_lines(*notices, "  ");
    }
    const std::string advice = text_at(data, "advice");
    return advice.empty()
               ? text
               : text + "\n" + painted("Next: " + advice, Paint::cyan, look.color) + "\n";
}

int show_once(Context& context, const Invocation& invocation) {
    const auto answer = ask(context, invocation);
    if (!answer) {
        return fail(context, answer.error());
    }
    print(context, *invocation.command, *answer, [&](const json::Value& data) {
        return status_text(data, context.look);
    });
    return 0;
}

}  // namespace

int run_status(Context& context, const Invocation& invocation) {
    if (!invocation.has("watch") || !context.around.terminal.out) {
        return show_once(context, invocation);
    }
    Screen screen(context);
    while (true) {
        context.look.now = context.around.clock->now();
        context.look.columns = screen.columns();
        const auto answer = ask(context, invocation);
        screen.draw(
            answer ? prose(status_text(data_of(*answer), context.look), context.look)
                   : error_text(answer.error(), context.look.color)
        );
        const Key key = screen.wait(std::chrono::seconds(2));
        if (key.kind == Key::Kind::interrupt) {
            return 130;
        }
        if (key.kind == Key::Kind::letter && key.letter == 'q') {
            return 0;
        }
    }
}

}  // namespace fairgate::cli
