#pragma once

#include "sim/traffic/random.hpp"

#include <string_view>
#include <vector>

namespace fairgate::sim::traffic {

/// A quantity that differs between people: drawn once for each, every factor equally likely.
struct Spread {
    double low = 1;
    double high = 1;
    double draw(Random& random) const { return random.log_uniform(low, high); }
};

/// How often each pattern of connections occurs among devices, as weights.
struct Patterns {
    double poisson = 1;
    double regular = 1;
    double burst = 1;
};

/// How often each core writes the log of a node, as weights.
struct Cores {
    double xray_with_microseconds = 1;  ///< Xray 25.1.30 and newer
    double xray_with_from = 1;          ///< Xray 1.8.24 to 25.1
    double xray_plain = 1;              ///< Xray before 1.8.24
    double v2ray = 0;                   ///< no inbound tag, no `from`
};

/// What traffic looks like in one place of the world. Nothing in a shape says who shares.
struct Shape {
    std::string_view name;
    int start_hour = 17;  ///< when the log begins, UTC
    Spread gap_seconds;   ///< mean time between two lines of a device in use
    Patterns patterns;
    Spread session_minutes;      ///< one sitting
    Spread pause_minutes;        ///< between sittings, at the busiest hour
    Spread idle_gap_seconds;     ///< between two lines of a device nobody looks at
    double idle_share = 0.5;     ///< devices that send anything while idle
    double mux_share = 0.15;     ///< devices whose connections share one carrier (Mux.Cool)
    double v6_share = 0.4;       ///< lines that have IPv6 where the provider sells it
    Spread flap_dwell_seconds;   ///< at the edge of coverage: time on one network
    Spread flap_minutes;         ///< one such episode
    int flap_episodes = 2;       ///< at most, in one story
    double linger_chance = 0.2;  ///< hand-overs whose old network still opens connections
    Spread cell_minutes;         ///< a commuter's address lasts this long
    Spread visit_minutes;        ///< a short visit, honest or not
    double mixed_share = 0;      ///< rotating phones inside an ASN that also has homes
    Cores cores;
    double id_only_share = 0.2;    ///< e-mails "4711" (PasarGuard 5)
    double name_only_share = 0.2;  ///< e-mails "alice"; the rest are "4711.alice"
    int nodes = 3;
    double clock_skew_seconds = 0;  ///< deviation of a node's clock
    double delay_seconds = 0;       ///< mean time until a line reaches the merged log
    double sharer_share = 0.3;      ///< accounts that are shared
};

/// city, sparse, bursty, roaming: none is derived from another, so that one can be held out.
const std::vector<Shape>& shapes();

/// The shape of that name, or null.
const Shape* find_shape(std::string_view name);

}  // namespace fairgate::sim::traffic
