#include "kernel/protected_targets.hpp"

#include <gtest/gtest.h>

namespace fairgate::kernel {
namespace {

Address at(std::string_view text) { return *Address::parse(text); }

TEST(ProtectedTargets, nothing_that_is_this_machine_or_no_machine_is_allowed) {
    const ProtectedTargets targets;
    for (const auto* text :
         {"127.0.0.1",
          "127.9.9.9",
          "::1",
          "0.0.0.0",
          "::",
          "255.255.255.255",
          "224.0.0.5",
          "ff02::1",
          "::ffff:127.0.0.1"}) {
        const auto allowed = targets.allow(at(text));
        ASSERT_FALSE(allowed) << text;
        EXPECT_EQ(allowed.error().code, "FG-KRN-004");
        EXPECT_FALSE(allowed.error().cause.empty());
        EXPECT_FALSE(allowed.error().next.empty());
    }
}

TEST(ProtectedTargets, a_customer_is_allowed) {
    ProtectedTargets targets;
    targets.add(at("198.51.100.1"), Protection::gateway);
    EXPECT_TRUE(targets.allow(at("198.51.100.2")));
    EXPECT_TRUE(targets.allow(at("2001:db8::7")));
    EXPECT_TRUE(targets.allow(*Network::parse("203.0.113.0/24")));
}

TEST(ProtectedTargets, what_was_added_is_refused_in_both_spellings) {
    ProtectedTargets targets;
    targets.add(at("::ffff:198.51.100.1"), Protection::panel);
    EXPECT_FALSE(targets.allow(at("198.51.100.1")));
    EXPECT_EQ(targets.why(at("198.51.100.1")), Protection::panel);
}

TEST(ProtectedTargets, a_network_with_one_protected_address_is_refused) {
    ProtectedTargets targets;
    targets.add(at("2001:db8:1::9"), Protection::node);
    targets.add(*Network::parse("203.0.113.0/28"), Protection::trusted);
    EXPECT_FALSE(targets.allow(*Network::parse("2001:db8:1::/64")));
    EXPECT_FALSE(targets.allow(*Network::parse("203.0.113.8")));
    EXPECT_FALSE(targets.allow(*Network::parse("203.0.0.0/16")));
    EXPECT_FALSE(targets.allow(*Network::parse("0.0.0.0/0")));
    EXPECT_FALSE(targets.allow(*Network::parse("::/0")));
    EXPECT_TRUE(targets.allow(*Network::parse("2001:db8:2::/64")));
}

TEST(ProtectedTargets, the_operators_session_is_read_from_ssh_connection) {
    ProtectedTargets targets;
    targets.add_ssh_connection("203.0.113.5 50112 192.0.2.1 22");
    targets.add_ssh_connection("fe80::1%eth0 50112 fe80::2%eth0 22");
    targets.add_ssh_connection("");
    targets.add_ssh_connection("nonsense");
    EXPECT_EQ(targets.why(at("203.0.113.5")), Protection::operator_session);
    EXPECT_EQ(targets.why(at("fe80::1")), Protection::operator_session);
    EXPECT_FALSE(targets.why(at("192.0.2.1")));
}

TEST(ProtectedTargets, the_network_of_this_machine_can_be_read_without_privilege) {
    ProtectedTargets targets;
    EXPECT_TRUE(targets.add_network_of(NetworkNamespace::own()));
}

}  // namespace
}  // namespace fairgate::kernel
