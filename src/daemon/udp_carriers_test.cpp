#include "daemon/udp_carriers.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace fairgate::daemon {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint noon = std::chrono::sys_days(std::chrono::year{2026} / 3 / 7) + 12h;

Address address(int host) { return Address::v4(0xc6336400U + static_cast<std::uint32_t>(host)); }

TEST(UdpCarriers, who_came_lately_is_known_the_newest_first) {
    UdpCarriers carriers;
    carriers.note("ann", address(1), "hy2", noon);
    carriers.note("ann", address(2), "hy2", noon + 1min);
    carriers.note("ann", address(1), "hy2", noon + 2min);
    ASSERT_EQ(carriers.of("ann", noon).size(), 2U);
    EXPECT_EQ(carriers.of("ann", noon)[0].address, address(1));
    EXPECT_EQ(carriers.of("ann", noon + 2min).size(), 1U);
    EXPECT_TRUE(carriers.of("bob", noon).empty());
    carriers.forget_before(noon + 3min);
    EXPECT_TRUE(carriers.of("ann", noon).empty());
}

TEST(UdpCarriers, nobody_costs_more_than_eight_addresses) {
    UdpCarriers carriers;
    for (int host = 1; host < 100; ++host) {
        carriers.note("ann", address(host), "hy2", noon + host * 1s);
    }
    const auto seen = carriers.of("ann", noon);
    ASSERT_EQ(seen.size(), UdpCarriers::most_addresses);
    EXPECT_EQ(seen.front().address, address(99));
}

}  // namespace
}  // namespace fairgate::daemon
