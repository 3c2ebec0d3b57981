#include "kernel/own_network.hpp"

#include "kernel/tracked_flow.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string>
#include <vector>

namespace fairgate::kernel {
namespace {

Address at(std::string_view text) { return *Address::parse(text); }

/// What Linux 6.18 answered, as the fuzzer has it.
std::vector<std::byte> answer(const std::string& name) {
    std::ifstream file("fuzz/corpus/socket_dump/" + name, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

bool has(const std::vector<Address>& addresses, std::string_view text) {
    return std::find(addresses.begin(), addresses.end(), at(text)) != addresses.end();
}

TEST(OwnNetwork, gateways_are_found_alone_among_several_and_of_the_other_family) {
    std::vector<Address> gateways;
    const auto bytes = answer("routes");
    MessageReader messages(bytes);
    while (const auto message = messages.next()) {
        take_gateways(message->body, gateways);
    }
    EXPECT_TRUE(has(gateways, "192.0.2.1")) << "one of two ways";
    EXPECT_TRUE(has(gateways, "192.0.2.9")) << "the other";
    EXPECT_TRUE(has(gateways, "fe80::1")) << "IPv4 by way of IPv6";
    EXPECT_FALSE(has(gateways, "203.0.113.0"));
}

TEST(OwnNetwork, addresses_are_found_in_both_families) {
    std::vector<Address> addresses;
    const auto bytes = answer("addresses");
    MessageReader messages(bytes);
    while (const auto message = messages.next()) {
        take_address(message->body, addresses);
    }
    EXPECT_TRUE(has(addresses, "192.0.2.2"));
    EXPECT_TRUE(has(addresses, "198.51.100.1"));
}

TEST(TrackedFlow, an_entry_is_read_in_both_families) {
    for (const bool v4 : {true, false}) {
        const auto bytes = answer(v4 ? "tracked" : "tracked_v6");
        MessageReader messages(bytes);
        const auto flow = read_tracked_flow(messages.next()->body);
        ASSERT_TRUE(flow);
        EXPECT_EQ(flow->flow.peer.address, at(v4 ? "203.0.113.7" : "2001:db8::7"));
        EXPECT_EQ(flow->flow.peer.port, 1);
        EXPECT_EQ(flow->flow.local.address, at(v4 ? "198.51.100.1" : "2001:db8::1"));
        EXPECT_EQ(flow->flow.local.port, 443);
        EXPECT_EQ(flow->flow.protocol, Protocol::udp);
        EXPECT_EQ(flow->protocol, IPPROTO_UDP);
        EXPECT_NE(flow->id, 0U);
        EXPECT_FALSE(flow->tuple.empty());
    }
}

}  // namespace
}  // namespace fairgate::kernel
