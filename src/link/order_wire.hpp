#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "link/order.hpp"
#include "link/wire.hpp"

#include <string_view>

/// Orders as they travel, and what is checked of them when they come.
namespace fairgate::link {

/// Times go out as `lead` later: the other clock's lead over ours.
wire::Order to_wire(const Order& order, Duration lead);
wire::Done to_wire(const Done& done);

/// FG-AGT-020 for what no hub of ours sends; nothing of it is used then.
Result<Order> read(const wire::Order& told);
/// FG-AGT-005. Times come as `lead` earlier.
Result<Done> read(const wire::Done& told, Duration lead, std::string_view node);

void tell(const Denial& denial, wire::Denied& out);
Result<Denial> read(const wire::Denied& told);

void tell(const Enforcing& enforcing, wire::Enforcing& out);
/// Times come as `lead` earlier.
Enforcing read(const wire::Enforcing& told, Duration lead = Duration(0));

}  // namespace fairgate::link
