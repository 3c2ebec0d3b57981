#pragma once

#include "model/address.hpp"
#include "model/bytes.hpp"

#include <boost/describe.hpp>

#include <compare>
#include <cstdint>
#include <functional>

namespace fairgate {

enum class Protocol : std::uint8_t { tcp, udp };
BOOST_DESCRIBE_ENUM(Protocol, tcp, udp)

/// One end of a connection. Port 0: any, or none.
struct Endpoint {
    Address address;
    std::uint16_t port = 0;

    auto operator<=>(const Endpoint&) const = default;
};

/// A connection as this machine sees it: `local` is ours, `peer` the other side. The address of an
/// IPv4 peer is the IPv4 one, whichever family the kernel keeps its socket in.
struct Flow {
    Protocol protocol = Protocol::tcp;
    Endpoint local;
    Endpoint peer;

    auto operator<=>(const Flow&) const = default;
};

/// The kernel's numbers (Linux include/net/tcp_states.h). RFC 9293 draws the transitions.
enum class TcpState : std::uint8_t {
    established = 1,
    syn_sent,
    syn_received,
    fin_wait_1,
    fin_wait_2,
    time_wait,
    closed,
    close_wait,
    last_ack,
    listen,
    closing,
    new_syn_received
};
BOOST_DESCRIBE_ENUM(
    TcpState,
    established,
    syn_sent,
    syn_received,
    fin_wait_1,
    fin_wait_2,
    time_wait,
    closed,
    close_wait,
    last_ack,
    listen,
    closing,
    new_syn_received
)

/// Which kind of socket a flow was found in. A program that listens on [::] serves its IPv4
/// customers from `mapped` ones (::ffff:a.b.c.d), as everything written in Go does.
enum class SocketFamily : std::uint8_t { ipv4, ipv6, mapped };
BOOST_DESCRIBE_ENUM(SocketFamily, ipv4, ipv6, mapped)

/// A socket as the kernel showed it at one moment. `cookie` is never used again for another socket
/// as long as the machine runs; an address and port are, within seconds.
struct LiveSocket {
    Flow flow;
    std::uint64_t cookie = 0;  ///< 0: none, and nothing can be done to it
    Bytes received;            ///< from the peer, since the connection began; only grows
    Bytes acked;               ///< sent, and acknowledged by the peer; only grows
    std::uint32_t inode = 0;   ///< 0: no process holds it any more, or none accepted it yet
    std::uint32_t owner = 0;   ///< the user id of its program
    std::uint32_t device = 0;  ///< interface that it is bound to; 0: none
    TcpState state = TcpState::established;
    SocketFamily family = SocketFamily::ipv4;

    auto operator<=>(const LiveSocket&) const = default;
};

}  // namespace fairgate

template <>
struct std::hash<fairgate::Endpoint> {  // NOLINT(*-std-namespace-modification): ours
    std::size_t operator()(const fairgate::Endpoint& end) const noexcept {
        const std::size_t mixed = (end.address.upper_half() ^
                                   (end.address.lower_half() * 0x9e3779b97f4a7c15U) ^ end.port) *
                                  0xff51afd7ed558ccdU;
        return mixed ^ (mixed >> 32U);
    }
};
