#include "cli/help.hpp"

#include "cli/parse_value.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace fairgate::cli {

namespace {

std::string argument_usage(const Argument& argument) {
    std::string name(argument.name);
    switch (argument.presence) {
        case Presence::required:
            return name;
        case Presence::optional:
            return "[" + name + "]";
        case Presence::many:
            return "[" + name + " ...]";
        case Presence::some:
            return name + " ...";
    }
    return name;
}

std::string flag_usage(const Flag& flag) {
    std::string text = flag.letter == 0 ? "    " : "-" + std::string(1, flag.letter) + ", ";
    text += "--" + std::string(flag.name);
    return flag.value.empty() ? text : text + " " + std::string(flag.value);
}

std::string with_choices(std::string_view help, std::string_view choices) {
    std::string text(help);
    if (!choices.empty()) {
        std::string list(choices);
        for (std::size_t at = 0; (at = list.find('|', at)) != std::string::npos; at += 2) {
            list.replace(at, 1, ", ");
        }
        text += (text.empty() ? "" : ": ") + list;
    }
    return text;
}

/// "  left      right", the right side broken and aligned.
std::string two_columns(
    const std::string& left, std::size_t left_width, std::string_view right, std::size_t width
) {
    const std::string text =
        wrapped(right, std::max<std::size_t>(width, left_width + 24), left_width + 4);
    const std::string start = "  " + padded(left, left_width) + "  ";
    if (display_width(left) > left_width) {
        return "  " + left + "\n" + text;
    }
    return start + text.substr(start.size() <= text.size() ? left_width + 4 : text.size());
}

std::string flag_block(std::string_view title, std::span<const Flag> flags, std::size_t width) {
    if (flags.empty()) {
        return "";
    }
    std::string text = "\n" + std::string(title) + ":\n";
    constexpr std::size_t left = 26;
    for (const Flag& flag : flags) {
        text += two_columns(flag_usage(flag), left, with_choices(flag.help, flag.choices), width);
    }
    return text;
}

std::span<const Flag> flags_of(const Command& command) {
    return {command.flags.begin(), command.flags.end()};
}

json::Value flags_json(std::span<const Flag> flags) {
    boost::json::array list;
    for (const Flag& flag : flags) {
        boost::json::object one{{"name", flag.name}, {"help", flag.help}};
        one["letter"] = flag.letter == 0 ? json::Value() : json::Value(std::string(1, flag.letter));
        one["value"] = flag.value.empty() ? json::Value() : json::Value(flag.value);
        boost::json::array choices;
        for (const std::string& choice : choice_list(flag.choices)) {
            choices.emplace_back(choice);
        }
        one["choices"] = choices;
        list.emplace_back(one);
    }
    return list;
}

constexpr std::array codes = {
    ExitCode{"0", "done, or nothing to do"},
    ExitCode{"1", "failed; the cause is printed"},
    ExitCode{"2", "wrong usage, or a question that nobody could be asked"},
    ExitCode{"3", "not found"},
    ExitCode{"4", "conflict, or a condition that does not hold"},
    ExitCode{"5", "not allowed"},
    ExitCode{"6", "the daemon cannot be reached"},
    ExitCode{"7", "done in part"},
    ExitCode{"8", "timed out"},
    ExitCode{"9", "a check found errors"},
    ExitCode{"10", "more findings than allowed (--fail-on)"},
    ExitCode{"130, 143", "interrupted"},
};

}  // namespace

std::span<const ExitCode> exit_codes() { return codes; }

std::string usage(const Command& command) {
    std::string text = "fairgate " + std::string(command.path);
    if (!command.flags.empty()) {
        text += " [flags]";
    }
    for (const Argument& argument : command.arguments) {
        text += " " + argument_usage(argument);
    }
    return text;
}

std::string overview(std::size_t width) {
    std::string text =
        "Fairgate keeps every account on a proxy or VPN server within its fair use.\n\n"
        "Usage: fairgate COMMAND [arguments] [flags]\n";
    std::size_t left = 0;
    for (const Command& command : commands()) {
        left = std::max(left, command.path.size());
    }
    Group group = Group::running;
    for (const Command& command : commands()) {
        if (&command == &commands().front() || command.group != group) {
            group = command.group;
            text += "\n" + std::string(group_title(group)) + ":\n";
        }
        text += two_columns(std::string(command.path), left, command.summary, width);
    }
    return text + "\nMore: fairgate help COMMAND, fairgate help FG-CFG-004, man fairgate\n";
}

std::string noun_help(std::string_view noun, std::size_t width) {
    std::string text;
    for (const Command& command : commands()) {
        if (command.path.starts_with(std::string(noun) + " ")) {
            text += two_columns(std::string(command.path), 20, command.summary, width);
        }
    }
    return text.empty() ? text : "Usage: fairgate " + std::string(noun) + " VERB\n\n" + text;
}

std::string command_help(const Command& command, std::size_t width) {
    std::string summary(command.summary);
    summary[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(summary[0])));
    std::string text = wrapped(summary + ".", width, 0) + "\nUsage: " + usage(command) + "\n";
    if (!command.detail.empty()) {
        text += "\n" + wrapped(command.detail, width, 0);
    }
    if (!command.arguments.empty()) {
        text += "\nArguments:\n";
        for (const Argument& argument : command.arguments) {
            text += two_columns(
                std::string(argument.name), 26, with_choices(argument.help, argument.choices), width
            );
        }
    }
    text += flag_block("Flags", flags_of(command), width);
    if (command.effect != Effect::reads) {
        text += flag_block("Flags of every change", write_flags(), width);
    }
    text += flag_block("Flags of every command", global_flags(), width);
    text += "\nExamples:\n";
    for (const Example& example : command.examples) {
        text += "  " + std::string(example.line) +
                (example.help.empty() ? "" : "    (" + std::string(example.help) + ")") + "\n";
    }
    return text;
}

json::Value help_json(const Command& command) {
    boost::json::array arguments;
    for (const Argument& argument : command.arguments) {
        constexpr std::array<std::string_view, 4> presence = {
            "required", "optional", "many", "some"
        };
        arguments.emplace_back(boost::json::object{
            {"name", argument.name},
            {"presence", presence.at(static_cast<std::size_t>(argument.presence))},
            {"help", argument.help}
        });
    }
    boost::json::array examples;
    for (const Example& example : command.examples) {
        examples.emplace_back(boost::json::object{{"line", example.line}, {"help", example.help}});
    }
    return boost::json::object{
        {"command", command.path},
        {"summary", command.summary},
        {"detail", command.detail},
        {"usage", usage(command)},
        {"changes_something", command.effect != Effect::reads},
        {"arguments", arguments},
        {"flags", flags_json(flags_of(command))},
        {"examples", examples}
    };
}

json::Value help_json_of_all() {
    boost::json::array all;
    for (const Command& command : commands()) {
        all.push_back(help_json(command));
    }
    return boost::json::object{
        {"commands", all},
        {"global_flags", flags_json(global_flags())},
        {"write_flags", flags_json(write_flags())}
    };
}

}  // namespace fairgate::cli
