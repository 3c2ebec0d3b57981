#include "kernel/socket_events.hpp"

#include "kernel/sockets.hpp"
#include "kernel/test_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <poll.h>
#include <vector>

namespace fairgate::kernel {
namespace {

const Endpoint server{.address = *Address::parse("198.51.100.1"), .port = 443};
const Endpoint server_v6{.address = *Address::parse("2001:db8::1"), .port = 443};
const Endpoint everywhere{.address = *Address::parse("::"), .port = 443};

class SocketEventsTest : public testing::Test {
protected:
    void SetUp() override {
        if (!network_.is_there()) {
            GTEST_SKIP() << network_.why();
        }
        for (const auto* text : {"198.51.100.1", "203.0.113.7", "2001:db8::1", "2001:db8::7"}) {
            TestNetwork::add(text);
        }
        auto opened = SocketEvents::open(NetworkNamespace::own(), {443});
        ASSERT_TRUE(opened) << to_line(opened.error());
        events_.emplace(std::move(*opened));
    }

    /// Waits until so many have been told of.
    std::vector<LiveSocket> ended(std::size_t count) {
        std::vector<LiveSocket> result;
        pollfd readable{.fd = events_->fd(), .events = POLLIN, .revents = 0};
        while (result.size() < count && ::poll(&readable, 1, 5000) == 1) {
            const auto batch =
                events_->read([&](const LiveSocket& socket) { result.push_back(socket); });
            EXPECT_TRUE(batch && !batch->has_gap);
        }
        return result;
    }

    TestNetwork network_;
    std::optional<SocketEvents> events_;
};

TEST_F(SocketEventsTest, a_connection_that_is_cut_gives_its_final_counts) {
    const Descriptor listener = listen_on(everywhere);
    const Endpoint customer{.address = at("203.0.113.7"), .port = 40001};
    Connection connection = connect_to(listener, customer, server);
    send_through(connection.client, connection.server, 54'321);
    send_through(connection.server, connection.client, 777);

    auto diag = SocketDiag::open(NetworkNamespace::own());
    std::vector<LiveSocket> sockets;
    ASSERT_TRUE(diag->list(
        SocketFilter().local_ports({443}),
        Detail::identity,
        [&](const LiveSocket& socket) { sockets.push_back(socket); }
    ));
    ASSERT_EQ(*diag->destroy(sockets, ProtectedTargets{}), std::vector{CutOutcome::cut});
    connection.server = {};  // the program lets go of it
    const auto told = ended(1);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].cookie, sockets[0].cookie);
    EXPECT_EQ(told[0].flow.peer, customer);
    EXPECT_EQ(told[0].family, SocketFamily::mapped);
    EXPECT_EQ(told[0].received, Bytes{54'321});
    EXPECT_EQ(told[0].acked, Bytes{777});
}

TEST_F(
    SocketEventsTest, a_connection_that_ends_by_itself_is_told_with_the_bytes_after_the_last_look
) {
    for (const Endpoint& to : {server, server_v6}) {
        const Descriptor listener = listen_on(everywhere);
        const Endpoint from{.address = at(to.address.is_v4() ? "203.0.113.7" : "2001:db8::7")};
        {
            const Connection connection = connect_to(listener, from, to);
            send_through(connection.client, connection.server, 1000);
            send_through(connection.server, connection.client, 500);
        }
        const auto told = ended(1);
        ASSERT_EQ(told.size(), 1U);
        EXPECT_EQ(told[0].flow.local.port, 443);
        EXPECT_EQ(told[0].received, Bytes{1001}) << "with the FIN";
        EXPECT_EQ(told[0].acked, Bytes{501});
    }
}

TEST_F(SocketEventsTest, connections_to_other_ports_are_not_told) {
    const Descriptor other = listen_on({.address = at("::"), .port = 8080});
    const Descriptor listener = listen_on(everywhere);
    const Endpoint from{.address = at("203.0.113.7"), .port = 0};
    {
        const auto ends = connect_to(other, from, {.address = server.address, .port = 8080});
    }
    {
        const auto ends = connect_to(listener, from, server);
    }
    const auto told = ended(1);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].flow.local.port, 443);
}

TEST_F(SocketEventsTest, more_than_the_kernel_can_keep_is_told_as_a_gap) {
    const Descriptor listener = listen_on(everywhere);
    const Endpoint from{.address = at("203.0.113.7"), .port = 0};
    const int little = 0;  // the kernel makes it its least
    ::setsockopt(events_->fd(), SOL_SOCKET, SO_RCVBUFFORCE, &little, sizeof little);
    for (int i = 0; i < 200; ++i) {
        const auto ends = connect_to(listener, from, server);
    }
    std::size_t closed = 0;
    bool has_gap = false;
    pollfd readable{.fd = events_->fd(), .events = POLLIN, .revents = 0};
    while (!has_gap && ::poll(&readable, 1, 5000) == 1) {
        const auto batch = events_->read([](const LiveSocket&) {});
        ASSERT_TRUE(batch);
        closed += batch->closed;
        has_gap = has_gap || batch->has_gap;
    }
    EXPECT_TRUE(has_gap);
    EXPECT_LT(closed, 200U);
    {
        const auto ends = connect_to(listener, from, server);
    }
    EXPECT_GE(::poll(&readable, 1, 5000), 1) << "it goes on afterwards";
}

}  // namespace
}  // namespace fairgate::kernel
