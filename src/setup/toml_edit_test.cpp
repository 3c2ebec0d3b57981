#include "setup/toml_edit.hpp"

#include "config/load.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairgate::setup {
namespace {

const std::string mine = R"(# my own file
[limits]
general = 4   # as sold
[limits.accounts]
ali = 5  # a friend

[trust]
never_blocked = [
    "198.51.100.7",  # "home", [sweet] home
    "203.0.113.0/24",
]

[[backend]]
name = "old"
type = "xray"
api = "127.0.0.1:10085"

[[backend]]
  name = 'main'
  type = "pasarguard"
  url = "https://panel.example.com"
  api_key_file = "/k"
)";

Edit set(std::string table, std::string element, std::string key, std::string value) {
    return {std::move(table), std::move(element), std::move(key), std::move(value)};
}

TEST(edited, changes_a_line_and_keeps_its_comment_and_all_others) {
    const std::vector edits = {set("limits", "", "general", "2")};
    const std::string after = edited(mine, edits);
    EXPECT_EQ(difference(mine, after).substr(0, 15), " # my own file\n");
    EXPECT_NE(after.find("general = 2  # as sold\n[limits.accounts]"), std::string::npos);
    EXPECT_TRUE(changed_only(mine, after, edits));
    EXPECT_EQ(after.size(), mine.size() - 1);
}

TEST(edited, replaces_a_list_over_several_lines) {
    const std::vector edits = {set("trust", "", "never_blocked", R"(["192.0.2.1"])")};
    const std::string after = edited(mine, edits);
    EXPECT_NE(after.find("[trust]\nnever_blocked = [\"192.0.2.1\"]\n\n[[backend]]"), after.npos);
    EXPECT_TRUE(changed_only(mine, after, edits));
}

TEST(edited, finds_the_element_by_its_name_and_removes_what_has_to_go) {
    const std::vector edits = {
        set("backend", "main", "username", "\"fairgate\""),
        set("backend", "main", "password_file", "\"/p\""),
        Edit{"backend", "main", "api_key_file", std::nullopt},
    };
    const std::string after = edited(mine, edits);
    EXPECT_EQ(after.find("api_key_file"), std::string::npos);
    EXPECT_TRUE(changed_only(mine, after, edits)) << after;
    const auto loaded = config::load_text("f", after);
    ASSERT_EQ(loaded.settings.backends.size(), 2U);
    EXPECT_EQ(loaded.settings.backends[1].username, "fairgate");
}

TEST(edited, adds_tables_and_elements_at_the_end) {
    const std::vector edits = {
        set("mode", "", "global", "\"shadow\""),
        set("source", "local", "path", "\"/var/log/xray/access.log\""),
        set("source", "local", "backend", "\"old\""),
    };
    const std::string after = edited(mine, edits);
    EXPECT_TRUE(after.starts_with(mine));
    EXPECT_TRUE(changed_only(mine, after, edits)) << after;
    EXPECT_TRUE(
        after.ends_with("[mode]\nglobal = \"shadow\"\n\n[[source]]\nname = \"local\"\n"
                        "path = \"/var/log/xray/access.log\"\nbackend = \"old\"\n")
    );
}

TEST(edited, makes_a_file_where_there_was_none) {
    const std::vector edits = {set("limits", "", "general", "2")};
    EXPECT_EQ(edited("", edits), "[limits]\ngeneral = 2\n");
    EXPECT_TRUE(changed_only("", edited("", edits), edits));
}

TEST(changed_only, notices_what_cannot_be_extended_line_by_line) {
    const std::vector edits = {set("limits", "", "general", "2")};
    for (const std::string before :
         {"limits = { general = 4 }\n",
          "limits.general = 4\n",
          "[mode]\nglobal = \"shadow\"\n[limits] # \"\"\"\n\"general\" = 4\nwithin = \"1m\"\n"}) {
        const std::string after = edited(before, edits);
        const bool fine = changed_only(before, after, edits);
        if (fine) {
            EXPECT_EQ(config::load_text("f", after).settings.limits.general, 2) << after;
        }
        const std::string plain = edited(plain_form(before), edits);
        EXPECT_TRUE(changed_only(plain_form(before), plain, edits)) << plain;
        EXPECT_EQ(config::load_text("f", plain).settings.limits.general, 2) << plain;
    }
    EXPECT_FALSE(changed_only(
        "limits = { general = 4 }\n", edited("limits = { general = 4 }\n", edits), edits
    ));
}

TEST(changed_only, notices_a_value_that_changed_unasked) {
    EXPECT_FALSE(changed_only(
        "[limits]\ngeneral = 4\ntolerance = 1\n",
        "[limits]\ngeneral = 2\n",
        {set("limits", "", "general", "2")}
    ));
}

TEST(plain_form, means_the_same) {
    const std::string plain = plain_form(mine);
    EXPECT_TRUE(changed_only(mine, plain, {})) << plain;
    EXPECT_EQ(plain.find('#'), std::string::npos);
}

TEST(difference, shows_what_changed_and_little_around_it) {
    EXPECT_EQ(difference("a\nb\n", "a\nb\n"), "");
    EXPECT_EQ(difference("a\nb\nc\n", "a\nx\nc\n"), " a\n-b\n+x\n c\n");
    EXPECT_EQ(difference("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\n7\n"), "@@\n 4\n 5\n-6\n+7\n");
}

RC_GTEST_PROP(edited, of_any_text_with_nothing_to_change_is_that_text, (const std::string& text)) {
    std::string whole = text;
    if (!whole.empty() && !whole.ends_with('\n')) {
        whole += '\n';
    }
    RC_ASSERT(edited(whole, {}) == whole);
}

RC_GTEST_PROP(edited, sets_a_value_in_any_sound_file, (int devices, bool comment, bool list)) {
    const int limit = 1 + std::abs(devices % 9'999);
    std::string text = "[counting]\n";
    text += list ? "countries = [\n  'IR', # x\n]\n" : "countries = ['IR']\n";
    text += comment ? "# [limits]\n[limits] # general = 1\n" : "[limits]\n";
    text += "tolerance = 0\n";
    const std::vector edits = {set("limits", "", "general", std::to_string(limit))};
    RC_ASSERT(changed_only(text, edited(text, edits), edits));
}

}  // namespace
}  // namespace fairgate::setup
