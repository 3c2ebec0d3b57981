#pragma once

#include "kernel/descriptor.hpp"
#include "kernel/netlink_socket.hpp"
#include "model/flow.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

// A network of its own for one test, with real sockets in it. Addresses are those that RFC 5737 and
// RFC 3849 keep for documentation.

namespace fairgate::kernel {

inline Address at(std::string_view text) { return *Address::parse(text); }

/// errno in words.
inline std::string why_not() { return std::generic_category().message(errno); }

/// What the socket calls want.
class SocketAddress {
public:
    explicit SocketAddress(const Endpoint& end, bool mapped = false) {
        if (end.address.is_v4() && !mapped) {
            sockaddr_in made{};
            made.sin_family = AF_INET;
            made.sin_port = htons(end.port);
            made.sin_addr.s_addr = htonl(end.address.v4_bits());
            std::memcpy(&storage_, &made, size_ = sizeof made);
        } else {
            sockaddr_in6 made{};
            made.sin6_family = AF_INET6;
            made.sin6_port = htons(end.port);
            std::memcpy(&made.sin6_addr, end.address.bytes().data(), 16);
            std::memcpy(&storage_, &made, size_ = sizeof made);
        }
    }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
    socklen_t size() const { return static_cast<socklen_t>(size_); }
    int family() const { return storage_.ss_family; }

private:
    sockaddr_storage storage_{};
    std::size_t size_ = 0;
};

/// Moves the test into a new, empty network namespace, as root or as the root of a user namespace
/// of its own. A test that has one begins with
///     TestNetwork network;
///     if (!network.is_there()) GTEST_SKIP() << network.why();
class TestNetwork {
public:
    TestNetwork() {
        const int flags = ::geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET;
        if (::unshare(flags) != 0) {
            why_ = std::string("cannot make a network namespace: ") + why_not();
            return;
        }
        const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        ifreq request{};
        std::memcpy(request.ifr_name, "lo", 3);
        request.ifr_flags = IFF_UP | IFF_RUNNING;
        if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) {
            why_ = std::string("cannot bring up lo: ") + why_not();
        }
    }

    bool is_there() const { return why_.empty(); }
    const std::string& why() const { return why_; }

    /// One more address of the loopback interface.
    static void add(std::string_view text) {
        const Address address = at(text);
        const std::size_t size = address.is_v4() ? 4 : 16;
        const auto value = std::as_bytes(std::span(address.bytes())).last(size);
        auto netlink = NetlinkSocket::open(NetworkNamespace::own(), NETLINK_ROUTE);
        ifaddrmsg header{};
        header.ifa_family = address.is_v4() ? AF_INET : AF_INET6;
        header.ifa_prefixlen = static_cast<__u8>(8 * size);
        header.ifa_flags = IFA_F_NODAD;
        header.ifa_index = ::if_nametoindex("lo");
        RequestWriter request;
        request.begin(
            RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK, netlink->next_sequence()
        );
        request.put(header);
        request.attribute(IFA_LOCAL, value);
        request.attribute(IFA_ADDRESS, value);
        request.end();
        const auto added = netlink->list(request, "add an address", [](const NetlinkMessage&) {});
        ASSERT_TRUE(added) << to_line(added.error());
        if (!address.is_v4()) {
            add_route(*netlink, value);
        }
    }

private:
    /// The kernel's own route to a new IPv6 address comes a moment later, and not always soon.
    static void add_route(NetlinkSocket& netlink, ByteSpan address) {
        rtmsg header{};
        header.rtm_family = AF_INET6;
        header.rtm_dst_len = 128;
        header.rtm_table = RT_TABLE_LOCAL;
        header.rtm_protocol = RTPROT_STATIC;
        header.rtm_scope = RT_SCOPE_HOST;
        header.rtm_type = RTN_LOCAL;
        RequestWriter request;
        request.begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_ACK, netlink.next_sequence());
        request.put(header);
        request.attribute(RTA_DST, address);
        request.attribute(RTA_OIF, ::if_nametoindex("lo"));
        request.attribute(RTA_PRIORITY, std::uint32_t{1});
        request.end();
        const auto added = netlink.list(request, "add a route", [](const NetlinkMessage&) {});
        ASSERT_TRUE(added) << to_line(added.error());
    }

    std::string why_;
};

/// Listens; on "::" it serves both families, as programs written in Go do.
inline Descriptor listen_on(const Endpoint& end) {
    const SocketAddress address(end);
    Descriptor listener(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    EXPECT_EQ(::bind(listener.get(), address.get(), address.size()), 0) << why_not();
    EXPECT_EQ(::listen(listener.get(), 4096), 0);
    return listener;
}

struct Connection {
    Descriptor client;
    Descriptor server;  ///< what the program that listens has
};

/// A client socket at `from` (port 0: any), connected; no descriptor when that failed, with errno.
inline Descriptor connect_only(const Endpoint& from, const Endpoint& to) {
    const SocketAddress here(from);
    const SocketAddress there(to);
    Descriptor client(::socket(here.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(client.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(client.get(), here.get(), here.size()) != 0 ||
        ::connect(client.get(), there.get(), there.size()) != 0) {
        return {};
    }
    return client;
}

inline Connection connect_to(const Descriptor& listener, const Endpoint& from, const Endpoint& to) {
    Connection made{.client = connect_only(from, to), .server = {}};
    EXPECT_TRUE(made.client.is_open()) << why_not();
    if (made.client.is_open()) {
        made.server = Descriptor(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    }
    return made;
}

/// Sends so many bytes and waits until they have arrived.
inline void send_through(const Descriptor& from, const Descriptor& to, std::size_t count) {
    std::array<char, 4096> part{};
    while (count > 0) {
        const std::size_t size = std::min(count, part.size());
        ASSERT_EQ(::send(from.get(), part.data(), size, MSG_NOSIGNAL), static_cast<ssize_t>(size));
        ASSERT_EQ(::recv(to.get(), part.data(), size, MSG_WAITALL), static_cast<ssize_t>(size));
        count -= size;
    }
}

/// Whether the other side reset it; asks without waiting.
inline bool is_cut(const Descriptor& socket) {
    char byte = 0;
    return ::recv(socket.get(), &byte, 1, MSG_DONTWAIT) < 0 && errno != EAGAIN;
}

}  // namespace fairgate::kernel
