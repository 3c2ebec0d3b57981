#include "backends/panel/blocked_users.hpp"

#include <gtest/gtest.h>

namespace fairgate::backends::panel {
namespace {

using enforcement::Verification;
using namespace std::chrono_literals;

constexpr TimePoint ordered{1'000s};

TEST(BlockedUsers, connections_after_the_grace_prove_that_a_block_does_not_hold_and_are_told_once) {
    BlockedUsers users;
    users.hold("7");
    users.saw_connection("7", ordered + 20s, Carrier::direct);
    EXPECT_EQ(users.judge("7", ordered, ordered + 60s, {}).kind, Verification::Kind::held);
    users.saw_connection("7", ordered + 40s, Carrier::direct);
    EXPECT_EQ(users.judge("7", ordered, ordered + 60s, {}).kind, Verification::Kind::ineffective);
    EXPECT_EQ(users.judge("7", ordered, ordered + 60s, {}).kind, Verification::Kind::held);
}

TEST(BlockedUsers, streams_inside_an_open_connection_prove_nothing) {
    BlockedUsers users;
    users.hold("7");
    users.saw_connection("7", ordered + 40s, Carrier::inside_another);
    EXPECT_EQ(users.judge("7", ordered, ordered + 60s, {}).kind, Verification::Kind::held);
}

TEST(BlockedUsers, nothing_is_kept_of_those_who_are_not_held) {
    BlockedUsers users;
    users.saw_connection("7", ordered + 40s, Carrier::direct);
    users.hold("7");
    EXPECT_EQ(users.judge("7", ordered, ordered + 60s, {}).kind, Verification::Kind::held);
    users.saw_connection("7", ordered + 40s, Carrier::direct);
    users.release("7");
    EXPECT_EQ(users.judge("7", ordered, ordered + 60s, {}).kind, Verification::Kind::held);
}

TEST(BlockedUsers, a_fresh_block_is_looked_at_again_when_its_nodes_must_have_heard) {
    BlockedUsers users;
    EXPECT_EQ(users.judge("7", ordered, ordered + 1s, {}).look_again, ordered + 60s);
    EXPECT_EQ(users.judge("7", ordered, ordered + 40s, {}).look_again, ordered + 40s + 10min);
}

TEST(BlockedUsers, whom_someone_else_disabled_is_told_apart_until_it_is_read_again) {
    BlockedUsers users;
    users.read("7");
    EXPECT_TRUE(users.is_untouched("7"));
    EXPECT_EQ(users.disabled_by_someone_else("7").kind, enforcement::Acted::Kind::changed);
    EXPECT_TRUE(users.take_disabled_by_someone_else("7"));
    EXPECT_FALSE(users.take_disabled_by_someone_else("7"));
    users.touch("7");
    EXPECT_FALSE(users.is_untouched("7"));
}

}  // namespace
}  // namespace fairgate::backends::panel
