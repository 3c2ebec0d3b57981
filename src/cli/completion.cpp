#include "cli/help.hpp"
#include "cli/parse_value.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace fairgate::cli {

namespace {

using Words = std::vector<std::string>;

std::string joined(const Words& words, std::string_view between) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : std::string(between)) + word;
    }
    return text;
}

/// First words of commands, with the verbs of those that have some.
std::map<std::string, Words> tree() {
    std::map<std::string, Words> nouns;
    for (const Command& command : commands()) {
        const std::size_t blank = command.path.find(' ');
        Words& verbs = nouns[std::string(command.path.substr(0, blank))];
        if (blank != std::string_view::npos) {
            verbs.emplace_back(command.path.substr(blank + 1));
        }
    }
    return nouns;
}

Words first_words() {
    Words words;
    for (const auto& [noun, verbs] : tree()) {
        words.push_back(noun);
    }
    return words;
}

Words flag_words(const Command* command) {
    Words words;
    const auto add = [&](const auto& flags) {
        for (const Flag& flag : flags) {
            words.push_back("--" + std::string(flag.name));
        }
    };
    if (command != nullptr) {
        add(command->flags);
        if (command->effect != Effect::reads) {
            add(write_flags());
        }
    }
    add(global_flags());
    return words;
}

/// Every flag that takes one of a few words, of any command, by its name.
std::map<std::string, Words> choices_by_flag() {
    std::map<std::string, Words> choices;
    const auto add = [&](const auto& flags) {
        for (const Flag& flag : flags) {
            Words& words = choices["--" + std::string(flag.name)];
            for (const std::string& choice : choice_list(flag.choices)) {
                if (std::ranges::find(words, choice) == words.end()) {
                    words.push_back(choice);
                }
            }
        }
    };
    add(global_flags());
    add(write_flags());
    for (const Command& command : commands()) {
        add(command.flags);
    }
    std::erase_if(choices, [](const auto& entry) { return entry.second.empty(); });
    return choices;
}

/// Flags, of any command, whose value is of one of these kinds.
Words flags_of_kind(std::initializer_list<ValueKind> kinds) {
    std::set<std::string> names;
    const auto add = [&](const auto& flags) {
        for (const Flag& flag : flags) {
            if (std::ranges::find(kinds, flag.kind) != kinds.end()) {
                names.insert("--" + std::string(flag.name));
            }
        }
    };
    add(global_flags());
    for (const Command& command : commands()) {
        add(command.flags);
    }
    return {names.begin(), names.end()};
}

/// What of the daemon's names a value may be, or "".
std::string live_kind(ValueKind kind) {
    return kind == ValueKind::account    ? "account"
           : kind == ValueKind::decision ? "decision"
           : kind == ValueKind::source   ? "source"
                                         : "";
}

/// What a shell can offer for a command's first argument: words, "files", or "@account" and the
/// like for names that the daemon knows.
std::string offer(const Command& command) {
    if (command.arguments.empty()) {
        return "";
    }
    const Argument& argument = command.arguments[0];
    if (const std::string kind = live_kind(argument.kind); !kind.empty()) {
        return "@" + kind;
    }
    if (argument.name == "who") {
        return "@account";  // of limit set: mostly an account
    }
    switch (argument.kind) {
        case ValueKind::file:
            return "files";
        case ValueKind::choice:
            return joined(choice_list(argument.choices), " ");
        case ValueKind::command:
            return joined(first_words(), " ");
        case ValueKind::none:
        case ValueKind::text:
        case ValueKind::account:
        case ValueKind::decision:
        case ValueKind::source:
        case ValueKind::integer:
        case ValueKind::devices:
        case ValueKind::duration:
        case ValueKind::time:
        case ValueKind::deadline:
            break;
    }
    return "";
}

std::string bash() {
    std::string text =
        "# bash completion for fairgate; made by `fairgate completion bash`, do not edit\n\n"
        "_fairgate() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
        "    local word command=\"\" words=0 offer=\"\"\n"
        "    COMPREPLY=()\n"
        "    case $prev in\n";
    for (const auto& [flag, words] : choices_by_flag()) {
        text += "        " + flag + ") mapfile -t COMPREPLY < <(compgen -W \"" +
                joined(words, " ") + "\" -- \"$cur\"); return ;;\n";
    }
    text += "        " + joined(flags_of_kind({ValueKind::file}), "|") +
            ") mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;\n";
    for (const ValueKind kind : {ValueKind::account, ValueKind::decision, ValueKind::source}) {
        if (const Words flags = flags_of_kind({kind}); !flags.empty()) {
            text += "        " + joined(flags, "|") +
                    ") mapfile -t COMPREPLY < <(fairgate __complete " + live_kind(kind) +
                    " \"$cur\" 2>/dev/null); return ;;\n";
        }
    }
    text +=
        "    esac\n"
        "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
        "        case $word in -*) continue ;; esac\n"
        "        words=$((words + 1))\n"
        "        if [ $words -le 2 ]; then command=\"${command:+$command }$word\"; fi\n"
        "    done\n"
        "    case $command in\n"
        "        '') offer=\"" +
        joined(first_words(), " ") + "\" ;;\n";
    for (const auto& [noun, verbs] : tree()) {
        if (!verbs.empty()) {
            text += "        " + noun + ") offer=\"" + joined(verbs, " ") + "\" ;;\n";
        }
    }
    for (const Command& command : commands()) {
        const std::string path(command.path);
        const bool flat = path.find(' ') == std::string::npos;
        text += "        '" + path + "'" + (flat ? "|'" + path + " '*" : "") +
                ") case $cur in -*) offer=\"" + joined(flag_words(&command), " ") +
                "\" ;; *) offer=\"" + offer(command) + "\" ;; esac ;;\n";
    }
    return text +
           "    esac\n"
           "    if [ \"$offer\" = files ]; then\n"
           "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
           "    elif [ \"${offer#@}\" != \"$offer\" ]; then\n"
           "        mapfile -t COMPREPLY < <(fairgate __complete \"${offer#@}\" \"$cur\" "
           "2>/dev/null)\n"
           "    else\n"
           "        mapfile -t COMPREPLY < <(compgen -W \"$offer\" -- \"$cur\")\n"
           "    fi\n"
           "}\n"
           "complete -o filenames -F _fairgate fairgate\n";
}

/// Text inside single quotes of a shell, without what zsh takes as its own.
std::string quoted(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else if (c == ':' || c == '[' || c == ']') {
            out += "\\";
            out += c;
        } else {
            out += c;
        }
    }
    return out;
}

std::string zsh_flag(const Flag& flag) {
    std::string text = "'--" + std::string(flag.name) + "[" + quoted(flag.help) + "]";
    if (flag.kind == ValueKind::none) {
        return text + "'";
    }
    text += ":" + quoted(flag.value) + ":";
    if (!flag.choices.empty()) {
        return text + "(" + joined(choice_list(flag.choices), " ") + ")'";
    }
    return text + (flag.kind == ValueKind::file ? "_files" : " ") + "'";
}

std::string zsh_arguments(const Command& command) {
    std::string text = "_arguments";
    const auto add = [&](const auto& flags) {
        for (const Flag& flag : flags) {
            text += " \\\n                " + zsh_flag(flag);
        }
    };
    add(command.flags);
    if (command.effect != Effect::reads) {
        add(write_flags());
    }
    add(global_flags());
    const std::string words = offer(command);
    return text + " \\\n                '*:argument:" +
           (words == "files"  ? "_files"
            : words.empty()   ? " "
            : words[0] == '@' ? "{compadd -- ${(f)\"$(fairgate __complete " + words.substr(1) +
                                    " $PREFIX 2>/dev/null)\"}}"
                              : "(" + words + ")") +
           "'";
}

std::string zsh() {
    std::string text =
        "#compdef fairgate\n# made by `fairgate completion zsh`, do not edit\n\n"
        "_fairgate() {\n"
        "    local -a words_given\n"
        "    words_given=(${words[2,CURRENT-1]:#-*})\n"
        "    case \"${words_given[1]} ${words_given[2]}\" in\n"
        "        ' ') _values command";
    for (const auto& [noun, verbs] : tree()) {
        text += " " + noun;
    }
    text += " ;;\n";
    for (const Command& command : commands()) {
        const std::string path(command.path);
        text += "        '" + path + (path.find(' ') == std::string::npos ? " '*" : "'") +
                ")\n            " + zsh_arguments(command) + " ;;\n";
    }
    for (const auto& [noun, verbs] : tree()) {
        if (!verbs.empty()) {
            text += "        '" + noun + " '*) _values verb " + joined(verbs, " ") + " ;;\n";
        }
    }
    return text + "    esac\n}\n\n_fairgate \"$@\"\n";
}

std::string fish_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' || c == '\\' ? "\\" + std::string(1, c) : std::string(1, c);
    }
    return out + "'";
}

std::string fish_flag(const Flag& flag, const std::string& condition) {
    std::string line = "complete -c fairgate" + condition + " -l " + std::string(flag.name);
    line += flag.letter == 0 ? "" : " -s " + std::string(1, flag.letter);
    if (flag.kind == ValueKind::file) {
        line += " -r -F";
    } else if (flag.kind != ValueKind::none) {
        line += " -x" + (flag.choices.empty()
                             ? ""
                             : " -a " + fish_quoted(joined(choice_list(flag.choices), " ")));
    }
    return line + " -d " + fish_quoted(flag.help) + "\n";
}

/// Fish asks whether words were said; a command of two words needs both.
std::string fish_condition(std::string_view path) {
    const std::size_t blank = path.find(' ');
    const std::string first = "__fish_seen_subcommand_from " + std::string(path.substr(0, blank));
    return " -n " + fish_quoted(
                        blank == std::string_view::npos
                            ? first
                            : first + "; and __fish_seen_subcommand_from " +
                                  std::string(path.substr(blank + 1))
                    );
}

std::string fish() {
    std::string text =
        "# made by `fairgate completion fish`, do not edit\ncomplete -c fairgate -f\n";
    for (const auto& [noun, verbs] : tree()) {
        const Command* command = find_command(noun);
        text += "complete -c fairgate -n __fish_use_subcommand -a " + noun +
                (command == nullptr ? "" : " -d " + fish_quoted(command->summary)) + "\n";
    }
    for (const Command& command : commands()) {
        const std::size_t blank = command.path.find(' ');
        if (blank != std::string_view::npos) {
            const std::string noun(command.path.substr(0, blank));
            text += "complete -c fairgate -n " +
                    fish_quoted(
                        "__fish_seen_subcommand_from " + noun +
                        "; and not __fish_seen_subcommand_from " + joined(tree()[noun], " ")
                    ) +
                    " -a " + std::string(command.path.substr(blank + 1)) + " -d " +
                    fish_quoted(command.summary) + "\n";
        }
        const std::string condition = fish_condition(command.path);
        const std::string words = offer(command);
        if (!words.empty()) {
            text += "complete -c fairgate" + condition +
                    (words == "files"  ? " -F"
                     : words[0] == '@' ? " -a " + fish_quoted(
                                                      "(fairgate __complete " + words.substr(1) +
                                                      " (commandline -ct) 2>/dev/null)"
                                                  )
                                       : " -a " + fish_quoted(words)) +
                    "\n";
        }
        for (const Flag& flag : command.flags) {
            text += fish_flag(flag, condition);
        }
    }
    for (const Flag& flag : global_flags()) {
        text += fish_flag(flag, "");
    }
    return text;
}

}  // namespace

std::string completion(std::string_view shell) {
    return shell == "zsh" ? zsh() : shell == "fish" ? fish() : bash();
}

}  // namespace fairgate::cli
