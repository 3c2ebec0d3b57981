#include "kernel/tracked_flow.hpp"

#include <array>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>

namespace fairgate::kernel {

namespace {

struct Ends {
    std::optional<Address> source;
    std::optional<Address> destination;
};

std::optional<Address> read_v4(ByteSpan value) {
    const auto bits = read_as<std::uint32_t>(value);
    return bits ? std::optional(Address::v4(ntohl(*bits))) : std::nullopt;
}

std::optional<Address> read_v6(ByteSpan value) {
    const auto bytes = read_as<std::array<std::uint8_t, 16>>(value);
    return bytes ? std::optional(Address::v6(*bytes)) : std::nullopt;
}

Ends read_ends(ByteSpan nested) {
    Ends result;
    AttributeReader attributes(nested);
    while (const auto attribute = attributes.next()) {
        switch (attribute->type) {
            case CTA_IP_V4_SRC:
                result.source = read_v4(attribute->value);
                break;
            case CTA_IP_V4_DST:
                result.destination = read_v4(attribute->value);
                break;
            case CTA_IP_V6_SRC:
                result.source = read_v6(attribute->value);
                break;
            case CTA_IP_V6_DST:
                result.destination = read_v6(attribute->value);
                break;
            default:
                break;
        }
    }
    return result;
}

void read_ports(ByteSpan nested, TrackedFlow& into) {
    AttributeReader attributes(nested);
    while (const auto attribute = attributes.next()) {
        if (attribute->type == CTA_PROTO_NUM) {
            into.protocol = read_as<std::uint8_t>(attribute->value).value_or(0);
        } else if (attribute->type == CTA_PROTO_SRC_PORT) {
            into.flow.peer.port = ntohs(read_as<std::uint16_t>(attribute->value).value_or(0));
        } else if (attribute->type == CTA_PROTO_DST_PORT) {
            into.flow.local.port = ntohs(read_as<std::uint16_t>(attribute->value).value_or(0));
        }
    }
    into.flow.protocol = into.protocol == IPPROTO_UDP ? Protocol::udp : Protocol::tcp;
}

bool read_tuple(ByteSpan nested, TrackedFlow& into) {
    Ends ends;
    AttributeReader attributes(nested);
    while (const auto attribute = attributes.next()) {
        if (attribute->type == CTA_TUPLE_IP) {
            ends = read_ends(attribute->value);
        } else if (attribute->type == CTA_TUPLE_PROTO) {
            read_ports(attribute->value, into);
        }
    }
    if (!ends.source || !ends.destination) {
        return false;
    }
    into.flow.peer.address = *ends.source;
    into.flow.local.address = *ends.destination;
    into.tuple.assign(nested.begin(), nested.end());
    return true;
}

}  // namespace

std::optional<TrackedFlow> read_tracked_flow(ByteSpan body) {
    if (body.size() < sizeof(nfgenmsg)) {
        return std::nullopt;
    }
    TrackedFlow result;
    bool is_named = false;
    AttributeReader attributes(behind(body, sizeof(nfgenmsg)));
    while (const auto attribute = attributes.next()) {
        if (attribute->type == CTA_TUPLE_ORIG) {
            is_named = read_tuple(attribute->value, result);
        } else if (attribute->type == CTA_ID) {
            result.id = read_as<std::uint32_t>(attribute->value).value_or(0);
        } else if (attribute->type == CTA_ZONE) {
            result.zone = read_as<std::uint16_t>(attribute->value);
        }
    }
    return is_named ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace fairgate::kernel
