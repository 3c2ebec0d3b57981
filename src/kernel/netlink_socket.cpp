#include "kernel/netlink_socket.hpp"

#include "kernel/errors.hpp"

#include <cerrno>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace fairgate::kernel {

namespace {

// The kernel fills datagrams of a listing up to 32 KiB (net/netlink/af_netlink.c).
constexpr std::size_t buffer_bytes = 64U << 10U;
// A listing of 20,000 sockets takes 0.03 s; a machine that is out of breath may take a hundred
// times that.
constexpr timeval patience{.tv_sec = 5, .tv_usec = 0};

}  // namespace

Result<NetlinkSocket> NetlinkSocket::open(const NetworkNamespace& place, int protocol) {
    auto made = place.open_netlink(protocol);
    if (!made) {
        return made.error();
    }
    NetlinkSocket result;
    result.descriptor_ = std::move(*made);
    result.place_ = place.name();
    result.buffer_.resize(buffer_bytes);
    ::setsockopt(result.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(result.fd(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return result;
}

Result<> NetlinkSocket::send(ByteSpan requests, std::string_view doing) {
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    ssize_t sent = 0;
    do {
        sent = ::sendto(
            fd(),
            requests.data(),
            requests.size(),
            0,
            reinterpret_cast<const sockaddr*>(&kernel),
            sizeof kernel
        );
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        return errors::netlink_failed(doing, place_, errno);
    }
    return {};
}

Result<ByteSpan> NetlinkSocket::receive(std::string_view doing) {
    for (;;) {
        sockaddr_nl sender{};
        iovec part{.iov_base = buffer_.data(), .iov_len = buffer_.size()};
        msghdr message{};
        message.msg_name = &sender;
        message.msg_namelen = sizeof sender;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        const ssize_t got = ::recvmsg(fd(), &message, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            const int number = errno == EAGAIN ? ETIMEDOUT : errno;
            return errors::netlink_failed(doing, place_, number);
        }
        if (sender.nl_pid != 0) {
            continue;  // another program may send here as well
        }
        if ((message.msg_flags & MSG_TRUNC) != 0) {
            return errors::unreadable(doing, place_, "longer than any answer should be");
        }
        return ByteSpan(buffer_).first(static_cast<std::size_t>(got));
    }
}

/// The rest of a listing that was given up: the kernel begins no other one before it is read.
void NetlinkSocket::drain() {
    constexpr int most_datagrams = 100'000;
    for (int read = 0; read < most_datagrams; ++read) {
        if (::recv(fd(), buffer_.data(), buffer_.size(), MSG_DONTWAIT) < 0 && errno != EINTR) {
            return;
        }
    }
}

Result<Listing> NetlinkSocket::list(
    const RequestWriter& request,
    std::string_view doing,
    const std::function<void(const NetlinkMessage&)>& entry
) {
    drain();
    const std::uint32_t asked = sequence_;
    if (auto sent = send(request.bytes(), doing); !sent) {
        return sent.error();
    }
    Listing result = Listing::whole;
    for (;;) {
        auto datagram = receive(doing);
        if (!datagram) {
            return datagram.error();
        }
        MessageReader messages(*datagram);
        while (const auto message = messages.next()) {
            if (message->sequence != asked) {
                continue;  // the rest of an answer that nobody waited for
            }
            if ((message->flags & NLM_F_DUMP_INTR) != 0) {
                result = Listing::interrupted;
            }
            if (message->type != NLMSG_DONE && message->type != NLMSG_ERROR) {
                entry(*message);
                continue;
            }
            if (const int number = error_of(*message); number != 0) {
                return errors::netlink_failed(doing, place_, number);
            }
            return result;
        }
        if (messages.is_broken()) {
            return errors::unreadable(doing, place_, "a message longer than its datagram");
        }
    }
}

Result<> list_whole(
    NetlinkSocket& socket,
    const std::function<void(RequestWriter&, std::uint32_t sequence)>& ask,
    std::string_view doing,
    const std::function<void()>& anew,
    const std::function<void(const NetlinkMessage&)>& entry
) {
    RequestWriter request;
    for (int tries = 0; tries < most_tries; ++tries) {
        request.clear();
        ask(request, socket.next_sequence());
        anew();
        auto listed = socket.list(request, doing, entry);
        if (!listed) {
            return listed.error();
        }
        if (*listed == Listing::whole) {
            return {};
        }
    }
    return errors::kept_changing(doing, socket.place(), most_tries);
}

}  // namespace fairgate::kernel
