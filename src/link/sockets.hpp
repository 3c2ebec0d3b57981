#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/address.hpp"
#include "model/flow.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What hub and agent tell each other of a node's own connections. Names of accounts and inbounds
// are as in the node's log: hostile text.
namespace fairgate::link {

/// What can be known of an inbound's connections, as sessions::InboundSight.
struct Inbound {
    std::string source;
    std::string tag;
    std::string sight;
    std::uint64_t joined = 0;
    std::uint64_t missing = 0;
    std::uint64_t header = 0;
    std::uint64_t shared = 0;
    std::vector<int> ports;
};

/// How well a node sees its connections.
struct Sockets {
    bool watched = false;      ///< some of its logs are joined with them
    std::vector<Error> lacks;  ///< what of it does not work
    std::vector<Inbound> inbounds;
};

/// Which connections are asked for. Empty members select everything.
struct Look {
    std::vector<std::string> names;
    std::optional<Address> address;
    std::size_t limit = 0;
};

struct Live {
    std::string account;
    std::string inbound;
    Endpoint peer;
    std::uint16_t local_port = 0;
    TimePoint since;
    TimePoint moved;
    std::uint64_t up = 0;  ///< bytes since it began
    std::uint64_t down = 0;
    double up_rate = 0;  ///< bytes a second
    double down_rate = 0;
    bool shared = false;
};

struct Seen {
    std::vector<Live> live;
    bool more = false;  ///< there are more than were asked for
};

/// Whose connections to end. Those of `spared` addresses stay.
struct Cut {
    std::vector<std::string> names;
    std::vector<Address> spared;
};

struct WasCut {
    std::size_t cut = 0;
    std::size_t left = 0;
    std::string text;  ///< "cut 12, left 0"
    std::optional<Error> error;
};

/// In one answer: about half of what a message may be long.
inline constexpr std::size_t most_live = 4'000;
/// Of one account.
inline constexpr std::size_t most_log_names = 64;
inline constexpr std::size_t most_spared = 1'000;

}  // namespace fairgate::link
