#pragma once

#include "base/clock.hpp"
#include "sim/traffic/random.hpp"
#include "sim/traffic/shape.hpp"
#include "sim/traffic/uplink.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fairgate::sim::traffic {

struct Interval {
    TimePoint begin;
    TimePoint end;

    Duration length() const { return end - begin; }
    bool contains(TimePoint time) const { return begin <= time && time < end; }
};

/// What a person does in one sitting; it decides the pattern of connections.
enum class App : std::uint8_t { browsing, messaging, video, game };

struct Session {
    Interval when;
    App app = App::browsing;
};

enum class Pattern : std::uint8_t { poisson, regular, burst };

/// What the client speaks; it decides the form of the line (Xray-core proxy/*, common/mux).
enum class Protocol : std::uint8_t { vless, mux, shadowsocks, shadowsocks2022 };

/// Where a device is, over time.
class Itinerary {
public:
    /// From `time` on the device uses `uplink`. For `linger` more, a few connections still leave
    /// by the one before: both radios are up for a while after a hand-over.
    void arrive(TimePoint time, Uplink uplink, Duration linger = {});
    /// Back to an uplink used before: the n-th that arrived.
    void return_to(TimePoint time, std::size_t uplink, Duration linger = {});
    std::size_t uplinks() const { return uplinks_.size(); }

    Address source(TimePoint time, Random& random);

private:
    struct Stay {
        TimePoint from;
        std::size_t uplink = 0;
        Duration linger{};
    };
    std::vector<Uplink> uplinks_;
    std::vector<Stay> stays_;
};

/// One phone, laptop or television.
struct Device {
    int party = 0;  ///< devices of one party are one person's and never two at once elsewhere
    std::vector<Session> sessions;
    Itinerary itinerary;
    double gap_seconds = 5;
    double idle_gap_seconds = 0;  ///< 0: silent while nobody looks at it
    Pattern pattern = Pattern::poisson;
    Protocol protocol = Protocol::vless;
};

/// One connection a device opens.
struct Connection {
    TimePoint time;
    Address source;
    std::uint16_t port = 0;
    Protocol protocol = Protocol::vless;
    std::uint8_t node = 0;
};

/// A device with the habits of the shape: density, pattern, protocol, idle behaviour.
Device make_device(Random& random, const Shape& shape, int party);

/// Sittings over a window, following the hour of the day; `eagerness` shortens the pauses.
std::vector<Session> make_sessions(
    Random& random, const Shape& shape, Interval window, double eagerness = 1
);

/// Everything the device opens in the window, in time order.
std::vector<Connection> connections(
    Random& random, Device& device, Interval window, const Shape& shape
);

}  // namespace fairgate::sim::traffic
