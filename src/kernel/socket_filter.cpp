#include "kernel/socket_filter.hpp"

#include <algorithm>
#include <array>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

// The kernel's little language has only conditions that jump forward: by `yes` bytes, which is the
// length of the condition, or by `no`. To arrive at the end is a match, four bytes behind it is
// none. "Any of" is therefore: condition, jump to the end of the group; next condition, jump; … ;
// jump behind the end of everything.

namespace fairgate::kernel {

namespace {

// Each costs a few nanoseconds per socket; so many are still cheaper than to be told of the socket.
constexpr std::size_t most_ranges = 64;
constexpr std::size_t most_peers = 128;

constexpr std::size_t op_bytes = sizeof(inet_diag_bc_op);

using Code = std::vector<std::byte>;

void put(Code& code, ByteSpan bytes) { code.insert(code.end(), bytes.begin(), bytes.end()); }

void put_op(Code& code, unsigned op, std::size_t yes, std::size_t no) {
    const inet_diag_bc_op made{
        .code = static_cast<unsigned char>(op),
        .yes = static_cast<unsigned char>(yes),
        .no = static_cast<unsigned short>(no),
    };
    put(code, std::as_bytes(std::span(&made, 1)));
}

void put_jump(Code& code, std::size_t by) { put_op(code, INET_DIAG_BC_JMP, op_bytes, by); }

/// A comparison of ports has its number in the `no` of a second op.
void put_port(Code& code, unsigned op, std::uint16_t port, std::size_t no) {
    put_op(code, op, 2 * op_bytes, no);
    put_op(code, INET_DIAG_BC_NOP, 0, port);
}

Code range_condition(std::uint16_t first, std::uint16_t last) {
    Code code;
    put_port(code, INET_DIAG_BC_S_GE, first, 5 * op_bytes);  // behind this, the next one, the jump
    put_port(code, INET_DIAG_BC_S_LE, last, 3 * op_bytes);
    return code;
}

/// A condition for IPv4 also finds mapped sockets (net/ipv4/inet_diag.c).
Code peer_condition(const Endpoint& peer) {
    const std::size_t address_bytes = peer.address.is_v4() ? 4 : 16;
    const std::size_t size = op_bytes + sizeof(inet_diag_hostcond) + address_bytes;
    Code code;
    put_op(code, INET_DIAG_BC_D_COND, size, size + op_bytes);
    inet_diag_hostcond host{};
    host.family = peer.address.is_v4() ? AF_INET : AF_INET6;
    host.prefix_len = static_cast<std::uint8_t>(8 * address_bytes);
    host.port = peer.port == 0 ? -1 : peer.port;
    put(code, std::as_bytes(std::span(&host, 1)));
    put(code, std::as_bytes(std::span(peer.address.bytes())).last(address_bytes));
    return code;
}

/// Any of the conditions; `behind` is the length of what follows.
Code any_of(const std::vector<Code>& conditions, std::size_t behind) {
    std::size_t left = op_bytes;  // the last jump
    for (const Code& condition : conditions) {
        left += condition.size() + op_bytes;
    }
    Code code;
    for (const Code& condition : conditions) {
        put(code, condition);
        left -= condition.size();
        put_jump(code, left);
        left -= op_bytes;
    }
    put_jump(code, op_bytes + behind + 4);
    return code;
}

}  // namespace

SocketFilter& SocketFilter::local_ports(std::vector<std::uint16_t> ports) {
    ports_ = std::move(ports);
    std::sort(ports_.begin(), ports_.end());
    ports_.erase(std::unique(ports_.begin(), ports_.end()), ports_.end());
    return *this;
}

SocketFilter& SocketFilter::peers(std::vector<Endpoint> peers) {
    peers_ = std::move(peers);
    std::sort(peers_.begin(), peers_.end());
    peers_.erase(std::unique(peers_.begin(), peers_.end()), peers_.end());
    return *this;
}

bool SocketFilter::matches(const Flow& flow) const {
    const auto has_peer = [this](const Endpoint& peer) {
        return std::binary_search(peers_.begin(), peers_.end(), peer);
    };
    return (ports_.empty() || std::binary_search(ports_.begin(), ports_.end(), flow.local.port)) &&
           (peers_.empty() || has_peer(flow.peer) ||
            has_peer(Endpoint{.address = flow.peer.address, .port = 0}));
}

std::vector<SocketFilter::PortRange> SocketFilter::port_ranges() const {
    std::vector<PortRange> result;
    for (const std::uint16_t port : ports_) {
        if (!result.empty() && result.back().last + 1 == port) {
            result.back().last = port;
        } else {
            result.push_back({.first = port, .last = port});
        }
    }
    return result;
}

bool SocketFilter::is_exact_in_kernel() const {
    return port_ranges().size() <= most_ranges && peers_.size() <= most_peers;
}

std::vector<std::byte> SocketFilter::bytecode() const {
    Code peers;
    if (!peers_.empty() && peers_.size() <= most_peers) {
        std::vector<Code> conditions(peers_.size());
        std::transform(peers_.begin(), peers_.end(), conditions.begin(), peer_condition);
        peers = any_of(conditions, 0);
    }
    Code code;
    if (!ports_.empty()) {
        auto ranges = port_ranges();
        if (ranges.size() > most_ranges) {
            ranges = {{.first = ports_.front(), .last = ports_.back()}};
        }
        std::vector<Code> conditions(ranges.size());
        std::transform(ranges.begin(), ranges.end(), conditions.begin(), [](PortRange range) {
            return range_condition(range.first, range.last);
        });
        code = any_of(conditions, peers.size());
    }
    put(code, peers);
    return code;
}

}  // namespace fairgate::kernel
