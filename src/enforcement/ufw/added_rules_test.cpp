#include "enforcement/ufw/added_rules.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <string>

namespace fairgate::enforcement::ufw {
namespace {

TEST(added_rules, ours_and_the_operators_are_told_apart) {
    const auto rules = read_added(
        "Added user rules (see 'ufw status' for running firewall):\n"
        "ufw reject from 203.0.113.6 to any port 443 proto tcp comment 'fairgate:1764000001'\n"
        "ufw reject from 203.0.113.5 comment 'fairgate:'\n"
        "ufw deny from 203.0.113.9\n"
        "ufw allow 22/tcp\n"
        "ufw deny in on eth0 from 203.0.113.10 comment 'fairgate:1'\n"
        "ufw deny from 203.0.113.0/24 comment 'mine'\n"
        "ufw deny from 2001:db8::6 port 50000 to any port 443 proto udp comment "
        "'fairgate:1764000001'\n"
    );
    ASSERT_EQ(rules.size(), 4U);
    EXPECT_EQ(to_text(rules[0].block.denial), "203.0.113.6 to tcp/443");
    EXPECT_EQ(rules[0].block.until, TimePoint(std::chrono::seconds(1764000001)));
    EXPECT_EQ(rules[1].owner, AddedRule::Owner::us);
    EXPECT_FALSE(rules[1].block.until);
    EXPECT_EQ(rules[2].owner, AddedRule::Owner::the_operator);
    EXPECT_EQ(to_text(rules[3].block.denial), "[2001:db8::6]:50000 to udp/443");
}

TEST(added_rules, a_line_that_ends_within_its_comment_is_the_operators) {
    for (const char* end : {"", "'", "fair"}) {
        const auto rules = read_added(std::string("ufw deny from 203.0.113.9 comment '") + end);
        ASSERT_EQ(rules.size(), 1U);
        EXPECT_EQ(rules.front().owner, AddedRule::Owner::the_operator);
    }
}

TEST(added_rules, what_we_say_is_what_ufw_shows) {
    const Denial flow{*Address::parse("2001:db8::6"), Protocol::tcp, 50000, 443};
    std::string line = "ufw";
    for (const std::string& word : rule_words(flow)) {
        line += " " + word;
    }
    const auto rules = read_added(line + " comment 'fairgate:5'\n");
    ASSERT_EQ(rules.size(), 1U);
    EXPECT_EQ(rules.front().block.denial, flow);
}

RC_GTEST_PROP(added_rules, any_text_can_be_read, (const std::string& text)) {
    static_cast<void>(read_added("ufw deny " + text + "\nufw " + text + " comment 'fairgate:1'\n"));
}

}  // namespace
}  // namespace fairgate::enforcement::ufw
