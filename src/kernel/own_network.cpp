#include "kernel/own_network.hpp"

#include "kernel/netlink_socket.hpp"

#include <array>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>

namespace fairgate::kernel {

namespace {

std::optional<Address> address_in(ByteSpan value, int family) {
    if (family == AF_INET) {
        const auto bits = read_as<std::uint32_t>(value);
        return bits ? std::optional(Address::v4(ntohl(*bits))) : std::nullopt;
    }
    if (family == AF_INET6) {
        const auto bytes = read_as<std::array<std::uint8_t, 16>>(value);
        return bytes ? std::optional(Address::v6(*bytes)) : std::nullopt;
    }
    return std::nullopt;
}

void take(const std::optional<Address>& address, std::vector<Address>& into) {
    if (address) {
        into.push_back(*address);
    }
}

void take_ways(ByteSpan ways, int family, std::vector<Address>& into);

void take_route_attributes(ByteSpan bytes, int family, std::vector<Address>& into) {
    AttributeReader attributes(bytes);
    while (const auto attribute = attributes.next()) {
        if (attribute->type == RTA_GATEWAY) {
            take(address_in(attribute->value, family), into);
        } else if (attribute->type == RTA_VIA) {
            // A route of one family through a gateway of the other (struct rtvia).
            const auto other = read_as<std::uint16_t>(attribute->value);
            if (other) {
                take(address_in(attribute->value.subspan(sizeof *other), *other), into);
            }
        } else if (attribute->type == RTA_MULTIPATH) {
            take_ways(attribute->value, family, into);
        }
    }
}

// One rtnexthop with its attributes behind the other; they hold no RTA_MULTIPATH again.
void take_ways(ByteSpan ways, int family, std::vector<Address>& into) {
    while (const auto way = read_as<rtnexthop>(ways)) {
        if (way->rtnh_len < sizeof(rtnexthop) || way->rtnh_len > ways.size()) {
            return;
        }
        AttributeReader attributes(ways.first(way->rtnh_len).subspan(sizeof(rtnexthop)));
        while (const auto attribute = attributes.next()) {
            if (attribute->type == RTA_GATEWAY) {
                take(address_in(attribute->value, family), into);
            }
        }
        ways = behind(ways, way->rtnh_len);
    }
}

template <class Header>
Result<> list_all(
    NetlinkSocket& socket,
    std::uint16_t type,
    std::string_view doing,
    std::vector<Address>& into,
    void (*take_one)(ByteSpan, std::vector<Address>&)
) {
    return list_whole(
        socket,
        [type](RequestWriter& request, std::uint32_t sequence) {
            request.begin(type, NLM_F_DUMP, sequence);
            request.put(Header{});  // of every family
            request.end();
        },
        doing,
        [&into] { into.clear(); },
        [&into, take_one](const NetlinkMessage& message) { take_one(message.body, into); }
    );
}

}  // namespace

void take_address(ByteSpan body, std::vector<Address>& into) {
    const auto header = read_as<ifaddrmsg>(body);
    if (!header) {
        return;
    }
    // IFA_ADDRESS is the other end of a point-to-point link, unless there is no IFA_LOCAL.
    std::optional<Address> local;
    std::optional<Address> address;
    AttributeReader attributes(behind(body, sizeof(ifaddrmsg)));
    while (const auto attribute = attributes.next()) {
        if (attribute->type == IFA_LOCAL) {
            local = address_in(attribute->value, header->ifa_family);
        } else if (attribute->type == IFA_ADDRESS) {
            address = address_in(attribute->value, header->ifa_family);
        }
    }
    take(local ? local : address, into);
}

void take_gateways(ByteSpan body, std::vector<Address>& into) {
    if (const auto header = read_as<rtmsg>(body)) {
        take_route_attributes(behind(body, sizeof(rtmsg)), header->rtm_family, into);
    }
}

Result<OwnNetwork> read_own_network(const NetworkNamespace& place) {
    auto socket = NetlinkSocket::open(place, NETLINK_ROUTE);
    if (!socket) {
        return socket.error();
    }
    OwnNetwork result;
    auto listed = list_all<ifaddrmsg>(
        *socket, RTM_GETADDR, "list the own addresses", result.addresses, take_address
    );
    if (!listed) {
        return listed.error();
    }
    listed = list_all<rtmsg>(*socket, RTM_GETROUTE, "list routes", result.gateways, take_gateways);
    if (!listed) {
        return listed.error();
    }
    return result;
}

}  // namespace fairgate::kernel
