#include "kernel/socket_events.hpp"

#include "kernel/errors.hpp"
#include "kernel/netlink_message.hpp"
#include "kernel/socket_filter.hpp"
#include "kernel/socket_message.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <sys/types.h>

namespace fairgate::kernel {

namespace {

constexpr std::string_view doing = "hear of connections that end";
// One event takes about 1 KiB there: 4000 that end at once, or a second of a busy proxy.
constexpr int receive_buffer = 4 << 20;
constexpr std::size_t most_at_once = 1000;
// The longest is some 600 bytes.
constexpr std::size_t buffer_bytes = 8U << 10U;
// A program of the classic filter has at most 4096 instructions.
constexpr std::size_t most_ports = 1000;

constexpr std::uint32_t group_bit(unsigned group) { return 1U << (group - 1U); }

sock_filter instruction(unsigned code, std::uint32_t value, unsigned yes = 0, unsigned no = 0) {
    return {
        .code = static_cast<__u16>(code),
        .jt = static_cast<__u8>(yes),
        .jf = static_cast<__u8>(no),
        .k = value,
    };
}

/// Lets the kernel keep only events of these ports: a proxy has as many connections of its own to
/// the world as it has customers. 0, or the errno.
int keep_only(int fd, const std::vector<std::uint16_t>& ports) {
    constexpr std::uint32_t port_at =
        NLMSG_HDRLEN + offsetof(inet_diag_msg, id) + offsetof(inet_diag_sockid, idiag_sport);
    std::vector<sock_filter> code{instruction(BPF_LD | BPF_H | BPF_ABS, port_at)};
    for (const std::uint16_t port : ports) {
        code.push_back(instruction(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1));
        code.push_back(instruction(BPF_RET | BPF_K, ~0U));
    }
    code.push_back(instruction(BPF_RET | BPF_K, 0));
    const sock_fprog program{
        .len = static_cast<unsigned short>(code.size()), .filter = code.data()
    };
    return ::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 ? 0
                                                                                         : errno;
}

}  // namespace

Result<SocketEvents> SocketEvents::open(
    const NetworkNamespace& place, const std::vector<std::uint16_t>& local_ports
) {
    auto made = place.open_netlink(NETLINK_SOCK_DIAG);
    if (!made) {
        return made.error();
    }
    SocketEvents result;
    result.descriptor_ = std::move(*made);
    result.place_ = place.name();
    result.buffer_.resize(buffer_bytes);
    result.ports_ = local_ports;
    std::sort(result.ports_.begin(), result.ports_.end());
    if (::setsockopt(
            result.fd(), SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer
        ) != 0) {
        ::setsockopt(result.fd(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    if (!result.ports_.empty() && result.ports_.size() <= most_ports) {
        if (const int failed = keep_only(result.fd(), result.ports_); failed != 0) {
            return errors::netlink_failed(doing, place.name(), failed);
        }
    }
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    groups.nl_groups = group_bit(SKNLGRP_INET_TCP_DESTROY) | group_bit(SKNLGRP_INET6_TCP_DESTROY);
    if (::bind(result.fd(), reinterpret_cast<const sockaddr*>(&groups), sizeof groups) != 0) {
        return errors::netlink_failed(doing, place.name(), errno);
    }
    return result;
}

Result<EventBatch> SocketEvents::read(const std::function<void(const LiveSocket&)>& ended) {
    EventBatch batch;
    for (std::size_t reads = 0; reads < most_at_once; ++reads) {
        sockaddr_nl sender{};
        socklen_t sender_bytes = sizeof sender;
        const ssize_t got = ::recvfrom(
            fd(),
            buffer_.data(),
            buffer_.size(),
            MSG_DONTWAIT,
            reinterpret_cast<sockaddr*>(&sender),
            &sender_bytes
        );
        if ((got < 0 && errno == EINTR) || (got >= 0 && sender.nl_pid != 0)) {
            continue;  // only the kernel is believed
        }
        if (got < 0 && errno == EAGAIN) {
            break;
        }
        if (got < 0 && errno == ENOBUFS) {
            batch.has_gap = true;  // told once; what comes behind it is whole again
            continue;
        }
        if (got < 0) {
            return errors::netlink_failed(doing, place_, errno);
        }
        MessageReader messages(ByteSpan(buffer_).first(static_cast<std::size_t>(got)));
        while (const auto message = messages.next()) {
            if (message->type != SOCK_DIAG_BY_FAMILY) {
                continue;
            }
            const auto socket = read_socket(message->body, Protocol::tcp);
            // A socket without peer listened, or never connected.
            const bool wanted =
                socket && socket->flow.peer.port != 0 &&
                (ports_.empty() ||
                 std::binary_search(ports_.begin(), ports_.end(), socket->flow.local.port));
            if (wanted) {
                ++batch.closed;
                ended(*socket);
            }
        }
    }
    return batch;
}

}  // namespace fairgate::kernel
