#pragma once

#include "model/address.hpp"
#include "sim/traffic/random.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace fairgate::sim::traffic {

/// One provider that people reach the servers from.
struct Provider {
    std::string_view name;
    std::uint32_t asn = 0;      ///< 0: not routed, so no table knows it
    Network v4;                 ///< at least a /18
    std::optional<Network> v6;  ///< at least a /44
};

/// Real providers, or documentation addresses that no routing table holds.
enum class AddressSpace : std::uint8_t { routed, unrouted };

/// The providers of one story, by what they sell.
struct Providers {
    std::vector<Provider> fixed;   ///< home and office lines
    std::vector<Provider> mobile;  ///< carriers whose phones keep an address for a while
    std::vector<Provider>
        rotating;                 ///< carriers that give each connection another address of a /20
    std::vector<Provider> mixed;  ///< homes and rotating phones in one autonomous system
    std::vector<Provider> exits;  ///< VPN exits
};

/// Routed prefixes are as announced in June 2026 (RouteViews), each wholly inside one ASN.
Providers providers(AddressSpace space);

Address any_v4(Random& random, const Network& within);
/// A random /64 within a prefix.
Network any_subnet64(Random& random, const Network& within);
/// A random /24 within a prefix.
Network any_subnet24(Random& random, const Network& within);
/// An address of a /64 with a privacy identifier (RFC 8981).
Address any_host64(Random& random, const Network& subnet);

}  // namespace fairgate::sim::traffic
