#include "cli/parse.hpp"

#include "cli/canned_test.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace fairgate::cli {
namespace {

const TimePoint now{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)};

/// Words as a shell makes them of an example: single quotes keep blanks; up to a pipe or
/// redirection.
std::vector<std::string> shell_words(std::string_view line) {
    std::vector<std::string> words(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '\'') {
            quoted = !quoted;
        } else if (c == ' ' && !quoted) {
            words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    const auto end = std::ranges::find_if(words, [](const std::string& word) {
        return word == "|" || word == ">";
    });
    return {words.begin(), end};
}

TEST(table, every_example_parses_to_its_command) {
    for (const Command& command : commands()) {
        for (const Example& example : command.examples) {
            std::vector<std::string> words = shell_words(example.line);
            if (words[0] == "zcat") {  // behind a pipe
                words = shell_words(example.line.substr(example.line.find("| ") + 2));
            }
            ASSERT_EQ(words[0], "fairgate") << example.line;
            const auto parsed = parse({words.begin() + 1, words.end()}, now);
            ASSERT_TRUE(parsed) << example.line << ": " << parsed.error().what;
            EXPECT_EQ(parsed->command->path, command.path) << example.line;
        }
    }
}

TEST(table, paths_and_flags_are_unique) {
    std::set<std::string_view> paths;
    for (const Command& command : commands()) {
        EXPECT_TRUE(paths.insert(command.path).second) << command.path;
        std::set<std::string_view> flags;
        std::vector<std::span<const Flag>> groups = {
            global_flags(), {command.flags.begin(), command.flags.end()}
        };
        if (command.effect != Effect::reads) {
            groups.push_back(write_flags());
        }
        for (const auto& group : groups) {
            for (const Flag& flag : group) {
                EXPECT_TRUE(flags.insert(flag.name).second) << command.path << " --" << flag.name;
                EXPECT_EQ(flag.kind == ValueKind::none, flag.value.empty())
                    << command.path << " --" << flag.name;
            }
        }
    }
}

TEST(table, aliases_lead_to_commands_and_hide_none) {
    for (const Alias& alias : noun_aliases()) {
        EXPECT_FALSE(std::ranges::any_of(commands(), [&](const Command& command) {
            return command.path == alias.said ||
                   command.path.starts_with(std::string(alias.said) + " ");
        })) << alias.said;
        EXPECT_TRUE(std::ranges::any_of(commands(), [&](const Command& command) {
            return command.path == alias.meant ||
                   command.path.starts_with(std::string(alias.meant) + " ");
        })) << alias.said;
    }
}

TEST(parsing, plurals_and_other_words_are_understood) {
    EXPECT_EQ(parse({"accounts", "ls"}, now)->command->path, "account list");
    EXPECT_EQ(parse({"whitelist", "rm", "ali"}, now)->command->path, "exempt remove");
    EXPECT_EQ(parse({"unblock", "dec_1"}, now)->command->path, "undo");
    EXPECT_EQ(parse({"--version"}, now)->command->path, "version");
}

TEST(parsing, flags_may_stand_anywhere_and_be_written_in_every_usual_way) {
    const auto parsed =
        parse({"--json", "account", "list", "--sort=devices", "-n5", "-o", "csv"}, now);
    ASSERT_TRUE(parsed) << parsed.error().what;
    EXPECT_TRUE(parsed->has("json"));
    EXPECT_EQ(parsed->flag("sort"), "devices");
    EXPECT_EQ(parsed->flag("limit"), "5");
    EXPECT_EQ(parsed->flag("output"), "csv");
}

TEST(parsing, after_two_dashes_everything_is_a_word) {
    EXPECT_EQ(parse({"account", "show", "--", "--odd"}, now)->argument("account"), "--odd");
}

TEST(parsing, times_are_made_exact) {
    EXPECT_EQ(
        parse({"violation", "list", "--since", "2h"}, now)->flag("since"), "2026-11-21T22:00:00Z"
    );
    EXPECT_EQ(
        parse({"exempt", "add", "ali", "--until", "2h"}, now)->flag("until"), "2026-11-22T02:00:00Z"
    );
    EXPECT_EQ(
        parse({"exempt", "add", "ali", "--until", "2026-12-01"}, now)->flag("until"),
        "2026-12-01T00:00:00Z"
    );
}

struct Wrong {
    std::vector<std::string> words;
    std::string code;
    std::string says;
};

TEST(parsing, what_is_wrong_is_said_with_what_was_meant) {
    const std::vector<Wrong> all = {
        {{"stauts"}, "FG-CLI-001", "fairgate status"},
        {{"limit"}, "FG-CLI-002", "list, show, set"},
        {{"limit", "sett"}, "FG-CLI-001", "fairgate limit set"},
        {{"account", "list", "--onlin"}, "FG-CLI-003", "did you mean --online?"},
        {{"--nope", "status"}, "FG-CLI-003", "before a command"},
        {{"account", "list", "--sort"}, "FG-CLI-004", "--sort KEY"},
        {{"account", "list", "--online=yes"}, "FG-CLI-004", "takes no value"},
        {{"account", "list", "--sort", "divices"}, "FG-CLI-005", "did you mean devices?"},
        {{"mode", "set", "enforced"}, "FG-CLI-005", "did you mean enforce?"},
        {{"decision", "add", "ali", "--for", "30"}, "FG-CLI-005", "90s, 15m"},
        {{"violation", "list", "--since", "yesterday"}, "FG-CLI-005", "2026-12-01"},
        {{"replay", "x", "--general", "0"}, "FG-CLI-005", "1 to 10000, or unlimited"},
        {{"account", "show"}, "FG-CLI-006", "its name"},
        {{"account", "show", "a", "b"}, "FG-CLI-007", "\"b\""},
    };
    for (const Wrong& wrong : all) {
        const auto parsed = parse(wrong.words, now);
        ASSERT_FALSE(parsed) << wrong.words[0];
        EXPECT_EQ(parsed.error().code, wrong.code) << parsed.error().what;
        const std::string said = parsed.error().what + parsed.error().cause + parsed.error().next;
        EXPECT_NE(said.find(wrong.says), std::string::npos) << said;
    }
}

RC_GTEST_PROP(parsing, any_words_are_read_without_harm, (std::vector<std::string> words)) {
    const auto parsed = parse(words, now);
    RC_ASSERT(parsed.has_value() || parsed.error().code.starts_with("FG-CLI-"));
}

RC_GTEST_PROP(
    parsing, commands_with_any_words_behind_are_read_without_harm, (std::vector<std::string> more)
) {
    const auto& command = commands()[*rc::gen::inRange<std::size_t>(0, commands().size())];
    std::vector<std::string> words = shell_words(command.path);
    words.insert(words.end(), more.begin(), more.end());
    const auto parsed = parse(words, now);
    RC_ASSERT(parsed.has_value() || parsed.error().code.starts_with("FG-CLI-"));
}

}  // namespace
}  // namespace fairgate::cli
