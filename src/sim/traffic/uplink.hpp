#pragma once

#include "base/clock.hpp"
#include "model/address.hpp"
#include "sim/traffic/random.hpp"

#include <optional>
#include <vector>

namespace fairgate::sim::traffic {

/// When the network gives a device another address.
enum class Renewal { never, by_period, by_connection };

/// The IPv4 side of an uplink. `changed` addresses are anywhere in `range`.
struct LeaseV4 {
    Network range;
    Renewal renewal = Renewal::never;
    Duration period{};  ///< mean
    int hosts = 0;      ///< only so many addresses of the range are in use; 0: all
};

/// The IPv6 side: a /64 out of `range`, and privacy addresses inside it.
struct LeaseV6 {
    Network range;
    Renewal renewal = Renewal::never;  ///< of the /64
    Duration period{};
    Duration privacy_period{};  ///< mean life of an interface identifier
};

/// How a device reaches the servers at one place: which source address they see. A copy keeps the
/// addresses that never change, so that a household shares its line.
class Uplink {
public:
    /// At least one of the two. `v6_share` is how often IPv6 wins while both are there;
    /// `family_hold` how long a choice holds (0: each connection chooses).
    Uplink(
        Random& random,
        std::optional<LeaseV4> v4,
        std::optional<LeaseV6> v6,
        double v6_share = 0.5,
        Duration family_hold = {}
    );

    /// The source address of a connection opened at `time`. Times must not go back by more than
    /// moments.
    Address source(TimePoint time, Random& random);

private:
    Address another_v4(Random& random);
    Address source_v4(TimePoint time, Random& random);
    Address source_v6(TimePoint time, Random& random);

    std::optional<LeaseV4> v4_;
    std::optional<LeaseV6> v6_;
    double v6_share_;
    Duration family_hold_;
    Address address_v4_;
    std::vector<Address> hosts_;
    Network subnet_;
    Address address_v6_;
    bool use_v6_ = false;
    TimePoint family_until_{};
    TimePoint v4_until_{};
    TimePoint subnet_until_{};
    TimePoint privacy_until_{};
};

/// Half to one and a half of the mean, evenly.
Duration random_span(Random& random, Duration mean);
Duration seconds(double count);
Duration minutes(double count);

}  // namespace fairgate::sim::traffic
