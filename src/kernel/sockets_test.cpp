#include "kernel/sockets.hpp"

#include "kernel/test_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <sys/wait.h>
#include <vector>

namespace fairgate::kernel {
namespace {

const Endpoint server_v4{.address = *Address::parse("198.51.100.1"), .port = 443};
const Endpoint server_v6{.address = *Address::parse("2001:db8::1"), .port = 443};
const Endpoint anything{.address = *Address::parse("::"), .port = 443};

class Sockets : public testing::Test {
protected:
    void SetUp() override {
        if (!network_.is_there()) {
            GTEST_SKIP() << network_.why();
        }
        for (const auto* text :
             {"198.51.100.1", "203.0.113.7", "203.0.113.8", "2001:db8::1", "2001:db8::7"}) {
            TestNetwork::add(text);
        }
        diag_.emplace(*SocketDiag::open(NetworkNamespace::own()));
    }

    /// The sockets of the server's side.
    std::vector<LiveSocket> listed(SocketFilter filter = SocketFilter().local_ports({443})) {
        std::vector<LiveSocket> result;
        const auto done = diag_->list(filter, Detail::bytes, [&](const LiveSocket& socket) {
            result.push_back(socket);
        });
        EXPECT_TRUE(done) << to_line(done.error());
        return result;
    }

    TestNetwork network_;
    std::optional<SocketDiag> diag_;
    const ProtectedTargets targets_;
};

TEST_F(Sockets, a_connection_is_listed_with_its_exact_bytes) {
    const Descriptor listener = listen_on(server_v4);
    const Endpoint customer{.address = at("203.0.113.7"), .port = 40001};
    const Connection connection = connect_to(listener, customer, server_v4);
    send_through(connection.client, connection.server, 123'457);
    send_through(connection.server, connection.client, 7'001);

    const auto sockets = listed();
    ASSERT_EQ(sockets.size(), 1U);
    EXPECT_EQ(sockets[0].flow.peer, customer);
    EXPECT_EQ(sockets[0].flow.local, server_v4);
    EXPECT_EQ(sockets[0].received, Bytes{123'457});
    EXPECT_EQ(sockets[0].acked, Bytes{7'001});
    EXPECT_EQ(sockets[0].state, TcpState::established);
    EXPECT_EQ(sockets[0].family, SocketFamily::ipv4);
    EXPECT_NE(sockets[0].cookie, 0U);
    EXPECT_NE(sockets[0].inode, 0U);
}

TEST_F(Sockets, a_customer_of_a_dual_stack_listener_has_an_ipv4_address) {
    const Descriptor listener = listen_on(anything);
    const Endpoint four{.address = at("203.0.113.7"), .port = 40002};
    const Endpoint six{.address = at("2001:db8::7"), .port = 40003};
    const Connection first = connect_to(listener, four, server_v4);
    const Connection second = connect_to(listener, six, server_v6);
    send_through(first.client, first.server, 10);

    auto sockets = listed();
    std::sort(sockets.begin(), sockets.end());
    ASSERT_EQ(sockets.size(), 2U);
    EXPECT_EQ(sockets[0].flow.peer, four);
    EXPECT_EQ(sockets[0].flow.local, server_v4);
    EXPECT_EQ(sockets[0].family, SocketFamily::mapped);
    EXPECT_EQ(sockets[0].received, Bytes{10});
    EXPECT_EQ(sockets[1].flow.peer, six);
    EXPECT_EQ(sockets[1].family, SocketFamily::ipv6);
}

TEST_F(Sockets, of_two_connections_from_one_address_the_named_one_is_cut) {
    for (const Endpoint& to : {server_v4, server_v6}) {
        const Descriptor listener = listen_on(anything);
        const Address home = at(to.address.is_v4() ? "203.0.113.7" : "2001:db8::7");
        const Connection mine = connect_to(listener, {.address = home, .port = 40010}, to);
        const Connection neighbour = connect_to(listener, {.address = home, .port = 40011}, to);

        const auto sockets =
            listed(SocketFilter().local_ports({443}).peers({{.address = home, .port = 40010}}));
        ASSERT_EQ(sockets.size(), 1U);
        const auto outcomes = diag_->destroy(sockets, targets_);
        ASSERT_TRUE(outcomes) << to_line(outcomes.error());
        EXPECT_EQ(*outcomes, std::vector{CutOutcome::cut});
        EXPECT_TRUE(is_cut(mine.client));
        EXPECT_TRUE(is_cut(mine.server));
        EXPECT_FALSE(is_cut(neighbour.client));
        send_through(neighbour.client, neighbour.server, 1000);
    }
}

TEST_F(Sockets, the_listener_survives_a_stale_tuple) {
    for (const Endpoint& on : {server_v4, anything}) {
        const Descriptor listener = listen_on(on);
        const Endpoint customer{.address = at("203.0.113.7"), .port = 40020};
        std::vector<LiveSocket> sockets;
        {
            const Connection gone = connect_to(listener, customer, server_v4);
            sockets = listed();
            // Ends without TIME_WAIT, so that the tuple leads to nothing but the listener.
            const linger at_once{.l_onoff = 1, .l_linger = 0};
            ::setsockopt(gone.client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        }
        ASSERT_EQ(sockets.size(), 1U);
        const auto outcomes = diag_->destroy(sockets, targets_);
        ASSERT_TRUE(outcomes) << to_line(outcomes.error());
        EXPECT_EQ(*outcomes, std::vector{CutOutcome::gone});
        EXPECT_TRUE(connect_only({.address = at("203.0.113.8"), .port = 0}, server_v4).is_open());
        EXPECT_EQ(listed(SocketFilter(listening)).size(), 1U);
    }
}

TEST_F(Sockets, a_new_connection_of_the_same_tuple_is_not_taken_for_the_old_one) {
    const Descriptor listener = listen_on(server_v4);
    const Endpoint customer{.address = at("203.0.113.7"), .port = 40021};
    std::vector<LiveSocket> old;
    {
        const Connection first = connect_to(listener, customer, server_v4);
        old = listed();
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(first.client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    const Connection second = connect_to(listener, customer, server_v4);
    const auto outcomes = diag_->destroy(old, targets_);
    ASSERT_TRUE(outcomes);
    EXPECT_EQ(*outcomes, std::vector{CutOutcome::gone});
    EXPECT_FALSE(is_cut(second.client));
}

TEST_F(Sockets, what_listens_or_has_no_cookie_is_refused) {
    const Descriptor listener = listen_on(server_v4);
    const Connection connection =
        connect_to(listener, {.address = at("203.0.113.7"), .port = 0}, server_v4);
    auto sockets = listed(SocketFilter(listening | live_states).local_ports({443}));
    ASSERT_EQ(sockets.size(), 2U);
    sockets.push_back(sockets[0].state == TcpState::listen ? sockets[1] : sockets[0]);
    sockets.back().cookie = 0;
    sockets.push_back(sockets.back());
    sockets.back().cookie = ~std::uint64_t{0};
    sockets.push_back(sockets.back());
    sockets.back().flow.protocol = Protocol::udp;
    const auto outcomes = diag_->destroy(std::span(sockets).subspan(2), targets_);
    ASSERT_TRUE(outcomes);
    EXPECT_EQ(*outcomes, std::vector(3, CutOutcome::refused));
    for (const LiveSocket& socket : sockets) {
        if (socket.state == TcpState::listen) {
            EXPECT_EQ(may_cut(socket, targets_).error().code, "FG-KRN-011");
            EXPECT_EQ(*diag_->destroy({&socket, 1}, targets_), std::vector{CutOutcome::refused});
        }
    }
    EXPECT_FALSE(is_cut(connection.client));
    EXPECT_EQ(listed(SocketFilter(listening)).size(), 1U);
}

TEST_F(Sockets, the_connection_of_a_protected_peer_is_refused) {
    const Descriptor listener = listen_on(anything);
    const Connection of_operator =
        connect_to(listener, {.address = at("203.0.113.7"), .port = 0}, server_v4);
    const Connection of_panel =
        connect_to(listener, {.address = at("127.0.0.1"), .port = 0}, server_v4);
    ProtectedTargets targets;
    targets.add(at("203.0.113.7"), Protection::operator_session);
    const auto sockets = listed();
    ASSERT_EQ(sockets.size(), 2U);
    EXPECT_EQ(*diag_->destroy(sockets, targets), std::vector(2, CutOutcome::refused));
    EXPECT_FALSE(is_cut(of_operator.client));
    EXPECT_FALSE(is_cut(of_panel.client));
}

TEST_F(Sockets, hundreds_are_cut_in_one_call) {
    const Descriptor listener = listen_on(anything);
    std::vector<Connection> connections;
    for (int i = 0; i < 300; ++i) {
        connections.push_back(
            connect_to(listener, {.address = at("203.0.113.7"), .port = 0}, server_v4)
        );
    }
    const auto sockets = listed();
    ASSERT_EQ(sockets.size(), 300U);
    EXPECT_EQ(*diag_->destroy(sockets, targets_), std::vector(300, CutOutcome::cut));
    EXPECT_TRUE(listed().empty());
    EXPECT_EQ(*diag_->destroy(sockets, targets_), std::vector(300, CutOutcome::gone));
}

TEST_F(Sockets, a_filter_of_thousands_is_as_exact_as_a_short_one) {
    const Descriptor listener = listen_on(anything);
    std::vector<Connection> connections;
    std::vector<Endpoint> wanted;
    for (std::uint16_t port = 41000; port < 41020; ++port) {
        connections.push_back(
            connect_to(listener, {.address = at("203.0.113.7"), .port = port}, server_v4)
        );
    }
    std::vector<std::uint16_t> ports{443};
    for (std::uint16_t i = 0; i < 300; ++i) {
        ports.push_back(static_cast<std::uint16_t>(20000 + 2 * i));
        wanted.push_back({.address = at("203.0.113.8"), .port = i});
        wanted.push_back(
            {.address = at("203.0.113.7"), .port = static_cast<std::uint16_t>(41010 + i)}
        );
    }
    EXPECT_EQ(listed(SocketFilter().local_ports(ports).peers(wanted)).size(), 10U);
}

TEST_F(Sockets, a_listing_that_was_given_up_does_not_spoil_the_next) {
    const Descriptor listener = listen_on(anything);
    std::vector<Connection> connections;
    for (int i = 0; i < 300; ++i) {  // more than one datagram
        connections.push_back(
            connect_to(listener, {.address = at("203.0.113.7"), .port = 0}, server_v4)
        );
    }
    struct Enough {};
    const auto give_up = [](const LiveSocket&) { throw Enough{}; };
    EXPECT_THROW((void)diag_->list(SocketFilter(), Detail::bytes, give_up), Enough);
    EXPECT_EQ(listed().size(), 300U);
}

TEST_F(Sockets, udp_sockets_are_shown) {
    const SocketAddress address({.address = at("198.51.100.1"), .port = 53});
    const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(socket.get(), address.get(), address.size()), 0);
    std::vector<LiveSocket> found;
    ASSERT_TRUE(diag_->list_udp([&](const LiveSocket& one) { found.push_back(one); }));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].flow.local.port, 53);
    EXPECT_EQ(found[0].flow.protocol, Protocol::udp);
}

TEST_F(Sockets, whether_it_can_cut_is_known_without_cutting) {
    const Descriptor listener = listen_on(server_v4);
    const auto can = diag_->probe_destroy();
    EXPECT_TRUE(can) << to_line(can.error());
    EXPECT_EQ(listed(SocketFilter(listening)).size(), 1U);
}

TEST_F(Sockets, another_namespace_is_looked_into_from_outside) {
    // This process goes into a second network; the first one is that of its child from then on.
    const Descriptor listener = listen_on(server_v4);
    const Connection connection =
        connect_to(listener, {.address = at("203.0.113.7"), .port = 40030}, server_v4);
    const pid_t holder = ::fork();
    if (holder == 0) {
        ::alarm(20);  // should the test end without ending this
        ::pause();
        ::_exit(0);
    }
    const TestNetwork second;
    const auto there = NetworkNamespace::of_process(holder);
    ASSERT_TRUE(there && second.is_there());
    EXPECT_NE(there->id(), NetworkNamespace::own().id());
    EXPECT_TRUE(listed().size() == 1) << "what is open stays where it was made";
    EXPECT_EQ(
        SocketDiag::open(NetworkNamespace::own())
            ->list(
                SocketFilter(),
                Detail::identity,
                [](const LiveSocket&) { ADD_FAILURE() << "the second network is empty"; }
            )
            .has_value(),
        true
    );
    auto inside = SocketDiag::open(*there);
    ASSERT_TRUE(inside) << to_line(inside.error());
    std::vector<LiveSocket> found;
    ASSERT_TRUE(inside->list(
        SocketFilter().local_ports({443}),
        Detail::identity,
        [&](const LiveSocket& one) { found.push_back(one); }
    ));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(*inside->destroy(found, targets_), std::vector{CutOutcome::cut});
    EXPECT_TRUE(is_cut(connection.client));
    ::kill(holder, SIGKILL);
    ::waitpid(holder, nullptr, 0);
}

}  // namespace
}  // namespace fairgate::kernel
