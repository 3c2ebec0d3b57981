#pragma once

#include "control/why.hpp"
#include "model/address.hpp"

namespace fairgate::control {

/// Who is behind an address: the accounts there now, and those whose decisions of the last 24 hours
/// hold it in their evidence.
boost::asio::awaitable<Result<Why>> why_address(const Live& live, Records records, Address address);

}  // namespace fairgate::control
