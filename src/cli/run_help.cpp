// help, man, completion and version: what needs no daemon and no file.
#include "cli/handlers.hpp"
#include "cli/help.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/run.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "errors/catalogue.hpp"

#include <algorithm>

namespace fairgate::cli {

namespace {

bool is_code(std::string_view word) {
    return word.size() > 3 && (word.starts_with("FG-") || word.starts_with("fg-"));
}

/// Markdown as plain text: the heading without its marks.
std::string plain_page(std::string_view page) {
    while (page.starts_with('#') || page.starts_with(' ')) {
        page.remove_prefix(1);
    }
    std::string text(page);
    while (text.ends_with("\n\n")) {
        text.pop_back();
    }
    return text;
}

int help_on_code(Context& context, const std::string& code) {
    const auto entry = errors::find(code);
    if (!entry) {
        const Error error{
            .code = "FG-CLI-015",
            .what = "there is no error " + printable(code),
            .next = "docs/errors.md lists them all"
        };
        return fail(context, error);
    }
    if (context.look.format == Format::json) {
        const boost::json::object data{
            {"code", entry->code},
            {"title", entry->title},
            {"exit_code", entry->exit_code},
            {"page", entry->page}
        };
        context.out() << envelope("fairgate.help.error/1", data, json::Value(), context.look);
    } else {
        context.out() << plain_page(entry->page);
    }
    return 0;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

Error no_such_help(const std::vector<std::string>& words) {
    return {
        .code = "FG-CLI-001",
        .what = "there is no command \"" + joined(words) + "\"",
        .next = "fairgate help"
    };
}

}  // namespace

int run_help(Context& context, const Invocation& invocation) {
    const std::vector<std::string> words = invocation.all("what");
    const std::size_t width = context.around.terminal.columns;
    const bool json = context.look.format == Format::json || context.look.format == Format::jsonl;
    if (words.size() == 1 && is_code(words[0])) {
        return help_on_code(context, words[0]);
    }
    const Named named = command_named(words);
    if (named.command != nullptr && named.words == words.size()) {
        context.out()
            << (json ? envelope("fairgate.help/1", help_json(*named.command), {}, context.look)
                     : command_help(*named.command, width));
        return 0;
    }
    if (words.empty()) {
        context.out()
            << (json ? envelope("fairgate.help/1", help_json_of_all(), {}, context.look)
                     : overview(width));
        return 0;
    }
    std::string noun = words[0];
    for (const Alias& alias : noun_aliases()) {
        noun = alias.said == noun ? alias.meant : noun;
    }
    const std::string text = words.size() == 1 ? noun_help(noun, width) : "";
    if (text.empty()) {
        return fail(context, no_such_help(words));
    }
    context.out() << text;
    return 0;
}

int run_man(Context& context, const Invocation& invocation) {
    const std::vector<std::string> words = invocation.all("command");
    if (words.empty()) {
        context.out() << man_page_of_program();
        return 0;
    }
    const Named named = command_named(words);
    if (named.command == nullptr || named.words != words.size()) {
        return fail(context, no_such_help(words));
    }
    context.out() << man_page(*named.command);
    return 0;
}

int run_completion(Context& context, const Invocation& invocation) {
    context.out() << completion(invocation.argument("shell").value_or("bash"));
    return 0;
}

/// The daemon's version is told where one answers; that none does is no failure.
int run_version(Context& context, const Invocation& invocation) {
    json::Value daemon;
    Invocation status = invocation;
    status.command = find_command("status");
    if (const auto answer = ask(context, status)) {
        daemon = value_at(data_of(*answer), "version");
    }
    const boost::json::object data{{"version", version()}, {"daemon", daemon}};
    print(context, *invocation.command, data, [&](const json::Value&) {
        std::string text = "fairgate " + std::string(version()) + "\n";
        if (daemon.is_string()) {
            text += "daemon   " + printable(daemon.as_string()) + "\n";
        }
        return text;
    });
    return 0;
}

}  // namespace fairgate::cli
