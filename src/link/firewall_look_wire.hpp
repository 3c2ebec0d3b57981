#pragma once

#include "base/clock.hpp"
#include "link/firewall_look.hpp"
#include "link/wire.hpp"

namespace fairgate::link {

/// How a look at a node's firewall travels: in the node's time, which is `lead` later than ours.
/// What makes no sense of it is passed over; no more than most_listed of each kind are taken.
void tell(const FirewallLook& look, wire::FirewallLook& out);
FirewallLook read(const wire::FirewallLook& told, Duration lead);

}  // namespace fairgate::link
