#include "kernel/sockets.hpp"

#include "kernel/errors.hpp"
#include "kernel/socket_message.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace fairgate::kernel {

namespace {

constexpr std::string_view listing = "list sockets";
constexpr std::string_view cutting = "cut connections";
// Their answers fit into the smallest receive buffer that a system gives (208 KiB).
constexpr std::size_t most_in_a_batch = 64;

int number_of(Protocol protocol) { return protocol == Protocol::tcp ? IPPROTO_TCP : IPPROTO_UDP; }

void put_destroy(RequestWriter& request, const LiveSocket& socket, std::uint32_t sequence) {
    inet_diag_req_v2 body{};
    body.sdiag_family = family_of(socket);
    body.sdiag_protocol = IPPROTO_TCP;
    body.idiag_states = ~0U;
    body.id = id_of(socket);
    request.begin(SOCK_DESTROY, NLM_F_ACK, sequence);
    request.put(body);
    request.end();
}

/// What an answer to SOCK_DESTROY says of the one socket; none when it says something of them all.
std::optional<CutOutcome> outcome_of(int number) {
    switch (number) {
        case 0:
            return CutOutcome::cut;
        case ENOENT:
        case ESTALE:
        case ESRCH:
            return CutOutcome::gone;
        case EPERM:
        case EACCES:
        case EOPNOTSUPP:
            return std::nullopt;
        default:
            return CutOutcome::not_closed;
    }
}

}  // namespace

Result<> may_cut(const LiveSocket& socket, const ProtectedTargets& targets) {
    if (socket.flow.protocol != Protocol::tcp) {
        return errors::not_to_destroy(socket, "it is UDP: one socket serves everybody");
    }
    if (socket.state == TcpState::listen || socket.state == TcpState::closed) {
        return errors::not_to_destroy(socket, "it is no connection, others are accepted by it");
    }
    if (socket.cookie == 0 || socket.cookie == ~std::uint64_t{0}) {
        return errors::not_to_destroy(socket, "it does not come from a listing: it has no cookie");
    }
    return targets.allow(socket.flow.peer.address);
}

Result<SocketDiag> SocketDiag::open(const NetworkNamespace& place) {
    auto netlink = NetlinkSocket::open(place, NETLINK_SOCK_DIAG);
    if (!netlink) {
        return netlink.error();
    }
    // An answer to a refused request then does not repeat the request.
    const int on = 1;
    ::setsockopt(netlink->fd(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
    return SocketDiag(std::move(*netlink));
}

Result<> SocketDiag::list(
    const SocketFilter& filter, Detail detail, const std::function<void(const LiveSocket&)>& found
) {
    auto listed = list_family(AF_INET, Protocol::tcp, filter, detail, found);
    return listed ? list_family(AF_INET6, Protocol::tcp, filter, detail, found) : listed;
}

Result<> SocketDiag::list_udp(const std::function<void(const LiveSocket&)>& found) {
    const SocketFilter all(~StateMask{0});
    auto listed = list_family(AF_INET, Protocol::udp, all, Detail::identity, found);
    return listed ? list_family(AF_INET6, Protocol::udp, all, Detail::identity, found) : listed;
}

Result<> SocketDiag::list_family(
    std::uint8_t family,
    Protocol protocol,
    const SocketFilter& filter,
    Detail detail,
    const std::function<void(const LiveSocket&)>& found
) {
    const auto bytecode = filter.bytecode();
    const bool exact = filter.is_exact_in_kernel();
    bool understood = true;
    const auto ask = [&](RequestWriter& request, std::uint32_t sequence) {
        inet_diag_req_v2 body{};
        body.sdiag_family = family;
        body.sdiag_protocol = static_cast<__u8>(number_of(protocol));
        body.idiag_states = filter.states();
        body.idiag_ext = detail == Detail::bytes ? 1U << (INET_DIAG_INFO - 1U) : 0;
        request.begin(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, sequence);
        request.put(body);
        if (!bytecode.empty()) {
            request.attribute(INET_DIAG_REQ_BYTECODE, ByteSpan(bytecode));
        }
        request.end();
    };
    const auto take = [&](const NetlinkMessage& message) {
        const auto socket = read_socket(message.body, protocol);
        understood = understood && socket;
        if (socket && (exact || filter.matches(socket->flow))) {
            found(*socket);
        }
    };
    auto listed = list_whole(netlink_, ask, listing, [] {}, take);
    if (listed && !understood) {
        return errors::unreadable(listing, place(), "a socket without address");
    }
    return listed;
}

Result<std::vector<CutOutcome>> SocketDiag::destroy(
    std::span<const LiveSocket> sockets, const ProtectedTargets& targets
) {
    std::vector<CutOutcome> outcomes(sockets.size(), CutOutcome::refused);
    std::vector<std::size_t> which;
    for (std::size_t at = 0; at < sockets.size(); ++at) {
        if (may_cut(sockets[at], targets)) {
            which.push_back(at);
        }
    }
    for (std::span<const std::size_t> left = which; !left.empty();) {
        const auto batch = left.first(std::min(left.size(), most_in_a_batch));
        left = left.subspan(batch.size());
        if (auto done = destroy_some(sockets, batch, outcomes); !done) {
            return done.error();
        }
    }
    return outcomes;
}

Result<> SocketDiag::destroy_some(
    std::span<const LiveSocket> sockets,
    std::span<const std::size_t> which,
    std::vector<CutOutcome>& outcomes
) {
    request_.clear();
    const std::uint32_t first = netlink_.next_sequence();
    std::uint32_t sequence = first;
    for (const std::size_t at : which) {
        put_destroy(request_, sockets[at], sequence);
        sequence = netlink_.next_sequence();
    }
    if (auto sent = netlink_.send(request_.bytes(), cutting); !sent) {
        return sent;
    }
    return take_answers(first, which, outcomes);
}

Result<> SocketDiag::take_answers(
    std::uint32_t first_sequence,
    std::span<const std::size_t> which,
    std::vector<CutOutcome>& outcomes
) {
    std::size_t answered = 0;
    std::optional<Error> failed;
    while (answered < which.size()) {
        auto datagram = netlink_.receive(cutting);
        if (!datagram) {
            return datagram.error();
        }
        MessageReader messages(*datagram);
        while (const auto message = messages.next()) {
            const std::uint32_t number = message->sequence - first_sequence;
            if (message->type != NLMSG_ERROR || number >= which.size()) {
                continue;
            }
            ++answered;
            const int answer = error_of(*message);
            if (const auto outcome = outcome_of(answer)) {
                outcomes[which[number]] = *outcome;
            } else {
                failed = answer == EOPNOTSUPP ? errors::no_destroy(place())
                                              : errors::netlink_failed(cutting, place(), answer);
            }
        }
    }
    if (failed) {
        return std::move(*failed);
    }
    return {};
}

Result<> SocketDiag::probe_destroy() {
    // Nothing has port 0, and no socket has the cookie 0.
    request_.clear();
    LiveSocket nothing;
    nothing.flow.peer.address = nothing.flow.local.address = Address::v4(0);
    put_destroy(request_, nothing, netlink_.next_sequence());
    const std::uint32_t sequence = netlink_.next_sequence() - 1;
    if (auto sent = netlink_.send(request_.bytes(), cutting); !sent) {
        return sent;
    }
    const std::array<std::size_t, 1> which{0};
    std::vector<CutOutcome> outcomes(1, CutOutcome::refused);
    return take_answers(sequence, which, outcomes);
}

}  // namespace fairgate::kernel
