#include "kernel/socket_filter.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <utility>

namespace fairgate::kernel {
namespace {

/// Reads an op at that place.
inet_diag_bc_op op_at(ByteSpan code, std::size_t at) {
    return *read_as<inet_diag_bc_op>(code.subspan(at));
}

bool host_matches(ByteSpan op, const Flow& flow, bool kept_in_ipv6) {
    inet_diag_hostcond host;  // ends in an array of any length, so read_as() does not take it
    std::memcpy(&host, op.data() + sizeof(inet_diag_bc_op), sizeof host);
    if (host.port != -1 && std::cmp_not_equal(host.port, flow.peer.port)) {
        return false;
    }
    const auto bytes = std::as_bytes(std::span(flow.peer.address.bytes()));
    const ByteSpan wanted = op.subspan(sizeof(inet_diag_bc_op) + sizeof host);
    if (host.family == AF_INET) {
        return flow.peer.address.is_v4() && std::memcmp(bytes.data() + 12, wanted.data(), 4) == 0;
    }
    return kept_in_ipv6 && std::memcmp(bytes.data(), wanted.data(), 16) == 0;
}

/// inet_diag_bc_run() of Linux net/ipv4/inet_diag.c, with its arithmetic.
bool runs_to_the_end(ByteSpan code, const Flow& flow, bool kept_in_ipv6) {
    auto left = static_cast<std::ptrdiff_t>(code.size());
    std::size_t at = 0;
    while (left > 0) {
        const auto op = op_at(code, at);
        bool yes = true;
        if (op.code == INET_DIAG_BC_JMP) {
            yes = false;
        } else if (op.code == INET_DIAG_BC_S_GE) {
            yes = flow.local.port >= op_at(code, at + sizeof op).no;
        } else if (op.code == INET_DIAG_BC_S_LE) {
            yes = flow.local.port <= op_at(code, at + sizeof op).no;
        } else if (op.code == INET_DIAG_BC_D_COND) {
            yes = host_matches(code.subspan(at), flow, kept_in_ipv6);
        }
        const std::size_t by = yes ? op.yes : op.no;
        left -= static_cast<std::ptrdiff_t>(by);
        at += by;
    }
    return left == 0;
}

const std::vector<std::string> few_addresses{
    "203.0.113.7", "203.0.113.8", "2001:db8::7", "2001:db8::8", "198.51.100.1"
};

Address any_address() { return *Address::parse(*rc::gen::elementOf(few_addresses)); }

std::uint16_t any_port() { return *rc::gen::inRange<std::uint16_t>(0, 12); }

RC_GTEST_PROP(SocketFilter, the_kernels_program_answers_as_matches_does, ()) {
    std::vector<std::uint16_t> ports(*rc::gen::inRange<std::size_t>(0, 6));
    for (auto& port : ports) {
        port = any_port();
    }
    std::vector<Endpoint> peers(*rc::gen::inRange<std::size_t>(0, 6));
    for (auto& peer : peers) {
        peer = {.address = any_address(), .port = any_port()};
    }
    const Flow flow{
        .protocol = Protocol::tcp,
        .local = {.address = any_address(), .port = any_port()},
        .peer = {.address = any_address(), .port = any_port()},
    };
    const auto filter = SocketFilter().local_ports(ports).peers(peers);
    RC_ASSERT(filter.is_exact_in_kernel());
    const auto code = filter.bytecode();
    const bool kept_in_ipv6 = !flow.peer.address.is_v4() || *rc::gen::arbitrary<bool>();
    RC_ASSERT(runs_to_the_end(code, flow, kept_in_ipv6) == filter.matches(flow));
}

TEST(SocketFilter, nothing_asked_is_everything) {
    EXPECT_TRUE(SocketFilter().bytecode().empty());
    EXPECT_TRUE(SocketFilter().matches(Flow{}));
}

TEST(SocketFilter, neighbouring_ports_are_one_condition) {
    const auto one = SocketFilter().local_ports({443}).bytecode();
    const auto many = SocketFilter().local_ports({443, 444, 445, 446, 443}).bytecode();
    EXPECT_EQ(one.size(), many.size());
}

TEST(SocketFilter, a_very_long_one_is_checked_in_part) {
    std::vector<std::uint16_t> ports;
    for (std::uint16_t i = 0; i < 200; ++i) {
        ports.push_back(static_cast<std::uint16_t>(1000 + 2 * i));
    }
    const auto filter = SocketFilter().local_ports(ports);
    EXPECT_FALSE(filter.is_exact_in_kernel());
    Flow flow;
    flow.local.port = 1003;
    EXPECT_TRUE(runs_to_the_end(filter.bytecode(), flow, false));
    EXPECT_FALSE(filter.matches(flow));
    flow.local.port = 999;
    EXPECT_FALSE(runs_to_the_end(filter.bytecode(), flow, false));
}

TEST(SocketFilter, a_peer_without_port_means_all_of_them) {
    const auto filter =
        SocketFilter().peers({{.address = *Address::parse("203.0.113.7"), .port = 0}});
    Flow flow;
    flow.peer = {.address = *Address::parse("::ffff:203.0.113.7"), .port = 4711};
    EXPECT_TRUE(filter.matches(flow));
}

}  // namespace
}  // namespace fairgate::kernel
