#pragma once

#include "base/error.hpp"
#include "kernel/netlink_socket.hpp"
#include "kernel/network_namespace.hpp"
#include "kernel/protected_targets.hpp"
#include "kernel/socket_filter.hpp"
#include "model/flow.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

// The sockets of a namespace, by sock_diag(7): the same that `ss` shows.
//
// A cookie names one socket for as long as the machine runs. SOCK_DESTROY without one takes
// whatever the addresses and ports lead to, and once the connection has ended that is the socket
// that listens: the whole inbound would be gone. So there is no way here to name a socket but to
// have listed it.

namespace fairgate::kernel {

/// What to ask of each socket. Counts make a listing half as expensive again.
enum class Detail { identity, bytes };

/// What became of one socket that was to be cut.
enum class CutOutcome : std::uint8_t {
    cut,
    gone,       ///< it had ended already
    refused,    ///< its peer is protected, or it is not one to cut
    not_closed  ///< the kernel did not
};

/// Lists and cuts sockets of one namespace. Synchronous, for one thread at a time: a listing of
/// 20,000 takes about 30 ms, so the daemon has it done by its pool. Buffers are kept between calls.
class SocketDiag {
public:
    /// FG-KRN-002, -003.
    static Result<SocketDiag> open(const NetworkNamespace& place);

    /// Gives each TCP socket of either family once. Of those that begin or end meanwhile some are
    /// missing. Begun anew when the kernel calls it interrupted; a socket may then be given twice,
    /// and its cookie tells. FG-KRN-002, -005 to -007. Needs no privilege.
    Result<> list(
        const SocketFilter& filter,
        Detail detail,
        const std::function<void(const LiveSocket&)>& found
    );
    /// UDP sockets, to be shown: they have no bytes, and most have no peer.
    Result<> list_udp(const std::function<void(const LiveSocket&)>& found);

    /// Closes these, with a reset to the peer; the program that holds one gets ECONNABORTED. One
    /// outcome for each, in order. Those of protected peers, that listen, are UDP or have no cookie
    /// are refused and the others cut. FG-KRN-001 without CAP_NET_ADMIN, -008 when the kernel
    /// cannot. A hundred take under a millisecond.
    Result<std::vector<CutOutcome>> destroy(
        std::span<const LiveSocket> sockets, const ProtectedTargets& targets
    );

    /// Whether the kernel has what destroy() needs, without touching any socket: FG-KRN-008. It
    /// does not tell of a missing capability (capability.hpp does).
    Result<> probe_destroy();

    const std::string& place() const { return netlink_.place(); }

private:
    explicit SocketDiag(NetlinkSocket netlink) : netlink_(std::move(netlink)) {}
    Result<> list_family(
        std::uint8_t family,
        Protocol protocol,
        const SocketFilter& filter,
        Detail detail,
        const std::function<void(const LiveSocket&)>& found
    );
    Result<> destroy_some(
        std::span<const LiveSocket> sockets,
        std::span<const std::size_t> which,
        std::vector<CutOutcome>& outcomes
    );
    Result<> take_answers(
        std::uint32_t first_sequence,
        std::span<const std::size_t> which,
        std::vector<CutOutcome>& outcomes
    );

    NetlinkSocket netlink_;
    RequestWriter request_;
};

/// Why destroy() refuses this one: FG-KRN-004 or -011.
Result<> may_cut(const LiveSocket& socket, const ProtectedTargets& targets);

}  // namespace fairgate::kernel
