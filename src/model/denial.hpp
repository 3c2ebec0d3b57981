#pragma once

#include "base/error.hpp"
#include "model/address.hpp"
#include "model/flow.hpp"

#include <boost/describe.hpp>

#include <compare>
#include <cstdint>
#include <string>

namespace fairgate {

/// Packets that are to be refused: all from an address (both ports 0), those from it to one port of
/// ours (`local_port`), or those of one connection (both ports).
struct Denial {
    Address address = {};
    Protocol protocol = Protocol::tcp;  ///< of a whole address: tcp, and means both
    std::uint16_t peer_port = 0;
    std::uint16_t local_port = 0;

    bool is_whole_address() const { return peer_port == 0 && local_port == 0; }

    auto operator<=>(const Denial&) const = default;
};
BOOST_DESCRIBE_STRUCT(Denial, (), (address, protocol, peer_port, local_port))

/// "203.0.113.5", "203.0.113.5 to tcp/443", "[2001:db8::5]:50000 to udp/443"
std::string to_text(const Denial& denial);

/// FG-KRN-022: a port of the peer's without one of ours is no denial, nor is a whole address for
/// UDP alone; no driver takes them.
Result<> check(const Denial& denial);

}  // namespace fairgate
