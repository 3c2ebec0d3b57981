#pragma once

#include "kernel/netlink_message.hpp"
#include "model/flow.hpp"

#include <cstdint>
#include <vector>

namespace fairgate::kernel {

/// One bit for each TcpState, as the kernel wants them.
using StateMask = std::uint32_t;
constexpr StateMask mask_of(TcpState state) { return 1U << static_cast<unsigned>(state); }
/// Connections that carry data, or may again: all but those that listen, are being opened by us,
/// or are over and only remembered.
inline constexpr StateMask live_states =
    mask_of(TcpState::established) | mask_of(TcpState::syn_received) |
    mask_of(TcpState::fin_wait_1) | mask_of(TcpState::fin_wait_2) | mask_of(TcpState::close_wait) |
    mask_of(TcpState::last_ack) | mask_of(TcpState::closing);
inline constexpr StateMask listening = mask_of(TcpState::listen);

/// Which sockets to list. The kernel itself leaves out the others: a socket that nobody asked for
/// costs a tenth of one that is given.
class SocketFilter {
public:
    /// All that are in one of these states.
    explicit SocketFilter(StateMask states = live_states) : states_(states) {}

    /// Only with one of these local ports; none: with any.
    SocketFilter& local_ports(std::vector<std::uint16_t> ports);
    /// Only of one of these peers, an endpoint without port meaning all its ports; none: of any.
    SocketFilter& peers(std::vector<Endpoint> peers);

    bool matches(const Flow& flow) const;
    StateMask states() const { return states_; }

    /// The program that the kernel runs for each socket (INET_DIAG_REQ_BYTECODE, inet_diag.h);
    /// empty when there is nothing to ask.
    std::vector<std::byte> bytecode() const;
    /// Whether that program leaves out all that does not match. A very long filter it checks in
    /// part, because it would run for each socket from the beginning; matches() is then needed as
    /// well.
    bool is_exact_in_kernel() const;

private:
    struct PortRange {
        std::uint16_t first;
        std::uint16_t last;
    };
    std::vector<PortRange> port_ranges() const;

    StateMask states_;
    std::vector<std::uint16_t> ports_;  ///< sorted
    std::vector<Endpoint> peers_;       ///< sorted
};

}  // namespace fairgate::kernel
