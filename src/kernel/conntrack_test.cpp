#include "kernel/conntrack.hpp"

#include "kernel/test_network.hpp"
#include "kernel/tracked_flow.hpp"

#include <gtest/gtest.h>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <optional>

namespace fairgate::kernel {
namespace {

/// Puts an entry into the table, as a packet would.
class Tracked : public testing::Test {
protected:
    void SetUp() override {
        if (!network_.is_there()) {
            GTEST_SKIP() << network_.why();
        }
        table_.emplace(*Conntrack::open(NetworkNamespace::own()));
        const auto count = table_->count();
        if (!count) {
            GTEST_SKIP() << to_line(count.error());
        }
        ASSERT_EQ(*count, 0U);
    }

    static void put_tuple(RequestWriter& request, unsigned kind, const Flow& flow, bool reply) {
        const Endpoint& source = reply ? flow.local : flow.peer;
        const Endpoint& destination = reply ? flow.peer : flow.local;
        const bool v4 = source.address.is_v4();
        const auto bytes_of = [v4](const Address& address) {
            return std::as_bytes(std::span(address.bytes())).last(v4 ? 4 : 16);
        };
        const auto tuple = request.begin_nest(kind);
        const auto ip = request.begin_nest(CTA_TUPLE_IP);
        request.attribute(v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, bytes_of(source.address));
        request.attribute(v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, bytes_of(destination.address));
        request.end_nest(ip);
        const auto proto = request.begin_nest(CTA_TUPLE_PROTO);
        request.attribute(CTA_PROTO_NUM, std::uint8_t{IPPROTO_UDP});
        request.attribute(CTA_PROTO_SRC_PORT, htons(source.port));
        request.attribute(CTA_PROTO_DST_PORT, htons(destination.port));
        request.end_nest(proto);
        request.end_nest(tuple);
    }

    static void track(std::string_view from, std::uint16_t port, std::uint16_t to_port) {
        const Address source = at(from);
        const Flow flow{
            .protocol = Protocol::udp,
            .local =
                {.address = at(source.is_v4() ? "198.51.100.1" : "2001:db8::1"), .port = to_port},
            .peer = {.address = source, .port = port},
        };
        auto netlink = NetlinkSocket::open(NetworkNamespace::own(), NETLINK_NETFILTER);
        RequestWriter request;
        nfgenmsg header{};
        header.nfgen_family = source.is_v4() ? AF_INET : AF_INET6;
        request.begin(
            (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_NEW,
            NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK,
            netlink->next_sequence()
        );
        request.put(header);
        put_tuple(request, CTA_TUPLE_ORIG, flow, false);
        put_tuple(request, CTA_TUPLE_REPLY, flow, true);
        request.attribute(CTA_TIMEOUT, htonl(600));
        request.end();
        const auto added = netlink->list(request, "track", [](const NetlinkMessage&) {});
        ASSERT_TRUE(added) << to_line(added.error());
    }

    std::size_t removed(const ConntrackOrder& order) {
        const auto done = table_->remove(order, targets_);
        EXPECT_TRUE(done) << to_line(done.error());
        return done ? *done : 0;
    }

    TestNetwork network_;
    std::optional<Conntrack> table_;
    ProtectedTargets targets_;
};

TEST_F(Tracked, all_entries_of_one_address_go_and_the_others_stay) {
    for (std::uint16_t port = 1000; port < 1150; ++port) {
        track("203.0.113.7", port, 443);
        track("203.0.113.8", port, 443);
    }
    EXPECT_EQ(removed({.source = {.address = at("203.0.113.7")}}), 150U);
    EXPECT_EQ(*table_->count(), 150U);
    EXPECT_EQ(removed({.source = {.address = at("203.0.113.7")}}), 0U);
}

TEST_F(Tracked, ports_narrow_it) {
    track("203.0.113.7", 1000, 443);
    track("203.0.113.7", 1001, 443);
    track("203.0.113.7", 1001, 8443);
    EXPECT_EQ(removed({.source = {.address = at("203.0.113.7"), .port = 1000}}), 1U);
    EXPECT_EQ(removed({.source = {.address = at("203.0.113.7")}, .destination_port = 8443}), 1U);
    EXPECT_EQ(*table_->count(), 1U);
}

TEST_F(Tracked, ipv6_entries_are_found) {
    track("2001:db8::7", 1000, 443);
    track("2001:db8::8", 1000, 443);
    EXPECT_EQ(removed({.source = {.address = at("2001:db8::7")}}), 1U);
    EXPECT_EQ(*table_->count(), 1U);
}

TEST_F(Tracked, entries_of_a_protected_address_stay) {
    track("203.0.113.7", 1000, 443);
    targets_.add(at("203.0.113.7"), Protection::node);
    const auto done = table_->remove({.source = {.address = at("203.0.113.7")}}, targets_);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "FG-KRN-004");
    EXPECT_EQ(*table_->count(), 1U);
}

}  // namespace
}  // namespace fairgate::kernel
