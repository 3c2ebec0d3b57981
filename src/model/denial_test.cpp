#include "model/denial.hpp"

#include <gtest/gtest.h>

namespace fairgate {
namespace {

TEST(denial, is_written_as_a_person_reads_it) {
    const Address v4 = *Address::parse("203.0.113.5");
    const Address v6 = *Address::parse("2001:db8::5");
    EXPECT_EQ(to_text(Denial{.address = v4}), "203.0.113.5");
    EXPECT_EQ(
        to_text(Denial{.address = v4, .protocol = Protocol::udp, .local_port = 443}),
        "203.0.113.5 to udp/443"
    );
    EXPECT_EQ(
        to_text(Denial{.address = v6, .peer_port = 50000, .local_port = 443}),
        "[2001:db8::5]:50000 to tcp/443"
    );
}

TEST(denial, what_can_be_denied_is_known) {
    const Address v4 = *Address::parse("203.0.113.5");
    EXPECT_TRUE(check(Denial{.address = v4}));
    EXPECT_TRUE(check(Denial{.address = v4, .local_port = 443}));
    EXPECT_FALSE(check(Denial{.address = v4, .protocol = Protocol::udp}));
    const auto no_door = check(Denial{.address = v4, .peer_port = 50000});
    ASSERT_FALSE(no_door);
    EXPECT_EQ(no_door.error().code, "FG-KRN-022");
}

}  // namespace
}  // namespace fairgate
