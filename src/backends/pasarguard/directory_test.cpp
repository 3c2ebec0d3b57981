#include "backends/pasarguard/directory.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace fairgate::backends::pasarguard {
namespace {

PanelUser user(std::int64_t id, std::string name) {
    PanelUser result;
    result.id = id;
    result.username = std::move(name);
    result.status = "active";
    return result;
}

TEST(Directory, tells_what_limits_and_filters_need) {
    Directory directory("main");
    directory.set_groups({{1, "gold"}, {4, "silver"}});
    PanelUser ali = user(7, "ali.phone");
    ali.status = "on_hold";
    ali.group_ids = {4, 1, 5};
    ali.hwid_limit = 3;
    ali.admin = PanelAdmin{2, "seller"};
    EXPECT_EQ(directory.put(ali), Directory::Change::added);
    EXPECT_EQ(directory.put(ali), Directory::Change::none);
    const auto facts = directory.facts(7);
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->key, (AccountKey{"main", "ali.phone"}));
    EXPECT_EQ(facts->backend_id, "7");
    EXPECT_TRUE(facts->enabled);
    EXPECT_EQ(facts->groups, (std::vector<std::string>{"gold", "silver", "#5"}));
    EXPECT_EQ(facts->owner, "seller");
    EXPECT_EQ(facts->device_limit, 3);
    ali.hwid_limit = 0;
    EXPECT_EQ(directory.put(ali), Directory::Change::changed);
    EXPECT_FALSE(directory.facts(7)->device_limit);
}

TEST(Directory, is_the_same_after_a_restart) {
    Directory before("main");
    before.set_groups({{1, "go\tld"}, {4, "sil\\ver\n"}});
    PanelUser ali = user(7, "ali.phone");
    ali.group_ids = {4, 1, 5};
    ali.hwid_limit = 3;
    ali.admin = PanelAdmin{2, "seller"};
    ali.note = "paid\n2026";
    before.put(ali);
    before.put(user(9, "sara"));
    Directory after("main");
    after.take_up(before.as_text() + "user\tx\tnobody\t\nuser\t11\t");
    EXPECT_EQ(after.keys(), (std::vector<std::int64_t>{7, 9}));
    EXPECT_EQ(after.facts(7), before.facts(7));
    EXPECT_EQ(after.facts(9), before.facts(9));
    EXPECT_EQ(after.put(ali), Directory::Change::none);
}

TEST(Directory, maps_the_e_mail_of_every_version_to_the_name) {
    Directory directory("main");
    directory.put(user(7, "ali.phone"));
    for (const char* email : {"7", "7.ali.phone", "7.old-name"}) {
        EXPECT_EQ(directory.account_of_email(email), (AccountKey{"main", "ali.phone"})) << email;
    }
    for (const char* email : {"8", "ali.phone", "foo@bar", ""}) {
        EXPECT_FALSE(directory.account_of_email(email)) << email;
    }
}

TEST(Directory, a_name_made_again_belongs_to_the_later_user) {
    Directory directory("main");
    directory.put(user(7, "ali"));
    directory.put(user(9, "ali"));
    EXPECT_EQ(directory.id_of("ali"), 9);
    directory.put(user(7, "ali"));
    EXPECT_EQ(directory.id_of("ali"), 9);
    EXPECT_TRUE(directory.remove(7));
    EXPECT_EQ(directory.id_of("ali"), 9);
    EXPECT_TRUE(directory.remove(9));
    EXPECT_FALSE(directory.id_of("ali"));
    EXPECT_FALSE(directory.remove(9));
}

TEST(Directory, names_differ_in_case) {
    Directory directory("main");
    directory.put(user(1, "Ali"));
    EXPECT_FALSE(directory.id_of("ali"));
}

RC_GTEST_PROP(Directory, finds_every_user_by_id_and_name, ()) {
    Directory directory("main");
    std::map<std::int64_t, std::string> expected;
    for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 300))) {
        const std::int64_t id = step % 20 + 1;
        if (step % 3 == 0) {
            directory.remove(id);
            expected.erase(id);
        } else {
            const std::string name = "u" + std::to_string(id) + (step % 2 == 0 ? "" : "x");
            directory.put(user(id, name));
            expected[id] = name;
        }
    }
    RC_ASSERT(directory.size() == expected.size());
    for (const auto& [id, name] : expected) {
        RC_ASSERT(directory.name_of(id) == name);
        RC_ASSERT(directory.id_of(name) == id);
    }
}

}  // namespace
}  // namespace fairgate::backends::pasarguard
