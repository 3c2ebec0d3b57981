#pragma once

#include "kernel/netlink_message.hpp"
#include "model/flow.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace fairgate::kernel {

/// An entry of the kernel's table of connections, as its first packet came: `peer` sent it, `local`
/// is where it was sent to, before any translation.
struct TrackedFlow {
    Flow flow;
    std::uint8_t protocol = 0;          ///< IPPROTO_…: other than TCP and UDP there is no port
    std::vector<std::byte> tuple;       ///< CTA_TUPLE_ORIG, byte for byte, to name it with
    std::uint32_t id = 0;               ///< CTA_ID, in network order; tells it from its successor
    std::optional<std::uint16_t> zone;  ///< CTA_ZONE, in network order
};

/// The body of one answer of ctnetlink (linux/netfilter/nfnetlink_conntrack.h); none when it has no
/// addresses.
std::optional<TrackedFlow> read_tracked_flow(ByteSpan body);

}  // namespace fairgate::kernel
