#pragma once

#include "base/error.hpp"
#include "kernel/netlink_message.hpp"
#include "kernel/network_namespace.hpp"
#include "model/address.hpp"

#include <vector>

namespace fairgate::kernel {

/// What a namespace is called, and through whom it reaches others.
struct OwnNetwork {
    std::vector<Address> addresses;
    std::vector<Address> gateways;
};

/// Asks the kernel (rtnetlink(7)). Needs no privilege. FG-KRN-003, -005 to -007.
Result<OwnNetwork> read_own_network(const NetworkNamespace& place);

/// The body of one RTM_NEWADDR. What is not understood is left out.
void take_address(ByteSpan body, std::vector<Address>& into);
/// The body of one RTM_NEWROUTE: a gateway, or those of several ways.
void take_gateways(ByteSpan body, std::vector<Address>& into);

}  // namespace fairgate::kernel
