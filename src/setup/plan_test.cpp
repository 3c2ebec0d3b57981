#include "setup/plan.hpp"

#include "setup/files.hpp"
#include "setup/tree_test.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace fairgate::setup {
namespace {

Answers all_answered() {
    Answers answers;
    answers.panel.standing = Standing::passed;
    answers.panel.name = "main";
    answers.panel.type = "pasarguard";
    answers.panel.url = "https://panel.example.com:8443";
    answers.panel.username = "fairgate";
    answers.limit = {Standing::passed, 2};
    answers.protect.standing = Standing::passed;
    answers.protect.addresses = {"198.51.100.7", "203.0.113.0/24"};
    return answers;
}

class Folder : public testing::Test {
protected:
    Plan plan_for(const Answers& answers) const {
        const std::string file = tree.path("fairgate.toml");
        return make_plan(file, tree.read("fairgate.toml"), config::load(sources()), answers);
    }
    config::Sources sources() const {
        config::Sources sources;
        sources.file = tree.path("fairgate.toml");
        return sources;
    }
    Result<Written> write(const Plan& plan) const {
        return write_plan(plan, config::Secret("hunter22"), sources(), a_day);
    }
    ::mode_t mode(const std::string& name) const {
        struct stat status{};
        EXPECT_EQ(::stat(tree.path(name).c_str(), &status), 0) << name;
        return status.st_mode & 0777U;
    }

    Tree tree;
};

TEST_F(Folder, a_new_configuration_is_sound_watches_only_and_names_no_secret) {
    const Plan plan = plan_for(all_answered());
    EXPECT_EQ(plan.way, Plan::Way::creates);
    EXPECT_EQ(plan.after.find("hunter22"), std::string::npos);
    const auto written = write(plan);
    ASSERT_TRUE(written) << to_line(written.error());
    EXPECT_EQ(written->backup, "");
    EXPECT_EQ(mode("fairgate.toml") & 07U, 0U);
    EXPECT_EQ(mode("main-password") & 07U, 0U);
    EXPECT_EQ(tree.read("main-password"), "hunter22\n");
    const auto loaded = config::load(sources());
    EXPECT_TRUE(loaded.faults.empty());
    EXPECT_EQ(loaded.settings.mode.global, Mode::shadow);
    EXPECT_EQ(loaded.settings.limits.general, 2);
    EXPECT_EQ(loaded.settings.trust.never_blocked.size(), 2U);
}

TEST_F(Folder, an_existing_file_keeps_its_comments_its_mode_and_a_copy) {
    tree.write(
        "fairgate.toml", "# mine\n[limits]\ngeneral = 4  # as sold\n[mode]\nglobal = \"enforce\"\n"
    );
    const auto written = write(plan_for(all_answered()));
    ASSERT_TRUE(written) << to_line(written.error());
    EXPECT_TRUE(tree.read("fairgate.toml").starts_with("# mine\n[limits]\ngeneral = 2  # as sold\n")
    );
    EXPECT_EQ(config::load(sources()).settings.mode.global, Mode::shadow);
    EXPECT_TRUE(written->backup.ends_with("fairgate.toml.before-setup-20260805T200000Z"));
    EXPECT_NE(
        tree.read(written->backup.substr(tree.path("").size())).find("general = 4"),
        std::string::npos
    );
    EXPECT_EQ(mode("fairgate.toml"), 0644U);
}

TEST_F(Folder, the_same_answers_again_change_nothing) {
    ASSERT_TRUE(write(plan_for(all_answered())));
    const Plan again = plan_for(all_answered());
    EXPECT_EQ(again.way, Plan::Way::nothing);
    EXPECT_FALSE(is_new_secret(again, config::Secret("hunter22")));
    EXPECT_TRUE(is_new_secret(again, config::Secret("another")));
}

TEST_F(Folder, a_key_in_place_of_a_password_leaves_no_login_of_both_kinds) {
    ASSERT_TRUE(write(plan_for(all_answered())));
    Answers answers = all_answered();
    answers.panel.by = LoginBy::api_key;
    const auto written = write(plan_for(answers));
    ASSERT_TRUE(written) << to_line(written.error());
    const auto loaded = config::load(sources());
    EXPECT_TRUE(loaded.faults.empty());
    EXPECT_EQ(loaded.settings.backends.at(0).password_file, "");
    EXPECT_EQ(loaded.settings.backends.at(0).api_key_file, tree.path("main-api-key"));
}

TEST_F(Folder, a_limit_alone_leaves_the_mode_as_it_is) {
    tree.write("fairgate.toml", "[limits]\ngeneral = 4\n[mode]\nglobal = \"enforce\"\n");
    Answers answers;
    answers.limit = {Standing::passed, 3};
    ASSERT_TRUE(write(plan_for(answers)));
    EXPECT_EQ(config::load(sources()).settings.mode.global, Mode::enforce);
}

TEST_F(Folder, no_limit_removes_the_line) {
    tree.write("fairgate.toml", "[limits]\ngeneral = 4\ntolerance = 1\n");
    Answers answers;
    answers.limit = {Standing::passed, std::nullopt};
    ASSERT_TRUE(write(plan_for(answers)));
    EXPECT_EQ(tree.read("fairgate.toml"), "[limits]\ntolerance = 1\n");
}

TEST_F(Folder, what_clashes_with_other_files_is_not_written) {
    tree.write("secrets.toml", "[[backend]]\nname = \"main\"\npassword = \"x\"\n");
    ASSERT_EQ(::chmod(tree.path("secrets.toml").c_str(), 0600), 0);
    Plan plan;
    plan.file = tree.path("fairgate.toml");
    plan.way = Plan::Way::creates;
    plan.after = plan_for(all_answered()).after;
    const auto written = write(plan);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, "FG-SET-008");
    EXPECT_FALSE(std::filesystem::exists(plan.file));
    EXPECT_EQ(written.error().cause.find("candidate"), std::string::npos) << written.error().cause;
}

TEST_F(Folder, an_answer_that_a_drop_in_or_a_variable_overrules_is_told) {
    tree.write("conf.d/sold.toml", "[limits]\ngeneral = 9\n");
    const auto written = write(plan_for(all_answered()));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, "FG-SET-008");
    EXPECT_NE(written.error().cause.find("limits.general is 9 by"), std::string::npos);
    EXPECT_NE(written.error().cause.find("sold.toml"), std::string::npos);
    std::filesystem::remove(tree.path("conf.d/sold.toml"));
    config::Sources with = sources();
    with.environment = {{"FAIRGATE_LIMITS__GENERAL", "9"}};
    EXPECT_FALSE(write_plan(plan_for(all_answered()), config::Secret("x"), with, a_day));
    EXPECT_TRUE(write(plan_for(all_answered())));
}

TEST_F(Folder, what_somebody_else_wrote_meanwhile_is_not_written_over) {
    const Plan plan = plan_for(all_answered());
    tree.write("fairgate.toml", "# an editor was faster\n");
    const auto written = write(plan);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, "FG-SET-015");
    EXPECT_EQ(tree.read("fairgate.toml"), "# an editor was faster\n");
    EXPECT_FALSE(std::filesystem::exists(tree.path("main-password")));
}

TEST_F(Folder, a_form_that_cannot_be_extended_is_written_anew_without_losing_a_setting) {
    tree.write("fairgate.toml", "limits = { general = 4, tolerance = 1 }  # mine\n");
    const Plan plan = plan_for(all_answered());
    EXPECT_EQ(plan.way, Plan::Way::rewrites);
    const auto loaded = config::load_text("f", plan.after);
    EXPECT_TRUE(loaded.faults.empty());
    EXPECT_EQ(loaded.settings.limits.tolerance, 1);
    EXPECT_EQ(loaded.settings.limits.general, 2);
    const auto beside = write_beside(plan);
    ASSERT_TRUE(beside);
    EXPECT_EQ(tree.read("fairgate.toml"), "limits = { general = 4, tolerance = 1 }  # mine\n");
}

TEST_F(Folder, answers_are_kept_without_secrets_and_taken_up) {
    const std::string file = tree.path("fairgate.toml");
    EXPECT_FALSE(kept_answers(file));
    ASSERT_TRUE(keep_answers(file, all_answered()));
    EXPECT_EQ(mode(".fairgate.toml.setup"), 0600U);
    const auto kept = kept_answers(file);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->panel.url, "https://panel.example.com:8443");
    EXPECT_EQ(kept->limit.general, 2);
    EXPECT_EQ(kept->log.standing, Standing::open);
    forget_answers(file);
    EXPECT_FALSE(kept_answers(file));
    tree.write(".fairgate.toml.setup", "{\"form\": 1, \"panel\": tr");
    EXPECT_FALSE(kept_answers(file));
}

TEST(files, a_folder_that_cannot_be_written_is_told_before_anything_is_asked) {
    if (::geteuid() == 0) {
        GTEST_SKIP() << "root may write everywhere";
    }
    EXPECT_EQ(may_write("/etc/fairgate/fairgate.toml").error().code, "FG-SET-010");
}

TEST(free_name, has_a_number_where_the_wish_is_taken) {
    EXPECT_EQ(free_name({}, "main"), "main");
    EXPECT_EQ(free_name({"main", "main2"}, "main"), "main3");
}

}  // namespace
}  // namespace fairgate::setup
