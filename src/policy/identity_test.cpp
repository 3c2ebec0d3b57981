#include "policy/identity.hpp"

#include <gtest/gtest.h>

namespace fairgate::policy {
namespace {

AccountFacts account(const std::string& backend, const std::string& name) {
    AccountFacts facts;
    facts.key = {backend, name};
    return facts;
}

AccountFacts noted(const std::string& backend, const std::string& name, const std::string& note) {
    AccountFacts facts = account(backend, name);
    facts.note = note;
    return facts;
}

Identity by_name(const std::string& match, std::set<std::string> backends = {}) {
    Identity rule;
    rule.by = Identity::By::name;
    rule.backends = std::move(backends);
    if (!match.empty()) {
        rule.person = *NamePattern::parse(match);
    }
    return rule;
}

std::string who(const IdentityBook& book, const AccountFacts& facts) {
    const auto person = book.person_of(facts);
    return person ? std::to_string(person->rule) + ":" + person->who : "nobody";
}

TEST(Identity, accounts_that_are_listed_are_one_person_and_nobody_else_is) {
    Identity rule;
    rule.accounts = {{"main", "ali"}, {"second", "ali.2"}};
    IdentityBook book;
    book.add(rule);
    EXPECT_EQ(who(book, account("main", "ali")), "0:");
    EXPECT_EQ(who(book, account("second", "ali.2")), "0:");
    EXPECT_EQ(who(book, account("second", "ali")), "nobody");
    EXPECT_EQ(who(book, account("main", "Ali")), "nobody");
}

TEST(Identity, the_person_is_the_shortest_part_of_the_name_that_fits) {
    IdentityBook book;
    book.add(by_name("{person}_*"));
    EXPECT_EQ(who(book, account("main", "ali_phone")), "0:ali");
    EXPECT_EQ(who(book, account("second", "ali_tv_2")), "0:ali");
    EXPECT_EQ(who(book, account("second", "ali")), "nobody");
    EXPECT_EQ(who(book, account("second", "_tv")), "nobody");
}

TEST(Identity, without_a_pattern_the_whole_name_is_the_person) {
    IdentityBook book;
    book.add(by_name("", {"main", "second"}));
    EXPECT_EQ(who(book, account("main", "ali")), who(book, account("second", "ali")));
    EXPECT_EQ(who(book, account("third", "ali")), "nobody");
}

TEST(Identity, a_note_tells_it_by_the_part_that_is_meant) {
    Identity rule = by_name("tg:{person}");
    rule.by = Identity::By::note;
    IdentityBook book;
    book.add(rule);
    EXPECT_EQ(who(book, noted("main", "ali", "tg:1001\n")), "0:1001");
    EXPECT_EQ(who(book, noted("second", "reza", " tg:1001")), "0:1001");
    EXPECT_EQ(who(book, noted("main", "sara", "paid")), "nobody");
    EXPECT_EQ(who(book, noted("main", "tg:1001", "")), "nobody");
}

TEST(Identity, the_first_rule_that_fits_decides) {
    Identity listed;
    listed.accounts = {{"main", "ali_1"}, {"main", "reza_1"}};
    IdentityBook book;
    book.add(listed);
    book.add(by_name("{person}_*"));
    EXPECT_EQ(who(book, account("main", "ali_1")), "0:");
    EXPECT_EQ(who(book, account("main", "ali_2")), "1:ali");
}

DeviceLimit of(int devices) { return {{LimitOrigin::general, "", devices}, {}}; }
PersonsAccount second(int devices) {
    return {{"second", "ali"}, {LimitOrigin::group, "gold", devices}};
}

TEST(Identity, the_most_generous_of_a_persons_accounts_gives_the_limit) {
    const AccountKey ali{"main", "ali"};
    const auto limit = limit_of_person(PersonLimit::highest, ali, of(2), {second(5)});
    EXPECT_EQ(limit.chosen, (LimitRule{LimitOrigin::group, "gold of second/ali", 5}));
    EXPECT_EQ(limit.lost.front().devices, 2);
    EXPECT_EQ(limit_of_person(PersonLimit::highest, ali, of(6), {second(5)}), of(6));
}

TEST(Identity, accounts_that_were_bought_each_by_itself_add_up) {
    const AccountKey ali{"main", "ali"};
    const auto limit = limit_of_person(PersonLimit::sum, ali, of(2), {second(5)});
    EXPECT_EQ(limit.chosen.devices, 7);
    EXPECT_EQ(limit.chosen.rule, "2 of main/ali + 5 of second/ali");
    EXPECT_EQ(
        limit_of_person(PersonLimit::sum, ali, of(2), {second(unlimited)}).chosen.devices, unlimited
    );
    EXPECT_EQ(limit_of_person(PersonLimit::sum, ali, of(2), {}), of(2));
}

}  // namespace
}  // namespace fairgate::policy
