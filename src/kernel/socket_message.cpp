#include "kernel/socket_message.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace fairgate::kernel {

namespace {

// tcpi_bytes_acked and tcpi_bytes_received of struct tcp_info (linux/tcp.h), which only grows at
// its end. Not by offsetof: glibc has a shorter struct of that name, and other headers may bring
// it.
constexpr std::size_t acked_at = 120;
constexpr std::size_t received_at = 128;

/// `words` are the four of the kernel's struct.
Address address_of(const __be32* words, std::uint8_t family) {
    if (family == AF_INET) {
        return Address::v4(ntohl(*words));
    }
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), words, bytes.size());
    return Address::v6(bytes);
}

void put_address(const Address& address, std::uint8_t family, __be32* words) {
    if (family == AF_INET) {
        *words = htonl(address.v4_bits());
    } else {
        std::memcpy(words, address.bytes().data(), address.bytes().size());
    }
}

Bytes count_at(ByteSpan tcp_info, std::size_t offset) {
    if (tcp_info.size() < offset) {
        return {};
    }
    return Bytes{read_as<std::uint64_t>(tcp_info.subspan(offset)).value_or(0)};
}

SocketFamily kept_in(std::uint8_t family, const Flow& flow) {
    if (family == AF_INET) {
        return SocketFamily::ipv4;
    }
    return flow.peer.address.is_v4() || flow.local.address.is_v4() ? SocketFamily::mapped
                                                                   : SocketFamily::ipv6;
}

}  // namespace

std::optional<LiveSocket> read_socket(ByteSpan body, Protocol protocol) {
    const auto found = read_as<inet_diag_msg>(body);
    if (!found || (found->idiag_family != AF_INET && found->idiag_family != AF_INET6)) {
        return std::nullopt;
    }
    const inet_diag_sockid& id = found->id;
    LiveSocket socket;
    socket.flow = {
        .protocol = protocol,
        .local =
            {.address = address_of(id.idiag_src, found->idiag_family), .port = ntohs(id.idiag_sport)
            },
        .peer =
            {.address = address_of(id.idiag_dst, found->idiag_family), .port = ntohs(id.idiag_dport)
            },
    };
    socket.cookie = (std::uint64_t{id.idiag_cookie[1]} << 32U) | id.idiag_cookie[0];
    // Were it ever given, it would stand for "any socket" when sent back.
    if (socket.cookie == ~std::uint64_t{0}) {
        socket.cookie = 0;
    }
    socket.inode = found->idiag_inode;
    socket.owner = found->idiag_uid;
    socket.device = id.idiag_if;
    socket.state = static_cast<TcpState>(found->idiag_state);
    socket.family = kept_in(found->idiag_family, socket.flow);

    AttributeReader attributes(behind(body, sizeof(inet_diag_msg)));
    while (const auto attribute = attributes.next()) {
        if (attribute->type == INET_DIAG_INFO && protocol == Protocol::tcp) {
            socket.acked = count_at(attribute->value, acked_at);
            socket.received = count_at(attribute->value, received_at);
        }
    }
    return socket;
}

std::uint8_t family_of(const LiveSocket& socket) {
    return socket.family == SocketFamily::ipv4 ? AF_INET : AF_INET6;
}

inet_diag_sockid id_of(const LiveSocket& socket) {
    inet_diag_sockid id{};
    id.idiag_sport = htons(socket.flow.local.port);
    id.idiag_dport = htons(socket.flow.peer.port);
    put_address(socket.flow.local.address, family_of(socket), id.idiag_src);
    put_address(socket.flow.peer.address, family_of(socket), id.idiag_dst);
    id.idiag_if = socket.device;
    id.idiag_cookie[0] = static_cast<__u32>(socket.cookie);
    id.idiag_cookie[1] = static_cast<__u32>(socket.cookie >> 32U);
    return id;
}

}  // namespace fairgate::kernel
