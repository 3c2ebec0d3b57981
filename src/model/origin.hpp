#pragma once

#include "base/strong.hpp"
#include "model/address.hpp"

#include <cstdint>
#include <string>

namespace fairgate {

/// How addresses are grouped into origins.
struct OriginRule {
    int v4_length = 24;  ///< one home or one NAT rarely spans more than a /24
    int v6_length = 64;  ///< privacy addresses change below /64 (RFC 8981)
};

/// An autonomous system number; 0 is "not known".
using Asn = Strong<std::uint32_t, struct AsnTag>;

/// What is known about the network an address belongs to.
struct NetworkInfo {
    Asn asn;
    std::string organisation;  ///< may be empty
    std::string country;       ///< ISO 3166-1 alpha-2, may be empty
};

/// Answers which network an address belongs to. Implementations are cheap (under a microsecond)
/// and never go to the network.
class NetworkTable {
public:
    virtual ~NetworkTable() = default;
    virtual Asn asn_of(const Address& address) const = 0;
    virtual NetworkInfo info_of(const Address& address) const = 0;
};

/// The table of an operator who has none: every address belongs to the unknown network.
class NoNetworkTable final : public NetworkTable {
public:
    Asn asn_of(const Address&) const override { return Asn{}; }
    NetworkInfo info_of(const Address&) const override { return {}; }
};

}  // namespace fairgate
