#include "kernel/conntrack.hpp"

#include "kernel/errors.hpp"
#include "kernel/tracked_flow.hpp"

#include <algorithm>
#include <cerrno>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace fairgate::kernel {

namespace {

constexpr std::string_view looking = "look through the table of connections";
constexpr std::string_view deleting = "delete from the table of connections";
constexpr std::size_t most_entries = 65536;
constexpr std::size_t most_in_a_batch = 64;
// The kernel's CTA_FILTER_F_CTA_IP_SRC (include/net/netfilter/nf_conntrack_core.h is not exported).
constexpr std::uint32_t select_by_source = 1;

constexpr std::uint16_t type_of(unsigned message) {
    return static_cast<std::uint16_t>((NFNL_SUBSYS_CTNETLINK << 8U) | message);
}

std::uint8_t family_of(const Address& address) { return address.is_v4() ? AF_INET : AF_INET6; }

void begin(
    RequestWriter& request,
    unsigned message,
    unsigned flags,
    std::uint32_t sequence,
    std::uint8_t family
) {
    nfgenmsg header{};
    header.nfgen_family = family;
    header.version = NFNETLINK_V0;
    request.begin(type_of(message), flags, sequence);
    request.put(header);
}

void put_source(RequestWriter& request, const Address& source) {
    const auto bytes = std::as_bytes(std::span(source.bytes()));
    const std::size_t tuple = request.begin_nest(CTA_TUPLE_ORIG);
    const std::size_t ip = request.begin_nest(CTA_TUPLE_IP);
    request.attribute(
        source.is_v4() ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, source.is_v4() ? bytes.last(4) : bytes
    );
    request.end_nest(ip);
    request.end_nest(tuple);
    const std::size_t filter = request.begin_nest(CTA_FILTER);
    request.attribute(CTA_FILTER_ORIG_FLAGS, select_by_source);
    request.attribute(CTA_FILTER_REPLY_FLAGS, std::uint32_t{0});
    request.end_nest(filter);
}

bool is_meant(const ConntrackOrder& order, const Flow& flow) {
    return flow.peer.address == order.source.address &&
           (order.source.port == 0 || flow.peer.port == order.source.port) &&
           (order.destination_port == 0 || flow.local.port == order.destination_port);
}

/// The kernel's number for a table that is not there: no such subsystem.
Error failed(std::string_view doing, const std::string& place, int number) {
    return number == EINVAL || number == EOPNOTSUPP ? errors::no_conntrack(place, number)
                                                    : errors::netlink_failed(doing, place, number);
}

}  // namespace

struct Conntrack::Found {
    std::uint8_t family = 0;
    std::vector<TrackedFlow> flows;
};

Result<Conntrack> Conntrack::open(const NetworkNamespace& place) {
    auto netlink = NetlinkSocket::open(place, NETLINK_NETFILTER);
    if (!netlink) {
        return netlink.error();
    }
    const int on = 1;
    ::setsockopt(netlink->fd(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
    return Conntrack(std::move(*netlink));
}

Result<std::uint32_t> Conntrack::count() {
    RequestWriter request;
    begin(request, IPCTNL_MSG_CT_GET_STATS, 0, netlink_.next_sequence(), AF_UNSPEC);
    request.end();
    if (auto sent = netlink_.send(request.bytes(), looking); !sent) {
        return sent.error();
    }
    auto datagram = netlink_.receive(looking);
    if (!datagram) {
        return datagram.error();
    }
    MessageReader messages(*datagram);
    const auto message = messages.next();
    if (!message) {
        return errors::unreadable(looking, netlink_.place(), "an empty answer");
    }
    if (message->type == NLMSG_ERROR) {
        return failed(looking, netlink_.place(), error_of(*message));
    }
    AttributeReader attributes(behind(message->body, sizeof(nfgenmsg)));
    while (const auto attribute = attributes.next()) {
        if (attribute->type == CTA_STATS_GLOBAL_ENTRIES) {
            return ntohl(read_as<std::uint32_t>(attribute->value).value_or(0));
        }
    }
    return errors::unreadable(looking, netlink_.place(), "no number of entries");
}

Result<> Conntrack::find(const ConntrackOrder& order, Found& found, bool select_in_kernel) {
    const Address& source = order.source.address;
    const auto ask = [&](RequestWriter& request, std::uint32_t sequence) {
        begin(request, IPCTNL_MSG_CT_GET, NLM_F_DUMP, sequence, family_of(source));
        if (select_in_kernel) {
            put_source(request, source);
        }
        request.end();
    };
    const auto take = [&](const NetlinkMessage& message) {
        auto flow = read_tracked_flow(message.body);
        if (flow && is_meant(order, flow->flow) && found.flows.size() < most_entries) {
            found.flows.push_back(std::move(*flow));
        }
    };
    return list_whole(netlink_, ask, looking, [&found] { found.flows.clear(); }, take);
}

Result<std::size_t> Conntrack::remove(
    const ConntrackOrder& order, const ProtectedTargets& targets
) {
    if (auto allowed = targets.allow(order.source.address); !allowed) {
        return allowed.error();
    }
    // Says what is missing in its own words; a listing only fails.
    if (auto there = count(); !there) {
        return there.error();
    }
    Found found{.family = family_of(order.source.address), .flows = {}};
    // Of IPv6 addresses the kernel gives those that differ (6.18, ctnetlink_filter_match_tuple()).
    const bool can_select = order.source.address.is_v4();
    if (!can_select || !find(order, found, true)) {
        if (auto looked = find(order, found, false); !looked) {
            return looked.error();
        }
    }
    std::size_t removed = 0;
    for (std::size_t from = 0; from < found.flows.size(); from += most_in_a_batch) {
        auto some = remove_some(found, from);
        if (!some) {
            return some.error();
        }
        removed += *some;
    }
    return removed;
}

Result<std::size_t> Conntrack::remove_some(Found& found, std::size_t from) {
    RequestWriter request;
    const std::size_t until = std::min(found.flows.size(), from + most_in_a_batch);
    const std::uint32_t first = netlink_.next_sequence();
    std::uint32_t sequence = first;
    for (std::size_t at = from; at < until; ++at) {
        const TrackedFlow& flow = found.flows[at];
        begin(request, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, sequence, found.family);
        request.attribute(CTA_TUPLE_ORIG | NLA_F_NESTED, ByteSpan(flow.tuple));
        request.attribute(CTA_ID, flow.id);
        if (flow.zone) {
            request.attribute(CTA_ZONE, *flow.zone);
        }
        request.end();
        sequence = netlink_.next_sequence();
    }
    if (auto sent = netlink_.send(request.bytes(), deleting); !sent) {
        return sent.error();
    }
    std::size_t removed = 0;
    for (std::size_t answered = 0; answered < until - from;) {
        auto datagram = netlink_.receive(deleting);
        if (!datagram) {
            return datagram.error();
        }
        MessageReader messages(*datagram);
        while (const auto message = messages.next()) {
            if (message->type != NLMSG_ERROR || message->sequence - first >= until - from) {
                continue;
            }
            ++answered;
            const int number = error_of(*message);
            if (number != 0 && number != ENOENT) {  // ENOENT: it ended by itself
                return failed(deleting, netlink_.place(), number);
            }
            removed += number == 0 ? 1 : 0;
        }
    }
    return removed;
}

}  // namespace fairgate::kernel
