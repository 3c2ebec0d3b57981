#pragma once

#include "base/error.hpp"
#include "kernel/netlink_socket.hpp"
#include "kernel/network_namespace.hpp"
#include "kernel/protected_targets.hpp"
#include "model/flow.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

// What conntrack is for here: where addresses are translated (Docker's published ports) or rules
// let established connections through, a connection goes on by its entry although a new rule
// refuses it. Deleting the entry makes its next packet a new one, which meets the rule. It does
// nothing to a socket of this machine: that is what SOCK_DESTROY is for (cut.hpp).

namespace fairgate::kernel {

/// Whose entries: those whose first packet came from there.
struct ConntrackOrder {
    Endpoint source;                     ///< port 0: any
    std::uint16_t destination_port = 0;  ///< as the customer sent it, before translation; 0: any
};

/// The table of connections of one namespace, by ctnetlink. Synchronous, one thread at a time: to
/// look through 4000 entries takes some 50 ms, less where the kernel itself selects (Linux 5.8).
/// Needs CAP_NET_ADMIN even to look.
class Conntrack {
public:
    /// FG-KRN-002, -003.
    static Result<Conntrack> open(const NetworkNamespace& place);

    /// How many entries there are now; also tells whether this works here. FG-KRN-001, -005, -009.
    Result<std::uint32_t> count();

    /// Deletes them one by one, each by its addresses and its id, and says how many. Never the
    /// whole table: a deletion without addresses would be that, and is not to be written here. At
    /// most 65536 at once; ask again when it was that many. FG-KRN-001, -004 to -007, -009.
    Result<std::size_t> remove(const ConntrackOrder& order, const ProtectedTargets& targets);

private:
    explicit Conntrack(NetlinkSocket netlink) : netlink_(std::move(netlink)) {}
    struct Found;
    Result<> find(const ConntrackOrder& order, Found& found, bool select_in_kernel);
    Result<std::size_t> remove_some(Found& found, std::size_t from);

    NetlinkSocket netlink_;
};

}  // namespace fairgate::kernel
