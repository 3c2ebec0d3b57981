#include "cli/parse.hpp"

#include "cli/parse_value.hpp"
#include "config/suggest.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <set>

namespace fairgate::cli {

namespace {

std::string meant(std::span<const Alias> aliases, std::string_view word) {
    const auto found =
        std::ranges::find_if(aliases, [&](const Alias& alias) { return alias.said == word; });
    return std::string(found == aliases.end() ? word : found->meant);
}

/// The second words of a first one: "limit" -> list, show, set …
std::vector<std::string> verbs_of(std::string_view noun) {
    std::vector<std::string> verbs;
    for (const Command& command : commands()) {
        if (command.path.starts_with(std::string(noun) + " ")) {
            verbs.emplace_back(command.path.substr(noun.size() + 1));
        }
    }
    return verbs;
}

std::vector<std::string> first_words() {
    std::set<std::string> words;
    for (const Command& command : commands()) {
        words.emplace(command.path.substr(0, command.path.find(' ')));
    }
    return {words.begin(), words.end()};
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

Error unknown_command(const std::vector<std::string>& words) {
    if (words.empty()) {
        return {.code = "FG-CLI-001", .what = "no command was given", .next = "fairgate help"};
    }
    const std::string noun = meant(noun_aliases(), words[0]);
    const std::vector<std::string> verbs = verbs_of(noun);
    if (verbs.empty()) {
        std::vector<std::string> known = first_words();
        for (const Alias& alias : noun_aliases()) {
            known.emplace_back(alias.said);
        }
        const auto near = config::nearest(words[0], known);
        return {
            .code = "FG-CLI-001",
            .what = "there is no command \"" + words[0] + "\"",
            .next = near ? "fairgate " + *near : "fairgate help"
        };
    }
    if (words.size() == 1) {
        return {
            .code = "FG-CLI-002",
            .what = "\"" + noun + "\" needs a verb: " + joined(verbs),
            .next = "fairgate help " + noun
        };
    }
    const auto near = config::nearest(words[1], verbs);
    return {
        .code = "FG-CLI-001",
        .what = "\"" + noun + "\" has no verb \"" + words[1] + "\"; it has " + joined(verbs),
        .next = "fairgate " + noun + " " + near.value_or(verbs.front())
    };
}

Error unknown_flag(const Command* command, std::string_view given) {
    std::vector<std::string> known;
    const auto add = [&](const auto& flags) {
        for (const Flag& flag : flags) {
            known.push_back("--" + std::string(flag.name));
        }
    };
    add(global_flags());
    if (command != nullptr) {
        add(command->flags);
        if (command->effect != Effect::reads) {
            add(write_flags());
        }
    }
    const std::string name = command == nullptr ? "" : std::string(command->path);
    const auto near = config::nearest(given, known);
    const bool elsewhere = command == nullptr;
    return {
        .code = "FG-CLI-003",
        .what =
            (elsewhere ? "before a command there is no flag " : "\"" + name + "\" has no flag ") +
            std::string(given),
        .cause = near ? "did you mean " + *near + "?" : "",
        .next = elsewhere ? "fairgate help" : "fairgate help " + name
    };
}

bool is_time(ValueKind kind) { return kind == ValueKind::time || kind == ValueKind::deadline; }

/// Walks over the words of a command line.
class Reader {
public:
    Reader(std::vector<std::string> words, TimePoint now) : words_(std::move(words)), now_(now) {}

    Result<Invocation> read() {
        std::vector<std::string> positional;
        for (; at_ < words_.size(); ++at_) {
            const std::string& word = words_[at_];
            if (only_words_ || word == "-" || !word.starts_with('-')) {
                positional.push_back(word);
                find_command(positional);
            } else if (word == "--") {
                only_words_ = true;
            } else if (auto failed = word.starts_with("--") ? take_long(word) : take_short(word)) {
                return *std::move(failed);
            }
        }
        result_.wants_help = result_.has("help");
        if (result_.command == nullptr) {
            return missing_command(positional);
        }
        positional.erase(
            positional.begin(), positional.begin() + static_cast<std::ptrdiff_t>(named_words_)
        );
        return result_.wants_help ? Result<Invocation>(result_) : take_arguments(positional);
    }

private:
    void find_command(const std::vector<std::string>& positional) {
        if (result_.command == nullptr) {
            const Named named = command_named(positional);
            result_.command = named.command;
            named_words_ = named.words;
        }
    }

    Result<Invocation> missing_command(const std::vector<std::string>& positional) {
        if (result_.wants_help) {  // "fairgate limit --help": help on the noun
            result_.command = cli::find_command("help");
            result_.arguments["what"] = positional;
            result_.wants_help = false;
            return result_;
        }
        return unknown_command(positional);
    }

    std::optional<Error> take_long(const std::string& word) {
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
        const Flag* flag = flag_of(result_.command, name);
        if (flag == nullptr) {
            return unknown_flag(result_.command, word.substr(0, equals));
        }
        if (equals == std::string::npos) {
            return take_value(*flag, std::nullopt);
        }
        if (flag->kind == ValueKind::none) {
            return Error{.code = "FG-CLI-004", .what = "--" + name + " takes no value"};
        }
        return take_value(*flag, word.substr(equals + 1));
    }

    std::optional<Error> take_short(const std::string& word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const Flag* flag = flag_of(result_.command, word.substr(i, 1));
            if (flag == nullptr) {
                return unknown_flag(result_.command, "-" + word.substr(i, 1));
            }
            if (flag->kind != ValueKind::none) {
                const std::string rest = word.substr(i + 1);
                return take_value(*flag, rest.empty() ? std::nullopt : std::optional(rest));
            }
            result_.flags[std::string(flag->name)].emplace_back();
        }
        return std::nullopt;
    }

    std::optional<Error> take_value(const Flag& flag, std::optional<std::string> value) {
        const std::string name(flag.name);
        if (flag.kind == ValueKind::none) {
            result_.flags[name].emplace_back();
            return std::nullopt;
        }
        if (!value) {
            if (at_ + 1 >= words_.size()) {
                return Error{
                    .code = "FG-CLI-004",
                    .what =
                        "--" + name + " needs a value: --" + name + " " + std::string(flag.value)
                };
            }
            value = words_[++at_];
        }
        auto checked = check_value(flag.kind, flag.choices, *value, now_);
        if (!checked) {
            Error error = checked.error();
            error.what = "--" + name + ": " + error.what;
            return error;
        }
        if (is_time(flag.kind) && parse_duration(*value)) {
            result_.times_away[name] = *value;
        }
        result_.flags[name].push_back(*std::move(checked));
        return std::nullopt;
    }

    Result<Invocation> take_arguments(const std::vector<std::string>& positional) {
        std::size_t at = 0;
        for (const Argument& argument : result_.command->arguments) {
            const bool list =
                argument.presence == Presence::many || argument.presence == Presence::some;
            const std::size_t end = list ? positional.size() : std::min(at + 1, positional.size());
            const bool needed =
                argument.presence == Presence::required || argument.presence == Presence::some;
            if (at == end && needed) {
                return Error{
                    .code = "FG-CLI-006",
                    .what = "\"" + std::string(result_.command->path) + "\" needs " +
                            std::string(argument.name) + ": " + std::string(argument.help),
                    .next = std::string(result_.command->examples[0].line)
                };
            }
            for (; at < end; ++at) {
                auto checked = check_value(argument.kind, argument.choices, positional[at], now_);
                if (!checked) {
                    Error error = checked.error();
                    error.what = std::string(argument.name) + ": " + error.what;
                    return error;
                }
                result_.arguments[std::string(argument.name)].push_back(*std::move(checked));
            }
        }
        if (at < positional.size()) {
            return Error{
                .code = "FG-CLI-007",
                .what = "\"" + std::string(result_.command->path) +
                        "\" does not know what to do with \"" + positional[at] + "\"",
                .next = "fairgate help " + std::string(result_.command->path)
            };
        }
        return result_;
    }

    std::vector<std::string> words_;
    TimePoint now_;
    std::size_t at_ = 0;
    std::size_t named_words_ = 0;
    bool only_words_ = false;
    Invocation result_;
};

const std::vector<std::string>* values(
    const std::map<std::string, std::vector<std::string>, std::less<>>& all, std::string_view name
) {
    const auto found = all.find(name);
    return found == all.end() || found->second.empty() ? nullptr : &found->second;
}

}  // namespace

std::optional<std::string> Invocation::flag(std::string_view name) const {
    const auto* found = values(flags, name);
    return found == nullptr ? std::nullopt : std::optional(found->back());
}

std::optional<std::string> Invocation::argument(std::string_view name) const {
    const auto* found = values(arguments, name);
    return found == nullptr ? std::nullopt : std::optional(found->back());
}

std::vector<std::string> Invocation::all(std::string_view name) const {
    const auto* found = values(arguments, name);
    return found == nullptr ? std::vector<std::string>{} : *found;
}

Named command_named(const std::vector<std::string>& words) {
    if (words.empty()) {
        return {};
    }
    const std::string noun = meant(noun_aliases(), words[0]);
    if (words.size() > 1) {
        const std::string verb = meant(verb_aliases(), words[1]);
        const Command* said = find_command(noun + " " + words[1]);
        const Command* command = said != nullptr ? said : find_command(noun + " " + verb);
        if (command != nullptr) {
            return {command, 2};
        }
    }
    const Command* command = find_command(noun);
    return {command, command == nullptr ? 0U : 1U};
}

const Flag* flag_of(const Command* command, std::string_view name) {
    const auto find = [&](const auto& flags) -> const Flag* {
        for (const Flag& flag : flags) {
            if (flag.name == name || (name.size() == 1 && flag.letter == name[0])) {
                return &flag;
            }
        }
        return nullptr;
    };
    if (command != nullptr) {
        if (const Flag* flag = find(command->flags)) {
            return flag;
        }
        if (command->effect != Effect::reads) {
            if (const Flag* flag = find(write_flags())) {
                return flag;
            }
        }
    }
    return find(global_flags());
}

Invocation by_clock(Invocation invocation, TimePoint now) {
    for (const auto& [name, said] : invocation.times_away) {
        const Flag* flag = flag_of(invocation.command, name);
        auto value = flag == nullptr ? Result<std::string>(said)
                                     : check_value(flag->kind, flag->choices, said, now);
        if (value) {
            invocation.flags[name] = {*std::move(value)};
        }
    }
    return invocation;
}

Result<Invocation> parse(const std::vector<std::string>& words, TimePoint now) {
    if (words.size() == 1 && (words[0] == "--version" || words[0] == "-V")) {
        return Reader({"version"}, now).read();
    }
    return Reader(words, now).read();
}

}  // namespace fairgate::cli
