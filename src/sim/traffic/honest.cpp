#include "sim/traffic/plots.hpp"

#include <utility>

namespace fairgate::sim::traffic {

namespace {

TimePoint random_time(Random& random, Interval within) {
    return within.begin +
           seconds(random.uniform(0, 1e-6 * static_cast<double>(within.length().count())));
}

/// At the edge of coverage the phone falls from one network to the other and back.
TimePoint flap(Stage& stage, Itinerary& way, TimePoint at, std::size_t first, std::size_t second) {
    const TimePoint end = at + minutes(stage.shape.flap_minutes.draw(stage.random));
    std::size_t now = first;
    while (at < end) {
        way.return_to(at, now, stage.places.linger());
        now = now == first ? second : first;
        at += seconds(stage.shape.flap_dwell_seconds.draw(stage.random));
    }
    return at;
}

Device with_sessions(Stage& stage, int party, Itinerary way) {
    Device made = make_device(stage.random, stage.shape, party);
    made.sessions = make_sessions(stage.random, stage.shape, stage.window);
    made.itinerary = std::move(way);
    return made;
}

Life phone_on(Stage& stage, Uplink uplink) {
    Life life;
    life.devices.push_back(settled(stage, 0, std::move(uplink)));
    return life;
}

Life handover(Stage& stage, int flap_episodes) {
    Life life;
    const Uplink home = stage.places.home(stage.places.fixed());
    const Uplink mobile = stage.places.phone(stage.places.carrier());
    Itinerary way = coming_and_going(stage, home, mobile, flap_episodes);
    life.devices.push_back(with_sessions(stage, 0, std::move(way)));
    return life;
}

/// Home, a ride, the office, a ride, home: the address changes only while riding.
Life commuter(Stage& stage) {
    const Provider& carrier = stage.places.carrier();
    Itinerary way;
    way.arrive(stage.window.begin, stage.places.home(stage.places.fixed()));
    TimePoint at = stage.window.begin + minutes(stage.random.uniform(10, 60));
    for (int ride = 0; ride < 3 && at < stage.window.end; ++ride) {
        way.arrive(at, stage.places.cells(carrier), stage.places.linger());
        at += minutes(stage.random.uniform(25, 90));
        way.arrive(at, stage.places.home(stage.places.fixed()), stage.places.linger());
        at += minutes(stage.random.uniform(20, 90));
    }
    Life life;
    life.devices.push_back(with_sessions(stage, 0, std::move(way)));
    return life;
}

Life family_nat(Stage& stage) {
    const Uplink home = stage.places.home(stage.places.fixed());
    Life life;
    const int devices = stage.random.between(3, 5);
    for (int i = 0; i < devices; ++i) {
        life.devices.push_back(settled(stage, 0, home));
    }
    return life;
}

Life family(Stage& stage) {
    const Uplink home = stage.places.home(stage.places.fixed());
    Life life;
    life.limit = 3;
    for (int person = 0; person < 3; ++person) {
        const Uplink mobile = stage.places.phone(stage.places.carrier());
        life.devices.push_back(with_sessions(stage, person, coming_and_going(stage, home, mobile)));
    }
    return life;
}

Life two_devices(Stage& stage) {
    const Uplink home = stage.places.home(stage.places.fixed());
    const Uplink mobile = stage.random.chance(0.3)
                              ? stage.places.pool_in_20(stage.places.rotating_carrier())
                              : stage.places.phone(stage.places.carrier());
    Life life;
    life.limit = 2;
    const int flapping = stage.random.between(0, 1);
    life.devices.push_back(with_sessions(stage, 0, coming_and_going(stage, home, mobile, flapping))
    );
    life.devices.push_back(settled(stage, 1, home));
    life.devices.back().idle_gap_seconds = 0;  // a closed laptop is off
    return life;
}

/// The VPN is switched on and off; its exit changes now and then.
Life vpn_exit(Stage& stage) {
    Itinerary way;
    way.arrive(stage.window.begin, stage.places.home(stage.places.fixed()));
    way.arrive(
        stage.window.begin + minutes(stage.random.uniform(5, 60)),
        stage.places.exit_of(stage.places.exit())
    );
    TimePoint at = stage.window.begin + minutes(60 + stage.random.uniform(20, 90));
    for (std::size_t uplink = 0; at < stage.window.end; uplink = 1 - uplink) {
        way.return_to(at, uplink, stage.places.linger());
        at += minutes(stage.random.uniform(20, 90));
    }
    Life life;
    life.devices.push_back(with_sessions(stage, 0, std::move(way)));
    return life;
}

Life sim_swap(Stage& stage) {
    const Provider& first = stage.places.carrier();
    const Provider& second = stage.places.carrier_other_than(first);
    Itinerary way;
    way.arrive(stage.window.begin, stage.places.phone(first));
    way.arrive(random_time(stage.random, stage.window), stage.places.phone(second));
    Life life;
    life.devices.push_back(with_sessions(stage, 0, std::move(way)));
    return life;
}

/// A courier: mobile between stops, the Wi-Fi of each stop for some minutes.
Life visitor(Stage& stage) {
    Itinerary way;
    way.arrive(stage.window.begin, stage.places.phone(stage.places.carrier()));
    TimePoint at = stage.window.begin + minutes(stage.random.uniform(5, 30));
    while (at < stage.window.end) {
        way.arrive(at, stage.places.home(stage.places.fixed()), stage.places.linger());
        at += minutes(stage.shape.visit_minutes.draw(stage.random));
        way.return_to(at, 0, stage.places.linger());
        at += minutes(stage.random.uniform(4, 45));
    }
    Life life;
    life.devices.push_back(with_sessions(stage, 0, std::move(way)));
    return life;
}

/// The victim lives quietly at home; a stranger claims to see it elsewhere, for half an hour.
Life forged(Stage& stage) {
    Life life = phone_on(stage, stage.places.home(stage.places.fixed()));
    Uplink attacker = stage.places.home_v4(stage.places.fixed());
    Uplink claimed = stage.places.home_v4(stage.places.fixed());
    TimePoint at = random_time(stage.random, {stage.window.begin, stage.window.end - minutes(40)});
    const TimePoint end = at + minutes(stage.random.uniform(10, 40));
    const double gap = stage.random.log_uniform(3, 20);
    while (at < end) {
        life.forgeries.push_back(
            {.time = at,
             .attacker = attacker.source(at, stage.random),
             .claimed = claimed.source(at, stage.random)}
        );
        at += seconds(stage.random.exponential(gap));
    }
    return life;
}

}  // namespace

Itinerary coming_and_going(
    Stage& stage, const Uplink& home, const Uplink& mobile, int flap_episodes
) {
    constexpr std::size_t at_home = 0;
    constexpr std::size_t outside = 1;
    Itinerary way;
    const bool starts_at_home = stage.random.chance(0.6);
    way.arrive(stage.window.begin, home);
    way.arrive(stage.window.begin, mobile);
    std::size_t now = starts_at_home ? at_home : outside;
    way.return_to(stage.window.begin, now);
    TimePoint at = stage.window.begin + minutes(stage.random.uniform(5, 60));
    while (at < stage.window.end) {
        const std::size_t next = 1 - now;
        if (flap_episodes > 0) {
            at = flap(stage, way, at, next, now);
            --flap_episodes;
        }
        way.return_to(at, next, stage.places.linger());
        now = next;
        at += minutes(stage.random.log_uniform(10, 90));
    }
    return way;
}

Device settled(Stage& stage, int party, Uplink uplink, double eagerness) {
    Device made = make_device(stage.random, stage.shape, party);
    made.sessions = make_sessions(stage.random, stage.shape, stage.window, eagerness);
    made.itinerary.arrive(stage.window.begin, std::move(uplink));
    return made;
}

Life live_honestly(Story story, Stage& stage) {
    Places& places = stage.places;
    switch (story) {
        case Story::handover:
            return handover(stage, 0);
        case Story::flapping:
            return handover(stage, stage.random.between(1, stage.shape.flap_episodes));
        case Story::commuter:
            return commuter(stage);
        case Story::pool_in_24:
            return phone_on(stage, places.pool_in_24(places.carrier()));
        case Story::pool_in_20:
            return phone_on(stage, places.pool_in_20(places.rotating_carrier()));
        case Story::pool_of_few:
            return phone_on(stage, places.pool_of_few(places.rotating_carrier()));
        case Story::pool_by_minute:
            return phone_on(stage, places.pool_by_minute(places.rotating_carrier()));
        case Story::privacy_v6:
            return phone_on(stage, places.home_v6(places.fixed_with_v6()));
        case Story::dual_stack_home:
            return phone_on(stage, places.dual_stack_home(places.fixed_with_v6()));
        case Story::dual_stack_mobile:
            return phone_on(stage, places.dual_stack_phone(places.carrier_with_v6()));
        case Story::family_nat:
            return family_nat(stage);
        case Story::family:
            return family(stage);
        case Story::two_devices:
            return two_devices(stage);
        case Story::vpn_exit:
            return vpn_exit(stage);
        case Story::sim_swap:
            return sim_swap(stage);
        case Story::visitor:
            return visitor(stage);
        case Story::forged:
            return forged(stage);
        case Story::home_phone:
        case Story::two_homes:
        case Story::two_homes_one_isp:
        case Story::two_mobiles:
        case Story::mobile_and_home:
        case Story::pool_and_home:
        case Story::v4_and_v6:
        case Story::short_visits:
        case Story::quiet_homes:
        case Story::three_on_two:
        case Story::sold:
            break;
    }
    return phone_on(stage, places.home(places.fixed()));
}

}  // namespace fairgate::sim::traffic
