#include "sim/traffic/plots.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace fairgate::sim::traffic {

namespace {

Life pair(Stage& stage, Uplink first, Uplink second, double eagerness) {
    Life life;
    life.devices.push_back(settled(stage, 0, std::move(first), eagerness));
    life.devices.push_back(settled(stage, 1, std::move(second), eagerness));
    return life;
}

/// Half of those at home also go out with their phones: sharers move like everybody else.
Life two_homes(Stage& stage, const Provider& first, const Provider& second, double eagerness) {
    Life life = pair(stage, stage.places.home_v4(first), stage.places.home(second), eagerness);
    if (stage.random.chance(0.3)) {
        const Uplink home = stage.places.home_v4(first);
        const Uplink mobile = stage.places.phone(stage.places.carrier());
        life.devices[0].itinerary = coming_and_going(stage, home, mobile);
    }
    return life;
}

/// Two lines of one provider. One with IPv4 and one with IPv6 would be one dual-stack phone to
/// everybody, so both have the same.
Life two_homes_one_isp(Stage& stage, double eagerness) {
    const Provider& isp = stage.places.fixed();
    if (isp.v6 && stage.random.chance(stage.shape.v6_share)) {
        return pair(
            stage, stage.places.dual_stack_home(isp), stage.places.dual_stack_home(isp), eagerness
        );
    }
    return pair(stage, stage.places.home_v4(isp), stage.places.home_v4(isp), eagerness);
}

/// Mostly on different carriers; some on one, in different /24.
Life two_mobiles(Stage& stage, double eagerness) {
    const Provider& first = stage.places.carrier();
    if (stage.random.chance(0.3)) {
        return pair(stage, stage.places.phone_v4(first), stage.places.phone_v4(first), eagerness);
    }
    const Provider& second = stage.places.carrier_other_than(first);
    return pair(stage, stage.places.phone(first), stage.places.phone(second), eagerness);
}

Life v4_and_v6(Stage& stage, double eagerness) {
    const Provider& second = stage.places.fixed_with_v6();
    const Provider& first = stage.places.fixed_other_than(second);
    return pair(stage, stage.places.home_v4(first), stage.places.home_v6(second), eagerness);
}

/// The owner hardly puts the phone down; a friend uses the account for minutes.
Life short_visits(Stage& stage) {
    const Provider& first = stage.places.fixed();
    const Provider& second = stage.places.fixed_other_than(first);
    Life life = pair(stage, stage.places.home(first), stage.places.home_v4(second), 6);
    Device& guest = life.devices[1];
    guest.sessions.clear();
    guest.idle_gap_seconds = 0;
    guest.gap_seconds = std::min(guest.gap_seconds, 15.0);  // who comes for minutes is busy
    TimePoint at = stage.window.begin + minutes(stage.random.uniform(5, 60));
    while (at < stage.window.end) {
        const TimePoint end =
            std::min(stage.window.end, at + minutes(stage.shape.visit_minutes.draw(stage.random)));
        guest.sessions.push_back({.when = {at, end}, .app = App::browsing});
        at = end + minutes(stage.random.uniform(15, 60));
    }
    return life;
}

Life quiet_homes(Stage& stage, double eagerness) {
    const Provider& first = stage.places.fixed();
    const Provider& second = stage.places.fixed_other_than(first);
    Life life = pair(stage, stage.places.home_v4(first), stage.places.home_v4(second), eagerness);
    for (Device& device : life.devices) {
        device.gap_seconds = stage.random.log_uniform(10, 40);
        device.pattern = stage.random.chance(0.5) ? Pattern::regular : Pattern::poisson;
    }
    return life;
}

Life three_on_two(Stage& stage, double eagerness) {
    const Provider& first = stage.places.fixed();
    const Provider& second = stage.places.fixed_other_than(first);
    Life life = pair(stage, stage.places.home_v4(first), stage.places.home(second), 2 * eagerness);
    life.limit = 2;
    life.devices.push_back(
        settled(stage, 2, stage.places.phone(stage.places.carrier()), 2 * eagerness)
    );
    return life;
}

/// Nine strangers, each at home, all over the world or in one town with its one or two providers;
/// the seller promised two devices or so.
Life sold(Stage& stage, double eagerness) {
    Life life;
    life.limit = stage.random.between(1, 2);
    const std::array town{&stage.places.fixed(), &stage.places.fixed()};
    const bool local = stage.random.chance(0.5);
    for (std::size_t home = 0; home < 9; ++home) {
        const Provider& isp = local ? *town[home % 2] : stage.places.fixed();
        life.devices.push_back(
            settled(stage, static_cast<int>(home), stage.places.home_v4(isp), eagerness)
        );
    }
    return life;
}

}  // namespace

Life live_sharing(Story story, Stage& stage, double eagerness) {
    Places& places = stage.places;
    const Provider& first = places.fixed();
    const Provider& carrier = places.carrier();
    switch (story) {
        case Story::two_homes_one_isp:
            return two_homes_one_isp(stage, eagerness);
        case Story::two_mobiles:
            return two_mobiles(stage, eagerness);
        case Story::mobile_and_home:
            return pair(stage, places.phone(carrier), places.home(first), eagerness);
        case Story::pool_and_home:
            return pair(
                stage,
                places.pool_in_20(places.rotating_carrier()),
                places.home_v4(first),
                eagerness
            );
        case Story::v4_and_v6:
            return v4_and_v6(stage, eagerness);
        case Story::short_visits:
            return short_visits(stage);
        case Story::quiet_homes:
            return quiet_homes(stage, eagerness);
        case Story::three_on_two:
            return three_on_two(stage, eagerness);
        case Story::sold:
            return sold(stage, eagerness);
        case Story::two_homes:
        case Story::home_phone:
        case Story::handover:
        case Story::flapping:
        case Story::commuter:
        case Story::pool_in_24:
        case Story::pool_in_20:
        case Story::pool_of_few:
        case Story::pool_by_minute:
        case Story::privacy_v6:
        case Story::dual_stack_home:
        case Story::dual_stack_mobile:
        case Story::family_nat:
        case Story::family:
        case Story::two_devices:
        case Story::vpn_exit:
        case Story::sim_swap:
        case Story::visitor:
        case Story::forged:
            break;
    }
    return two_homes(stage, first, places.fixed_other_than(first), eagerness);
}

}  // namespace fairgate::sim::traffic
