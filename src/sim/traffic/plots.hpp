#pragma once

#include "sim/traffic/places.hpp"
#include "sim/traffic/story.hpp"

namespace fairgate::sim::traffic {

/// What a plot is written with.
struct Stage {
    Random& random;
    const Shape& shape;
    const Providers& providers;
    Interval window;
    Places places;
};

/// Devices, limit and forgeries of an honest story; the caller fills in the rest.
Life live_honestly(Story story, Stage& stage);

/// The same for a story that shares. `eagerness` shortens the pauses between sittings.
Life live_sharing(Story story, Stage& stage, double eagerness);

/// A phone that goes back and forth between this home and this carrier; so often it flaps at the
/// edge of coverage for some minutes.
Itinerary coming_and_going(
    Stage& stage, const Uplink& home, const Uplink& mobile, int flap_episodes = 0
);

/// A device that stays at one place.
Device settled(Stage& stage, int party, Uplink uplink, double eagerness = 1);

}  // namespace fairgate::sim::traffic
