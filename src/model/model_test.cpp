#include "model/address.hpp"
#include "model/bytes.hpp"
#include "model/decision.hpp"
#include "model/limit.hpp"
#include "model/measure.hpp"
#include "model/observation.hpp"
#include "model/origin.hpp"
#include "model/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairgate {
namespace {

TEST(address, a_mapped_address_is_the_ipv4_one) {
    EXPECT_EQ(Address::parse("::ffff:198.51.100.7"), Address::parse("198.51.100.7"));
    EXPECT_EQ(Address::parse("::ffff:198.51.100.7")->text(), "198.51.100.7");
}

TEST(address, what_is_not_an_address_is_refused) {
    for (const char* text :
         {"", "1.2.3", "1.2.3.256", "1.2.3.4.5", "01.2.3.4x", "::g", "fe80::1%eth0", "a.example"}) {
        EXPECT_FALSE(Address::parse(text)) << text;
    }
}

TEST(address, kinds_are_told_apart) {
    EXPECT_TRUE(Address::parse("127.8.9.1")->is_loopback());
    EXPECT_TRUE(Address::parse("::1")->is_loopback());
    EXPECT_TRUE(Address::parse("0.0.0.0")->is_unspecified());
    EXPECT_TRUE(Address::parse("fe80::1")->is_link_local());
    EXPECT_TRUE(Address::parse("100.64.0.1")->is_private());
    EXPECT_TRUE(Address::parse("172.31.0.1")->is_private());
    EXPECT_FALSE(Address::parse("172.32.0.1")->is_private());
    EXPECT_TRUE(Address::parse("fd00::1")->is_private());
}

RC_GTEST_PROP(address, text_and_parse_are_inverse, (std::array<std::uint8_t, 16> bytes)) {
    const Address address = Address::v6(bytes);
    RC_ASSERT(Address::parse(address.text()) == address);
}

TEST(network, contains_by_prefix_and_family) {
    const auto network = *Network::parse("203.0.113.0/24");
    EXPECT_TRUE(network.contains(*Address::parse("203.0.113.255")));
    EXPECT_FALSE(network.contains(*Address::parse("203.0.114.0")));
    EXPECT_FALSE(Network::parse("::/0")->contains(*Address::parse("203.0.113.1")));
    EXPECT_EQ(Network::parse("203.0.113.77/24")->text(), "203.0.113.0/24");
    EXPECT_FALSE(Network::parse("203.0.113.0/33"));
}

TEST(time, rfc3339_is_read_with_and_without_a_zone) {
    const auto time = parse_rfc3339("2026-08-05T20:04:10.123456Z").value();
    EXPECT_EQ(to_rfc3339(time), "2026-08-05T20:04:10.123456Z");
    EXPECT_EQ(parse_rfc3339("2026-08-05T23:34:10.123456+03:30").value(), time);
    EXPECT_EQ(parse_rfc3339("2026-08-05T20:04:10.123456").value(), time);
    EXPECT_EQ(to_rfc3339(parse_rfc3339("2026-12-01").value()), "2026-12-01T00:00:00Z");
    for (const char* text :
         {"", "2026-13-01", "2026-08-05T25:00:00Z", "2026-08-05T20:04:10+9", "x"}) {
        EXPECT_FALSE(parse_rfc3339(text)) << text;
    }
}

TEST(time, durations_need_a_unit) {
    using namespace std::chrono_literals;
    EXPECT_EQ(parse_duration("1h30m").value(), 90min);
    EXPECT_EQ(to_text(Duration(90min)), "1h30m");
    EXPECT_EQ(for_people(Duration(290s)), "4 m 50 s");
    for (const char* text : {"", "15", "m", "-5m", "5x", "99999999999d"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
}

TEST(bytes, powers_of_ten_and_of_two_differ) {
    EXPECT_EQ(parse_bytes("10GB").value().count, 10'000'000'000U);
    EXPECT_EQ(parse_bytes("1GiB").value().count, std::uint64_t{1} << 30U);
    EXPECT_FALSE(parse_bytes("10"));
    EXPECT_EQ(for_people(Bytes{1'500'000'000}), "1.50 GB");
}

}  // namespace
}  // namespace fairgate
