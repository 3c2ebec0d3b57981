#include "cli/help.hpp"
#include "cli/parse_value.hpp"
#include "config/mdoc.hpp"

#include <algorithm>

namespace fairgate::cli {

namespace mdoc = config::mdoc;

namespace {

/// An argument of a macro: blanks are kept together, and words that are macros are not called.
std::string macro_text(std::string_view text) {
    std::string out = mdoc::escaped(text);
    for (std::size_t at = 0; (at = out.find('"', at)) != std::string::npos; at += 2) {
        out.replace(at, 1, "\"\"");
    }
    return "\"" + out + "\"";
}

std::string sentence(std::string_view text) {
    std::string out(text);
    if (!out.empty()) {
        out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
        out += out.back() == '.' ? "" : ".";
    }
    return mdoc::prose(out);
}

std::string flag_item(const Flag& flag) {
    std::string text = ".It ";
    text += flag.letter == 0 ? "" : "Fl " + std::string(1, flag.letter) + " , ";
    text += "Fl \\-" + std::string(flag.name);
    text += flag.value.empty() ? "" : " Ar " + macro_text(flag.value);
    std::string help(flag.help);
    if (!flag.choices.empty()) {
        help += ": ";
        const auto choices = choice_list(flag.choices);
        for (std::size_t i = 0; i < choices.size(); ++i) {
            help += (i > 0 ? ", " : "") + choices[i];
        }
    }
    return text + "\n" + sentence(help);
}

std::string flag_list(std::span<const Flag> flags) {
    std::string text = ".Bl -tag -width Ds\n";
    for (const Flag& flag : flags) {
        text += flag_item(flag);
    }
    return text + ".El\n";
}

std::string header(std::string_view title, std::string_view name, std::string_view summary) {
    std::string upper(title);
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return ".\\\" Made from the table of commands; do not edit.\n.Dd November 22, 2026\n.Dt " +
           upper + " 1\n.Os\n.Sh NAME\n.Nm " + std::string(name) + "\n.Nd " +
           mdoc::escaped(summary) + "\n";
}

std::string argument_macro(const Argument& argument) {
    const std::string name = "Ar " + macro_text(argument.name);
    switch (argument.presence) {
        case Presence::required:
            return "." + name + "\n";
        case Presence::optional:
            return ".Op " + name + "\n";
        case Presence::many:
            return ".Op " + name + " ...\n";
        case Presence::some:
            return "." + name + " ...\n";
    }
    return "";
}

std::string exit_status() {
    std::string text = ".Sh EXIT STATUS\n.Bl -tag -width Ds\n";
    for (const ExitCode& code : exit_codes()) {
        text += ".It " + macro_text(code.code) + "\n" + sentence(code.meaning);
    }
    return text + ".El\n";
}

}  // namespace

std::string man_page_name(std::string_view command_path) {
    std::string name = "fairgate" + (command_path.empty() ? "" : "-" + std::string(command_path));
    std::ranges::replace(name, ' ', '-');
    return name;
}

std::string man_page(const Command& command) {
    const std::string name = man_page_name(command.path);
    std::string text = header(name, name, command.summary);
    text += ".Sh SYNOPSIS\n.Nm \"fairgate " + std::string(command.path) + "\"\n";
    text += command.flags.empty() && command.effect == Effect::reads ? "" : ".Op Ar flags\n";
    for (const Argument& argument : command.arguments) {
        text += argument_macro(argument);
    }
    text += ".Sh DESCRIPTION\n" + sentence(command.summary) + mdoc::prose(command.detail);
    if (!command.arguments.empty()) {
        text += ".Pp\nThe arguments are:\n.Bl -tag -width Ds\n";
        for (const Argument& argument : command.arguments) {
            std::string help(argument.help);
            const auto choices = choice_list(argument.choices);
            for (std::size_t i = 0; i < choices.size(); ++i) {
                help += (i == 0 ? ": " : ", ") + choices[i];
            }
            text += ".It Ar " + macro_text(argument.name) + "\n" + sentence(help);
        }
        text += ".El\n";
    }
    if (!command.flags.empty()) {
        text += ".Pp\nThe flags are:\n" + flag_list({command.flags.begin(), command.flags.end()});
    }
    if (command.effect != Effect::reads) {
        text +=
            ".Pp\nEvery command that changes something also takes:\n" + flag_list(write_flags());
    }
    text +=
        ".Pp\nThe flags of every command are in\n.Xr fairgate 1 .\n.Sh EXAMPLES\n.Bd -literal\n";
    for (const Example& example : command.examples) {
        text += mdoc::escaped(example.line) + "\n";
    }
    return text + ".Ed\n.Sh SEE ALSO\n.Xr fairgate 1\n";
}

std::string man_page_of_program() {
    std::string text = header(
        "fairgate", "fairgate", "keep accounts on proxy and VPN servers within their fair use"
    );
    text +=
        ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar flags\n.Op Ar arguments\n.Sh DESCRIPTION\n"
        "Fairgate watches panels, cores and logs, counts how many devices use an account at once, "
        "decides with\n"
        "evidence, acts reversibly, and gives everything back by itself.\n"
        "Most commands ask the running daemon over its socket.\n"
        "A noun may be said in the plural, and a command may be asked for help with\n.Fl \\-help "
        ".\n";
    Group group = Group::running;
    bool open = false;
    for (const Command& command : commands()) {
        if (!open || command.group != group) {
            text += (open ? ".El\n" : "") + std::string(".Ss ") +
                    std::string(group_title(command.group)) + "\n.Bl -tag -width Ds\n";
            group = command.group;
            open = true;
        }
        text += ".It Xr " + man_page_name(command.path) + " 1\n" + sentence(command.summary);
    }
    text += ".El\n.Ss Flags of every command\n" + flag_list(global_flags());
    text += ".Ss Flags of every change\n" + flag_list(write_flags());
    text +=
        ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
        ".It Ev FAIRGATE_CONFIG\nThe configuration file.\n"
        ".It Ev FAIRGATE_SERVER\nA daemon elsewhere, as\n.Fl \\-server .\n"
        ".It Ev FAIRGATE_TOKEN_FILE\nThe file with its token.\n"
        ".It Ev FAIRGATE_LIMITS__GENERAL\nA setting; any other is named in the same way, with two "
        "underscores between the parts.\n"
        ".It Ev NO_COLOR , FORCE_COLOR\nNo colours, or colours even where no terminal is.\n.El\n"
        ".Sh FILES\n.Bl -tag -width Ds\n"
        ".It Pa /etc/fairgate/fairgate.toml\nThe configuration; drop-ins in\n.Pa conf.d\nbeside "
        "it, passwords in\n.Pa secrets.toml .\n"
        ".It Pa /run/fairgate/api.sock\nThe daemon's socket.\n"
        ".It Pa /var/lib/fairgate\nIts state.\n.El\n";
    return text + exit_status();
}

}  // namespace fairgate::cli
