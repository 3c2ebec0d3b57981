#pragma once

#include "model/address.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fairgate::link {

/// 4 or 16 bytes, as addresses travel.
std::string bytes_of(const Address& address);
/// Nothing for any other number of bytes.
std::optional<Address> address_of(std::string_view bytes);

}  // namespace fairgate::link
