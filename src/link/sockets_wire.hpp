#pragma once

#include "base/clock.hpp"
#include "link/sockets.hpp"
#include "link/wire.hpp"

// How it travels. What is read is cut to what the other side may say: text to its length, numbers
// of things to their bounds; addresses that are none are left out.
namespace fairgate::link {

void tell(const Sockets& sockets, wire::Sockets& out);
void tell(const Look& look, wire::Look& out);
void tell(const Seen& seen, wire::Seen& out);
void tell(const Cut& cut, wire::Cut& out);
void tell(const WasCut& done, wire::WasCut& out);

Sockets read(const wire::Sockets& told);
Look read(const wire::Look& told);
/// `lead` is the agent's clock minus ours.
Seen read(const wire::Seen& told, Duration lead);
Cut read(const wire::Cut& told);
WasCut read(const wire::WasCut& told);

}  // namespace fairgate::link
