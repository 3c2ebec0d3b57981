#pragma once

#include "control/why.hpp"
#include "model/address.hpp"

namespace fairgate::control {

/// Who is behind an address: the accounts there now with their live connections, and those whose
/// decisions of the last 24 hours hold it in their evidence; whether the firewall refuses it, by
/// which measure, and why it would never be blocked.
boost::asio::awaitable<Result<Why>> why_address(Desk desk, Address address);

}  // namespace fairgate::control
