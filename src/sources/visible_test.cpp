#include "sources/visible.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace fairgate::sources {
namespace {

TEST(visible, text_of_any_language_stays_and_control_bytes_show) {
    EXPECT_EQ(visible("علی 用户 ok"), "علی 用户 ok");
    EXPECT_EQ(visible("a\r\x1b[2J\x7f"), "a\\x0d\\x1b[2J\\x7f");
    EXPECT_EQ(visible("\xff\xc3"), "\\xff\\xc3");
    EXPECT_EQ(visible("\xe2\x80\xae"), "\\xe2\\x80\\xae") << "turns the direction of writing";
    EXPECT_EQ(visible("\xc2\x85"), "\\xc2\\x85") << "a C1 control";
}

TEST(visible, long_text_is_cut_between_characters) {
    EXPECT_EQ(visible("abcdef", 3), "abc…");
    EXPECT_EQ(visible("abع", 3), "ab…");
}

RC_GTEST_PROP(visible, nothing_unprintable_comes_out, (const std::string& text)) {
    const std::string shown = visible(text);
    RC_ASSERT(std::all_of(shown.begin(), shown.end(), [](char each) {
        return static_cast<unsigned char>(each) >= 0x20 && each != 0x7F;
    }));
}

}  // namespace
}  // namespace fairgate::sources
