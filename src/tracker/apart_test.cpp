#include "tracker/apart.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstddef>
#include <string_view>

namespace fairgate::tracker {
namespace {

/// Drawn as in apart.hpp: the oldest slot on the left, `#` active.
Word drawn(std::string_view slots) {
    Word word = 0;
    for (const char slot : slots) {
        word = word << 1U | (slot == '#' ? 1U : 0U);
    }
    return word;
}

bool apart(std::string_view first, std::string_view second) {
    EXPECT_EQ(first.size(), second.size());
    return are_apart(drawn(first), drawn(second));
}

TEST(Apart, two_people_mix) {
    EXPECT_TRUE(apart("##_#####_####_#######_#_#####", "#_###_######_#####_######_#_#"));
}

TEST(Apart, two_people_who_are_seldom_heard_mix_as_well) {
    EXPECT_TRUE(
        apart("#__#___#_#___#__#___#__#__#____#__#__#", "_#__#_#____#_#___#_#_#___#__#_#__#_#__")
    );
}

TEST(Apart, a_phone_that_goes_home_once_is_one_device) {
    EXPECT_FALSE(apart("################____________", "_______________#############"));
}

TEST(Apart, both_radios_at_a_handover_are_one_device) {
    EXPECT_FALSE(apart("##################__________", "_______________#############"));
}

TEST(Apart, a_phone_that_leaves_and_comes_back_is_one_device) {
    EXPECT_FALSE(apart("#######__________##########", "_______##########__________"));
    EXPECT_FALSE(apart("########_________##########", "_______##########__________"));
}

TEST(Apart, a_phone_at_the_edge_of_coverage_is_one_device) {
    EXPECT_FALSE(apart(
        "##########_______#######_______########_______",
        "_________########_______#######________#######"
    ));
}

TEST(Apart, nothing_is_proven_by_one_place_alone) {
    EXPECT_FALSE(are_apart(0, 0));
    EXPECT_FALSE(are_apart(~Word{0}, 0));
}

RC_GTEST_PROP(Apart, it_does_not_matter_which_place_is_named_first, (Word first, Word second)) {
    RC_ASSERT(are_apart(first, second) == are_apart(second, first));
}

RC_GTEST_PROP(Apart, places_active_one_after_the_other_are_never_apart, (Word word)) {
    const auto cut = *rc::gen::inRange(1U, 63U);
    const Word older = word & (~Word{0} << cut);
    const Word newer = word & ~(~Word{0} << cut);
    RC_ASSERT(!are_apart(older, newer));
}

TEST(Apart, the_end_of_what_is_remembered_proves_nothing) {
    const Word first = 3592861811;
    const Word second = 2522979725;
    EXPECT_EQ(are_apart(first << 26U, second << 26U), are_apart(first, second));
}

RC_GTEST_PROP(
    Apart, it_does_not_matter_how_long_ago_it_was, (std::uint32_t first, std::uint32_t second)
) {
    const auto ago = *rc::gen::inRange(0U, 32U);
    RC_ASSERT(are_apart(Word{first} << ago, Word{second} << ago) == are_apart(first, second));
}

}  // namespace
}  // namespace fairgate::tracker
