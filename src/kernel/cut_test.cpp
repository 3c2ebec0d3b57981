#include "kernel/cut.hpp"

#include "kernel/operator_sessions.hpp"
#include "kernel/test_network.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace fairgate::kernel {
namespace {

const Endpoint server{.address = *Address::parse("198.51.100.1"), .port = 443};
const Endpoint server_v6{.address = *Address::parse("2001:db8::1"), .port = 443};
const Endpoint everywhere{.address = *Address::parse("::"), .port = 443};

class Cut : public testing::Test {
protected:
    void SetUp() override {
        if (!network_.is_there()) {
            GTEST_SKIP() << network_.why();
        }
        for (const auto* text : {"198.51.100.1", "203.0.113.7", "2001:db8::1", "2001:db8::7"}) {
            TestNetwork::add(text);
        }
        sockets_.emplace(*SocketDiag::open(NetworkNamespace::own()));
    }

    CutReport cut(const CutOrder& order) {
        auto report = cut_connections(*sockets_, order, targets_);
        EXPECT_TRUE(report) << to_line(report.error());
        return report ? *report : CutReport{};
    }

    TestNetwork network_;
    std::optional<SocketDiag> sockets_;
    ProtectedTargets targets_;
};

TEST_F(Cut, one_account_is_cut_and_its_neighbour_behind_the_same_address_goes_on) {
    const Descriptor listener = listen_on(everywhere);
    const Address nat = at("203.0.113.7");
    std::vector<Connection> mine;
    std::vector<Connection> neighbours;
    CutOrder order{.peers = {}, .local_ports = {443}};
    for (std::uint16_t port = 40000; port < 40012; ++port) {
        mine.push_back(connect_to(listener, {.address = nat, .port = port}, server));
        order.peers.push_back({.address = nat, .port = port});
        const auto other = static_cast<std::uint16_t>(port + 1000);
        neighbours.push_back(connect_to(listener, {.address = nat, .port = other}, server));
    }
    EXPECT_EQ(to_text(cut(order)), "cut 12, left 0");
    for (const Connection& connection : mine) {
        EXPECT_TRUE(is_cut(connection.client));
    }
    for (const Connection& connection : neighbours) {
        send_through(connection.client, connection.server, 10'000);
    }
}

TEST_F(Cut, all_connections_of_an_address_to_the_named_ports_are_cut) {
    const Descriptor inbound = listen_on(everywhere);
    const Descriptor other = listen_on({.address = at("::"), .port = 8080});
    const Endpoint other_server{.address = server_v6.address, .port = 8080};
    const Endpoint customer{.address = at("2001:db8::7"), .port = 0};
    const Connection first = connect_to(inbound, customer, server_v6);
    const Connection second = connect_to(inbound, customer, server_v6);
    const Connection elsewhere = connect_to(other, customer, other_server);
    const CutReport report = cut({.peers = {customer}, .local_ports = {443}});
    EXPECT_EQ(to_text(report), "cut 2, left 0");
    EXPECT_TRUE(is_cut(first.client) && is_cut(second.client));
    EXPECT_FALSE(is_cut(elsewhere.client));
}

TEST_F(Cut, an_order_without_ports_is_refused) {
    const auto report =
        cut_connections(*sockets_, {.peers = {server}, .local_ports = {}}, targets_);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "FG-KRN-011");
}

TEST_F(Cut, an_order_without_peers_cuts_nobody) {
    const Descriptor listener = listen_on(server);
    const Connection connection =
        connect_to(listener, {.address = at("203.0.113.7"), .port = 0}, server);
    EXPECT_EQ(to_text(cut({.peers = {}, .local_ports = {443}})), "cut 0, left 0");
    EXPECT_FALSE(is_cut(connection.client));
}

TEST_F(Cut, what_is_protected_is_left_and_told) {
    const Descriptor listener = listen_on(server);
    const Endpoint customer{.address = at("203.0.113.7"), .port = 40001};
    const Connection connection = connect_to(listener, customer, server);
    targets_.add(customer.address, Protection::panel);
    const CutReport report = cut({.peers = {customer}, .local_ports = {443}});
    EXPECT_EQ(
        to_text(report),
        "cut 0, left 1 (203.0.113.7 port 40001: a panel of the configuration is there)"
    );
    EXPECT_FALSE(is_cut(connection.client));
}

TEST_F(Cut, who_is_logged_in_by_ssh_is_protected) {
    const Descriptor ssh = listen_on({.address = at("198.51.100.1"), .port = 22});
    const Descriptor inbound = listen_on(server);
    const Endpoint from{.address = at("203.0.113.7"), .port = 0};
    const Connection session = connect_to(ssh, from, {.address = server.address, .port = 22});
    const Connection tunnel = connect_to(inbound, from, server);
    auto ports = ssh_ports(NetworkNamespace::own());
    ASSERT_TRUE(ports) << to_line(ports.error());
    ASSERT_TRUE(add_operator_sessions(targets_, NetworkNamespace::own(), *ports));
    EXPECT_EQ(targets_.why(from.address), Protection::operator_session);
    EXPECT_EQ(cut({.peers = {from}, .local_ports = {22, 443}}).cut, 0U);
    EXPECT_FALSE(is_cut(session.client) || is_cut(tunnel.client));
}

TEST_F(Cut, what_is_protected_is_read_in_one_go) {
    const Descriptor ssh = listen_on({.address = at("198.51.100.1"), .port = 22});
    const Endpoint from{.address = at("2001:db8::7"), .port = 0};
    const Descriptor ssh_v6 = listen_on({.address = at("2001:db8::1"), .port = 22});
    const Connection session = connect_to(ssh_v6, from, {.address = server_v6.address, .port = 22});
    const auto read =
        add_what_is_here(targets_, NetworkNamespace::own(), "203.0.113.99 50112 198.51.100.1 22");
    ASSERT_TRUE(read) << to_line(read.error());
    EXPECT_EQ(targets_.why(at("203.0.113.99")), Protection::operator_session);
    EXPECT_TRUE(targets_.why(from.address));
    EXPECT_EQ(targets_.why(at("198.51.100.1")), Protection::own);
}

TEST_F(Cut, the_own_addresses_of_a_network_are_protected) {
    ASSERT_TRUE(targets_.add_network_of(NetworkNamespace::own()));
    EXPECT_EQ(targets_.why(at("198.51.100.1")), Protection::own);
    EXPECT_EQ(targets_.why(at("2001:db8::1")), Protection::own);
    EXPECT_FALSE(targets_.why(at("198.51.100.2")));
}

}  // namespace
}  // namespace fairgate::kernel
