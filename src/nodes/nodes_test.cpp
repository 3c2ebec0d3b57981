#include "nodes/node_book.hpp"
#include "nodes/strangers.hpp"
#include "pki/join_token.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fairgate::nodes {
namespace {

using namespace std::chrono_literals;

const TimePoint now = TimePoint(std::chrono::seconds(1'790'000'000));

Invitation invitation(const std::string& name, const std::string& secret) {
    Invitation one;
    one.name = name;
    one.backend = "main";
    one.hash = pki::hash_of_secret(secret);
    one.expires = now + 1h;
    return one;
}

NodeRecord record(const std::string& name, const std::string& serial) {
    NodeRecord one;
    one.name = name;
    one.backend = "main";
    one.serial = serial;
    one.joined = now;
    one.until = now + std::chrono::days(365);
    return one;
}

std::string code_of(const auto& result) { return result ? "" : result.error().code; }

TEST(NodeBook, a_token_works_once) {
    NodeBook book;
    ASSERT_TRUE(book.invite(invitation("de-1", "secret"), now));
    EXPECT_EQ(book.redeem("secret", now).value().name, "de-1");
    EXPECT_EQ(code_of(book.redeem("secret", now)), "FG-AGT-001");
}

TEST(NodeBook, a_token_that_is_over_or_made_up_is_refused_in_the_same_words) {
    NodeBook book;
    ASSERT_TRUE(book.invite(invitation("de-1", "secret"), now));
    const auto over = book.redeem("secret", now + 2h);
    const auto made_up = book.redeem("other", now);
    ASSERT_FALSE(over);
    ASSERT_FALSE(made_up);
    EXPECT_EQ(over.error(), made_up.error());
}

TEST(NodeBook, a_newer_token_of_a_name_replaces_the_older_one) {
    NodeBook book;
    ASSERT_TRUE(book.invite(invitation("de-1", "old"), now));
    ASSERT_TRUE(book.invite(invitation("de-1", "new"), now));
    EXPECT_FALSE(book.redeem("old", now));
    EXPECT_TRUE(book.redeem("new", now));
}

TEST(NodeBook, only_the_newest_certificate_of_a_node_is_let_in) {
    NodeBook book;
    book.add(record("de-1", "01"));
    book.add(record("de-1", "02"));
    EXPECT_EQ(code_of(book.admit({"de-1", "01", now})), "FG-AGT-002");
    EXPECT_EQ(book.admit({"de-1", "02", now}).value().backend, "main");
    EXPECT_EQ(code_of(book.admit({"fr-2", "02", now})), "FG-AGT-002");
}

TEST(NodeBook, a_revoked_node_is_not_let_in_until_it_joins_again) {
    NodeBook book;
    book.add(record("de-1", "01"));
    ASSERT_TRUE(book.invite(invitation("de-1", "secret"), now));
    ASSERT_TRUE(book.revoke("de-1", now));
    EXPECT_EQ(code_of(book.admit({"de-1", "01", now})), "FG-AGT-002");
    EXPECT_FALSE(book.redeem("secret", now)) << "its token must end with it";
    book.add(record("de-1", "03"));
    EXPECT_TRUE(book.admit({"de-1", "03", now}));
    EXPECT_EQ(code_of(book.revoke("nobody", now)), "FG-NOD-003");
}

TEST(NodeBook, a_renewed_certificate_stands_beside_the_old_one_until_it_is_shown) {
    NodeBook book;
    book.add(record("de-1", "01"));
    ASSERT_TRUE(book.renew("de-1", "02", now + 1h));
    EXPECT_FALSE(book.settle({"de-1", "01", now}));
    EXPECT_TRUE(book.admit({"de-1", "01", now}));
    EXPECT_EQ(NodeBook::parse(book.text()).value().nodes(), book.nodes());
    EXPECT_TRUE(book.admit({"de-1", "02", now}));
    EXPECT_TRUE(book.settle({"de-1", "02", now + 1h}));
    EXPECT_EQ(book.find("de-1")->until, now + 1h);
    EXPECT_EQ(code_of(book.admit({"de-1", "01", now})), "FG-AGT-002");
    EXPECT_TRUE(book.admit({"de-1", "02", now}));
}

TEST(NodeBook, who_is_revoked_or_joins_again_keeps_no_renewed_certificate) {
    NodeBook book;
    book.add(record("de-1", "01"));
    ASSERT_TRUE(book.renew("de-1", "02", now + 1h));
    ASSERT_TRUE(book.revoke("de-1", now));
    EXPECT_EQ(code_of(book.admit({"de-1", "02", now})), "FG-AGT-002");
    EXPECT_EQ(code_of(book.renew("de-1", "03", now + 1h)), "FG-AGT-002");
    book.add(record("de-1", "04"));
    EXPECT_EQ(code_of(book.admit({"de-1", "02", now})), "FG-AGT-002");
    EXPECT_EQ(code_of(book.renew("nobody", "05", now)), "FG-AGT-002");
}

TEST(NodeBook, names_that_a_file_or_a_certificate_cannot_hold_are_refused) {
    NodeBook book;
    for (const char* const name : {"", "../x", "a b", "-x", ".x", "a/b", "\xD8\xB9"}) {
        EXPECT_EQ(code_of(book.invite(invitation(name, "s"), now)), "FG-NOD-002") << name;
    }
    EXPECT_FALSE(book.invite(invitation(std::string(64, 'a'), "s"), now));
}

TEST(NodeBook, it_is_read_as_it_was_written_and_holds_no_secret) {
    NodeBook book;
    book.add(record("de-1", "01"));
    ASSERT_TRUE(book.revoke("de-1", now));
    ASSERT_TRUE(book.invite(invitation("fr-2", "very-secret"), now));
    const std::string text = book.text();
    EXPECT_EQ(text.find("very-secret"), std::string::npos);
    const NodeBook read = NodeBook::parse(text).value();
    EXPECT_EQ(read.nodes(), book.nodes());
    EXPECT_EQ(read.invitations(), book.invitations());
    EXPECT_EQ(code_of(NodeBook::parse("no")), "FG-NOD-001");
}

TEST(Strangers, who_opens_many_connections_ends_only_their_own) {
    Strangers strangers(4);
    EXPECT_FALSE(strangers.enter(1, "203.0.113.1:1000"));
    for (Strangers::Number number = 2; number <= 4; ++number) {
        EXPECT_FALSE(strangers.enter(number, "198.51.100.7:" + std::to_string(number)));
    }
    EXPECT_EQ(strangers.enter(5, "198.51.100.7:5"), 2U);
    EXPECT_EQ(strangers.enter(6, "192.0.2.1:6"), 3U);
    EXPECT_TRUE(strangers.contains(1));
    EXPECT_TRUE(strangers.contains(6));
    EXPECT_EQ(strangers.size(), 4U);
}

TEST(Strangers, all_of_an_ipv6_network_is_one_stranger) {
    Strangers strangers(3);
    EXPECT_FALSE(strangers.enter(1, "[2001:db8:1::1]:1"));
    EXPECT_FALSE(strangers.enter(2, "[2001:db8::1]:2"));
    EXPECT_FALSE(strangers.enter(3, "[2001:db8::2]:3"));
    EXPECT_EQ(strangers.enter(4, "203.0.113.1:4"), 2U);
}

TEST(Strangers, who_showed_who_they_are_makes_room) {
    Strangers strangers(1);
    EXPECT_FALSE(strangers.enter(1, "203.0.113.1:1"));
    strangers.leave(1);
    strangers.leave(1);
    EXPECT_FALSE(strangers.enter(2, "203.0.113.1:2"));
    EXPECT_EQ(strangers.enter(3, ""), 2U);
    EXPECT_FALSE(strangers.contains(2));
}

}  // namespace
}  // namespace fairgate::nodes
