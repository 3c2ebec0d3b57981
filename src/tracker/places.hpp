#pragma once

#include "tracker/count.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

// The places an account was active at: its origins, those of one address pool taken together.
//
// A carrier that shares few addresses among many phones gives each connection any address of a
// block, commonly a /20. One phone then shows up to sixteen /24 at once. What gives a pool away:
//
// - its origins lie side by side: three homes of one account within 4096 addresses would be three
//   neighbours, and rarely strangers who share;
// - the host inside an origin changes from one connection to the next;
// - an origin is seen once or twice and not again, while others take its turn;
// - most accounts in the network look like this (networks.hpp).

namespace fairgate::tracker {

/// Counts as at most one device at a time.
struct Place {
    Word word;     ///< active slots
    Word present;  ///< the same, with its usual silences filled
    std::uint32_t asn;
    std::uint32_t provider;  ///< 0: not known
    std::uint32_t visits;
    std::uint32_t first;  ///< the lowest address, of IPv4
    std::uint32_t part;   ///< of an unknown network: which stretch of addresses the pool is
    Family family;
    Ipv4Partner partner;  ///< of IPv6
    bool pool;
    bool doubtful;  ///< a pool in a network nobody has judged yet
    bool unjudged;  ///< its network is known by name, but not by its habits
};

struct Places {
    static constexpr std::size_t most = 64;
    static constexpr std::uint8_t none = 0xff;

    std::array<Place, most> items;  // NOLINT(*-member-init): the first `count` are
    std::size_t count = 0;
    /// Of each origin the index of its place; only of the first 255 origins.
    std::array<std::uint8_t, 255> of;  // NOLINT(*-member-init): as many as there are origins
};

/// From so many origins on a network may be a pool.
inline constexpr int many_origins = 3;

/// Takes time quadratic in the origins of a network, of which there are few; allocates nothing.
void find_places(std::span<const OriginActivity> origins, Places& places);

/// In slots: no longer silence is ever filled, since a phone that left may be back after a minute.
inline constexpr int longest_silence = 6;

/// The word with silences filled that are this place's ordinary ones: half as long again as its
/// mean gap.
Word bridged_by_habit(Word word);

/// Two places side by side may be a pool that has not shown its third yet, until each was seen
/// this often: with four addresses one in ten thousand would look like this by then.
inline constexpr std::uint32_t visits_of_neighbours = 8;

/// Whether two IPv4 places lie within one block that carriers commonly use as a pool.
bool are_neighbours(const Place& first, const Place& second);

}  // namespace fairgate::tracker
