#include "cli/handlers.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/table.hpp"

namespace fairgate::cli {

namespace {

constexpr std::array undone_columns = {
    Column{"decision", "DECISION"},
    Column{"account", "ACCOUNT"},
    Column{"state", "STATE", Show::state},
    Column{"message", "WHAT", Show::text, 1},
};

/// Exactly one way to say which decisions are meant; --since narrows --account and --all.
Result<void> check_selection(const Invocation& invocation) {
    int ways = invocation.argument("decision") ? 1 : 0;
    for (const std::string_view flag : {"last", "account"}) {
        ways += invocation.has(flag) ? 1 : 0;
    }
    const bool many = invocation.has("all") || invocation.has("since");
    if (ways == 0 && !many) {
        return Error{
            .code = "FG-CLI-006",
            .what = "undo what? Name a decision, or --last, --account, --since, --all",
            .next = "fairgate decision list --state in_force"
        };
    }
    if (ways > 1 || (many && (invocation.has("last") || invocation.argument("decision")))) {
        return Error{
            .code = "FG-CLI-010",
            .what = "a decision, --last, --account and --all do not go together",
            .state = "Nothing was changed."
        };
    }
    return {};
}

std::string undo_text(const json::Value& data, const Look& look) {
    if (const auto* plan = value_at(data, "plan").if_array()) {
        return plan->empty() ? "Nothing would be done.\n"
                             : "This would be done (nothing was):\n" + bullet_lines(*plan, "  ");
    }
    const auto* undone = value_at(data, "undone").if_array();
    if (undone == nullptr || undone->empty()) {
        return "Nothing was in force.\n";
    }
    const std::string text = table_text(undone_columns, *undone, look);
    const std::string next = bullet_lines(value_at(data, "follow_up"), "  ");
    return next.empty() || !look.for_people() ? text
                                              : text + "\nIf it should not happen again:\n" + next;
}

bool any_failed(const json::Value& data) {
    const auto* undone = value_at(data, "undone").if_array();
    if (undone == nullptr) {
        return false;
    }
    for (const json::Value& one : *undone) {
        if (text_at(one, "state") == "failed") {
            return true;
        }
    }
    return false;
}

}  // namespace

int run_undo(Context& context, const Invocation& invocation) {
    Invocation asked = invocation;
    if (invocation.command->path == "undo") {
        if (const auto selected = check_selection(invocation); !selected) {
            return fail(context, selected.error());
        }
        const bool everything =
            invocation.has("all") || (invocation.has("since") && !invocation.has("account"));
        if (everything) {
            if (const auto said =
                    confirm(context, invocation, "Release every account that is blocked?");
                !said) {
                return fail(context, said.error());
            }
        }
        if (invocation.argument("decision")) {  // one decision has its own address
            asked.command = find_command("decision cancel");
        }
    }
    const auto answer = ask(context, asked);
    if (!answer) {
        return fail(context, answer.error());
    }
    print(context, *invocation.command, *answer, [&](const json::Value& data) {
        return undo_text(data, context.look);
    });
    return any_failed(data_of(*answer)) ? done_in_part : 0;
}

}  // namespace fairgate::cli
