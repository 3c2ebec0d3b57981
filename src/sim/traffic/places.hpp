#pragma once

#include "sim/traffic/device.hpp"
#include "sim/traffic/networks.hpp"
#include "sim/traffic/shape.hpp"
#include "sim/traffic/uplink.hpp"

namespace fairgate::sim::traffic {

/// The uplinks that one account's people come across, drawn from a shape's providers.
class Places {
public:
    Places(Random& random, const Shape& shape, const Providers& providers)
        : random_(random), shape_(shape), providers_(providers) {}

    /// A provider of homes; where the shape has mixed networks, now and then one of those.
    const Provider& fixed();
    const Provider& carrier() { return random_.pick(providers_.mobile); }
    const Provider& rotating_carrier();
    const Provider& exit() { return random_.pick(providers_.exits); }
    /// A provider of homes other than this one.
    const Provider& fixed_other_than(const Provider& other);
    const Provider& carrier_other_than(const Provider& other);
    /// A provider that sells both families.
    const Provider& fixed_with_v6();
    const Provider& carrier_with_v6();

    Uplink home(const Provider& provider);
    Uplink home_v4(const Provider& provider);
    Uplink home_v6(const Provider& provider);
    Uplink dual_stack_home(const Provider& provider);
    /// A phone that keeps its address for an hour or so.
    Uplink phone(const Provider& provider);
    Uplink phone_v4(const Provider& provider);
    /// A phone whose /64 changes as well.
    Uplink dual_stack_phone(const Provider& provider);
    /// A phone in a train: another /24 and another /64 every few minutes.
    Uplink cells(const Provider& provider);
    Uplink pool_in_24(const Provider& provider);
    Uplink pool_in_20(const Provider& provider);
    Uplink pool_of_few(const Provider& provider);
    Uplink pool_by_minute(const Provider& provider);
    Uplink exit_of(const Provider& provider);

    /// How long both radios stay up after a hand-over; mostly not at all.
    Duration linger();

private:
    bool has_v6(const Provider& provider) { return provider.v6 && random_.chance(shape_.v6_share); }
    LeaseV6 home_lease_v6(const Provider& provider);
    Network pool_of(const Provider& provider);
    /// Where a provider's homes are: the upper half, so that its pools never hold one.
    static Network homes_of(const Provider& provider);

    Random& random_;
    const Shape& shape_;
    const Providers& providers_;
};

}  // namespace fairgate::sim::traffic
