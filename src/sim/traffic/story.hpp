#pragma once

#include "sim/traffic/device.hpp"
#include "sim/traffic/networks.hpp"
#include "sim/traffic/shape.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace fairgate::sim::traffic {

/// What an account's people do. The first group keeps to its limit, the second does not.
enum class Story : std::uint8_t {
    home_phone,         ///< one phone on one Wi-Fi
    handover,           ///< Wi-Fi to mobile and back, now and then
    flapping,           ///< the same, but falling back and forth at the edge of coverage
    commuter,           ///< another cell, and another /24, every few minutes
    pool_in_24,         ///< a carrier that gives each connection another address of a /24
    pool_in_20,         ///< the same across a /20
    pool_of_few,        ///< a carrier with a handful of addresses in a /20, one for each connection
    pool_by_minute,     ///< a carrier that gives another address of a /20 every minute or so
    privacy_v6,         ///< IPv6 only, identifiers change within the /64
    dual_stack_home,    ///< IPv4 and IPv6 of one line
    dual_stack_mobile,  ///< the same on a phone whose carrier also changes the /64
    family_nat,         ///< several devices behind one line, limit 1
    family,             ///< three people coming and going, limit 3
    two_devices,        ///< a phone on the move and a laptop at home, limit 2
    vpn_exit,           ///< a VPN in front, whose exit changes
    sim_swap,           ///< one carrier, then another
    visitor,            ///< a few minutes in one place after the other
    forged,             ///< a stranger forges lines in this account's name

    two_homes,          ///< two homes at different providers
    two_homes_one_isp,  ///< two homes in different /24 of one provider
    two_mobiles,        ///< two phones on different carriers
    mobile_and_home,    ///< a phone here, a home there
    pool_and_home,      ///< a phone in a carrier pool, a home elsewhere
    v4_and_v6,          ///< one has only IPv4, the other only IPv6, at different providers
    short_visits,       ///< the second comes for a few minutes at a time
    quiet_homes,        ///< two homes, each heard every 10 to 40 s
    three_on_two,       ///< three people on a limit of two
    sold,               ///< an account sold to nine homes
};

std::string_view name_of(Story story);
bool is_honest(Story story);
const std::vector<Story>& honest_stories();
const std::vector<Story>& sharing_stories(AddressSpace space);

/// More devices in use at once than the limit allows, and how many at the most.
struct Sharing {
    Interval when;
    int devices = 0;
};

/// A line somebody else put into the log in this account's name (reference: Xray-core
/// common/protocol/address.go writes an invalid domain unescaped).
struct Forgery {
    TimePoint time;
    Address attacker;
    Address claimed;
};

/// One account's life during the window.
struct Life {
    Story story = Story::home_phone;
    int limit = 1;
    std::vector<Device> devices;
    std::vector<Forgery> forgeries;
    std::vector<Sharing> sharing;  ///< in time order; empty if honest
};

/// Lives one story. A sharing story shares for a quarter of an hour at least (short visits: ten
/// minutes).
Life live(
    Story story,
    const Random& random,
    const Shape& shape,
    const Providers& providers,
    Interval window
);

/// When more parties than `limit` are in use at once.
std::vector<Sharing> sharing_of(const std::vector<Device>& devices, int limit);

}  // namespace fairgate::sim::traffic
