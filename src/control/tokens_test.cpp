#include "control/tokens.hpp"

#include <gtest/gtest.h>

namespace fairgate::control {
namespace {

using namespace std::chrono_literals;

const TimePoint now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);
const std::string secret = "0123456789abcdef0123456789abcdef";

TEST(tokens, one_that_was_made_is_known_again) {
    const std::string token = make_token("ops");
    const auto table =
        TokenTable::parse("# who may ask\n\n" + token + " write # for scripts\n", "t");
    ASSERT_TRUE(table);
    const auto found = table->find(token, now);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, "ops");
    EXPECT_EQ(found->scope, Scope::write);
    EXPECT_NE(make_token("ops"), token);
}

TEST(tokens, the_file_need_not_hold_the_secret) {
    // printf %s 0123456789abcdef0123456789abcdef | sha256sum
    const auto table = TokenTable::parse(
        "fg_web sha256:3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9 read", "t"
    );
    ASSERT_TRUE(table);
    EXPECT_TRUE(table->find("fg_web_" + secret, now));
    EXPECT_FALSE(table->find("fg_web_" + secret + "0", now));
}

TEST(tokens, every_reason_to_refuse_looks_the_same) {
    const auto table = TokenTable::parse("fg_a_" + secret + " read 2026-11-22", "t").value();
    const Error expired = table.find("fg_a_" + secret, now).error();
    EXPECT_EQ(expired.code, "FG-AUTH-001");
    for (const std::string& shown : std::initializer_list<std::string>{
             "", "fg_", "fg_a", "fg_a_", "fg_b_" + secret, "fg_a_" + secret + "x", "Fg_a_" + secret
         }) {
        EXPECT_EQ(table.find(shown, now - 1s).error(), expired) << shown;
    }
    EXPECT_TRUE(table.find("fg_a_" + secret, now - 1s));
}

TEST(tokens, a_bad_line_is_named_and_not_repeated) {
    const auto fault = [](const std::string& text) {
        const auto table = TokenTable::parse(text, "tokens");
        return table ? Error() : table.error();
    };
    EXPECT_EQ(fault("").code, "FG-AUTH-004");
    EXPECT_EQ(fault("\nfg_a_short\n").where, "tokens:2");
    EXPECT_EQ(fault("fg_a_" + secret + " everything").code, "FG-AUTH-004");
    EXPECT_EQ(fault("fg_a sha256:zz").code, "FG-AUTH-004");
    EXPECT_EQ(fault("fg_a_" + secret + "\nfg_a_" + secret).where, "tokens:2");
    EXPECT_EQ(to_line(fault("hunter2")).find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace fairgate::control
