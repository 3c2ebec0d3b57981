#include "cli/help.hpp"
#include "cli/parse_value.hpp"
#include "config/schema.hpp"

namespace fairgate::cli {

namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' || c == '<' ? "\\" + std::string(1, c) : std::string(1, c);
    }
    return out;
}

/// ": `shadow`, `warn`", or nothing.
std::string choices_text(std::string_view choices) {
    std::string text;
    for (const std::string& choice : choice_list(choices)) {
        text += text.empty() ? ": `" : ", `";
        text += choice;
        text += "`";
    }
    return text;
}

std::string flag_table(std::span<const Flag> flags) {
    std::string text = "| flag | meaning |\n|---|---|\n";
    for (const Flag& flag : flags) {
        std::string name = flag.letter == 0 ? "" : "`-" + std::string(1, flag.letter) + "`, ";
        name += "`--" + std::string(flag.name) +
                (flag.value.empty() ? "" : " " + std::string(flag.value)) + "`";
        std::string help = escaped(flag.help);
        help += choices_text(flag.choices);
        text += "| " + name + " | " + help + " |\n";
    }
    return text + "\n";
}

std::string command_section(const Command& command) {
    std::string text = "### " + std::string(command.path) + "\n\n";
    std::string summary(command.summary);
    summary[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(summary[0])));
    text += summary + ". " + std::string(command.detail) + "\n\n    " + usage(command) + "\n\n";
    for (const Argument& argument : command.arguments) {
        std::string help = escaped(argument.help);
        help += choices_text(argument.choices);
        text += "- `" + std::string(argument.name) + "`: " + help + "\n";
    }
    text += command.arguments.empty() ? "" : "\n";
    if (!command.flags.empty()) {
        text += flag_table({command.flags.begin(), command.flags.end()});
    }
    for (const Example& example : command.examples) {
        text += "    " + std::string(example.line) + "\n";
    }
    return text + "\n";
}

}  // namespace

std::string cli_page() {
    std::string text =
        "# Commands\n\nMade from the table of commands in `src/cli`; do not edit.\n\n"
        "Data goes to standard output; questions, progress, warnings and errors to standard error. "
        "On a terminal\n"
        "lists are tables that leave out columns when it is narrow; elsewhere they are lines with "
        "tabs between. `--json`\n"
        "gives one object, the same for every command:\n\n"
        "    "
        "{\"schema\":\"fairgate.account.list/"
        "1\",\"generated_at\":\"…Z\",\"data\":[…],\"next_cursor\":null,\"warnings\":[]}\n\n"
        "Times are RFC 3339 in UTC, seconds and bytes whole numbers, what is not known `null`, "
        "what is empty `[]`. Within a\n"
        "schema number members are only added. (`replay --json` is one object of its own, "
        "`fairgate.replay/1`.)\n\n"
        "A noun may be said in the plural (`accounts list`), and verbs in their usual other words "
        "(`rm`, `ls`).\n\n"
        "## Exit codes\n\n| code | meaning |\n|---|---|\n";
    for (const ExitCode& code : exit_codes()) {
        text += "| " + std::string(code.code) + " | " + std::string(code.meaning) + " |\n";
    }
    text += "\n## Flags of every command\n\n" + flag_table(global_flags());
    text += "## Flags of every change\n\n" + flag_table(write_flags());
    Group group = Group::running;
    for (const Command& command : commands()) {
        if (&command == &commands().front() || command.group != group) {
            group = command.group;
            text += "## " + std::string(group_title(group)) + "\n\n";
        }
        text += command_section(command);
    }
    text.pop_back();
    return text;
}

std::vector<std::pair<std::string, std::string>> rendered_files() {
    std::vector<std::pair<std::string, std::string>> files = {
        {"docs/cli.md", cli_page()},
        {"docs/configuration.md", config::reference_page()},
        {"packaging/fairgate.toml", config::example_file()},
        {"packaging/fairgate.schema.json", config::json_schema()},
        {"packaging/completion/fairgate.bash", completion("bash")},
        {"packaging/completion/_fairgate", completion("zsh")},
        {"packaging/completion/fairgate.fish", completion("fish")},
        {"docs/man/fairgate.1", man_page_of_program()},
        {"docs/man/fairgate.toml.5", config::man_page()},
    };
    for (const Command& command : commands()) {
        files.emplace_back("docs/man/" + man_page_name(command.path) + ".1", man_page(command));
    }
    return files;
}

}  // namespace fairgate::cli
