#include "backends/marzban/directory.hpp"

#include <gtest/gtest.h>

namespace fairgate::backends::marzban {
namespace {

PanelUser user(std::string name, std::string created_at = "2026-01-01T00:00:00") {
    PanelUser made;
    made.username = std::move(name);
    made.created_at = std::move(created_at);
    made.status = "active";
    return made;
}

TEST(MarzbanDirectory, names_are_found_in_any_case_and_told_as_the_panel_writes_them) {
    Directory directory("main");
    EXPECT_EQ(directory.put(user("Ali.Phone")), Directory::Change::added);
    EXPECT_EQ(directory.put(user("Ali.Phone")), Directory::Change::none);
    EXPECT_EQ(directory.find("ali.phone"), "Ali.Phone");
    EXPECT_EQ(directory.account_of_email("7.ALI.PHONE"), "Ali.Phone");
    EXPECT_EQ(directory.facts("ali.PHONE")->backend_id, "7");
    EXPECT_TRUE(directory.remove("aLi.phone"));
    EXPECT_EQ(directory.size(), 0U);
}

TEST(MarzbanDirectory, an_unknown_name_is_asked_for_once_and_a_foreign_one_never) {
    Directory directory("main");
    EXPECT_FALSE(directory.account_of_email("7.ali"));
    EXPECT_FALSE(directory.account_of_email("7.ali"));
    EXPECT_FALSE(directory.account_of_email("monitor@example.com"));
    EXPECT_EQ(directory.take_unknown(), std::vector<std::string>{"ali"});
    EXPECT_TRUE(directory.take_unknown().empty());
}

TEST(MarzbanDirectory, a_higher_id_is_a_user_made_again_and_the_former_ones_lines_are_nobodys) {
    Directory directory("main");
    directory.put(user("ali"));
    EXPECT_EQ(directory.account_of_email("7.ali"), "ali");
    EXPECT_EQ(directory.account_of_email("9.ali"), "ali");
    EXPECT_EQ(directory.take_unknown(), std::vector<std::string>{"ali"}) << "to be read again";
    EXPECT_FALSE(directory.account_of_email("7.ali"));
    EXPECT_EQ(directory.account_of_email("9.ali"), "ali");
}

TEST(MarzbanDirectory, a_new_time_of_creation_is_a_user_made_again_before_any_line_tells_it) {
    Directory directory("main");
    directory.put(user("ali"));
    EXPECT_EQ(directory.account_of_email("7.ali"), "ali");
    EXPECT_EQ(directory.put(user("ali", "2026-02-02T00:00:00")), Directory::Change::changed);
    EXPECT_FALSE(directory.account_of_email("7.ali"));
    EXPECT_EQ(directory.account_of_email("12.ali"), "ali");
}

TEST(MarzbanDirectory, is_the_same_after_a_restart) {
    Directory before("main");
    PanelUser ali = user("Ali");
    ali.admin = PanelAdmin{"seller", false};
    before.put(ali);
    before.put(user("sara"));
    Directory after("main");
    after.take_up(before.as_text() + "user\tbroken\t");
    EXPECT_EQ(after.keys(), (std::vector<std::string>{"ali", "sara"}));
    EXPECT_EQ(after.facts("ali"), before.facts("ali"));
    EXPECT_EQ(after.put(ali), Directory::Change::none);
}

TEST(MarzbanDirectory, tells_owners_and_states) {
    Directory directory("main");
    PanelUser ali = user("ali");
    ali.status = "disabled";
    ali.admin = PanelAdmin{"seller", false};
    directory.put(ali);
    EXPECT_EQ(directory.facts("ali")->owner, "seller");
    EXPECT_FALSE(directory.facts("ali")->enabled);
    EXPECT_EQ(directory.keys_with_status("disabled"), std::vector<std::string>{"ali"});
}

}  // namespace
}  // namespace fairgate::backends::marzban
