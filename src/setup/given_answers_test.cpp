#include "setup/given_answers.hpp"

#include "setup/questions.hpp"
#include "setup/tree_test.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>

namespace fairgate::setup {
namespace {

TEST(answers, are_read_from_tables_with_lists_as_people_type_them) {
    const auto answers = answers_in(
        "a.toml",
        "[panel]\nurl = 'https://p.example.com'\n[limit]\ngeneral = 3\n"
        "[protect]\naddresses = ['192.0.2.1', '198.51.100.0/24']\n[firewall]\ndriver = 'off'\n"
    );
    ASSERT_TRUE(answers) << to_line(answers.error());
    EXPECT_EQ(answers->at("panel.url"), "https://p.example.com");
    EXPECT_EQ(answers->at("limit.general"), "3");
    EXPECT_EQ(answers->at("protect.addresses"), "192.0.2.1,198.51.100.0/24");
}

TEST(answers, all_faults_are_told_at_once_and_no_secret_is) {
    const auto answers = answers_in(
        "a.toml",
        "[panel]\nurl = 'https://p'\npassword = 'hunter22'\nnonsense = 1\npassword_file = "
        "'/nowhere'\n"
    );
    ASSERT_FALSE(answers);
    EXPECT_EQ(answers.error().code, "FG-SET-013");
    const std::string& cause = answers.error().cause;
    EXPECT_NE(cause.find("line 3: panel.password is a secret"), std::string::npos) << cause;
    EXPECT_NE(cause.find("line 4: no question is called panel.nonsense"), std::string::npos);
    EXPECT_NE(cause.find("line 5: FG-CFG-001"), std::string::npos);
    EXPECT_EQ(cause.find("hunter22"), std::string::npos);
}

TEST(answers, variables_are_stronger_and_secrets_come_from_files) {
    const Tree tree;
    tree.write("pw", "hunter22\n");
    ASSERT_EQ(::chmod(tree.path("pw").c_str(), 0600), 0);
    tree.write("a.toml", "[panel]\npassword_file = '" + tree.path("pw") + "'\nurl = 'https://a'\n");
    const auto answers = read_answers(
        tree.path("a.toml"),
        {{"FAIRGATE_SETUP_PANEL_URL", "https://b"}, {"FAIRGATE_SETUP_SAVE", "no"}}
    );
    ASSERT_TRUE(answers) << to_line(answers.error());
    EXPECT_EQ(answers->at("panel.url"), "https://b");
    EXPECT_EQ(answers->at("panel.password"), "hunter22");
    EXPECT_FALSE(answers->contains("save"));
    EXPECT_EQ(
        read_answers("", {{"FAIRGATE_SETUP_PANEL_API_KEY", "k"}})->at("panel.username"), "key"
    );
}

TEST(answers, a_question_that_comes_again_ends_it_with_why_the_first_answer_failed) {
    GivenTalk talk({{"panel.url", "https://a"}}, [](const std::string&) {});
    EXPECT_EQ(talk.ask(question("panel.url", "?", "none")).text, "https://a");
    Error why;
    why.code = "FG-NET-003";
    talk.failed(why);
    EXPECT_EQ(talk.ask(question("panel.url", "?", "none")).kind, Reply::Kind::ended);
    EXPECT_EQ(talk.failure()->code, "FG-NET-003");
}

TEST(answers, one_without_a_usual_answer_is_missed_by_its_key) {
    GivenTalk talk({}, [](const std::string&) {});
    EXPECT_EQ(talk.ask(question("limit.general", "?", "2")).text, "2");
    EXPECT_EQ(talk.ask(question("panel.password", "?", "")).kind, Reply::Kind::ended);
    EXPECT_EQ(talk.failure()->code, "FG-SET-002");
    EXPECT_NE(talk.failure()->next.find("FAIRGATE_SETUP_PANEL_PASSWORD"), std::string::npos);
}

TEST(questions, are_all_in_the_documentation) {
    std::ifstream file("docs/setup.md");
    const std::string page((std::istreambuf_iterator<char>(file)), {});
    ASSERT_FALSE(page.empty());
    for (const QuestionRow& row : question_rows()) {
        EXPECT_NE(page.find("`" + std::string(row.key)), std::string::npos) << row.key;
        EXPECT_FALSE(row.help.empty());
    }
}

}  // namespace
}  // namespace fairgate::setup
