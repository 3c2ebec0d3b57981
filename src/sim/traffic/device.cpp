#include "sim/traffic/device.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace fairgate::sim::traffic {

namespace {

/// How lively people are at each hour: 1 in the evening, a fifth before dawn.
double liveliness(TimePoint time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const double hour = static_cast<double>((time - day).count()) / 3.6e9;
    constexpr double evening = 20;
    return 0.6 + 0.4 * std::cos((hour - evening) * std::numbers::pi / 12);
}

Pattern draw_pattern(Random& random, const Patterns& weights) {
    const double at = random.uniform(0, weights.poisson + weights.regular + weights.burst);
    if (at < weights.poisson) {
        return Pattern::poisson;
    }
    return at < weights.poisson + weights.regular ? Pattern::regular : Pattern::burst;
}

App draw_app(Random& random) {
    const int at = random.between(0, 9);
    if (at < 4) {
        return App::browsing;
    }
    return at < 6 ? App::messaging : at < 9 ? App::video : App::game;
}

struct Rate {
    Pattern pattern;
    double gap;
};

/// A device in use is heard every 40 s on average at the least: beside a video that is one long
/// connection, the messenger keeps its line alive.
Rate rate_of(const Device& device, App app) {
    constexpr double longest_gap = 40;
    switch (app) {
        case App::browsing:
            return {.pattern = device.pattern, .gap = device.gap_seconds};
        case App::messaging:
            return {
                .pattern = Pattern::regular,
                .gap = std::clamp(device.gap_seconds * 3, device.gap_seconds, longest_gap)
            };
        case App::video:
            return {
                .pattern = Pattern::poisson,
                .gap = std::clamp(device.gap_seconds * 4, device.gap_seconds, longest_gap)
            };
        case App::game:
            return {
                .pattern = Pattern::poisson,
                .gap = std::clamp(device.gap_seconds * 2, device.gap_seconds, longest_gap)
            };
    }
    return {.pattern = device.pattern, .gap = device.gap_seconds};
}

/// Several connections within moments, as one page opens them.
void open_burst(Random& random, TimePoint at, int count, std::vector<TimePoint>& out) {
    out.push_back(at);
    for (int i = 1; i < count; ++i) {
        at += seconds(random.exponential(0.15));
        out.push_back(at);
    }
}

void open_session(
    Random& random, const Session& session, const Device& device, std::vector<TimePoint>& out
) {
    const auto [pattern, gap] = rate_of(device, session.app);
    TimePoint at = session.when.begin;
    open_burst(random, at, random.between(1, 6), out);
    while (true) {
        double wait = 0;
        int count = 1;
        switch (pattern) {
            case Pattern::poisson:
                wait = random.exponential(gap);
                break;
            case Pattern::regular:
                wait = gap * random.uniform(0.8, 1.2);
                break;
            case Pattern::burst:
                // A reader stays on a page for half a minute or so, however many connections it
                // took.
                count = std::max(1, static_cast<int>(random.uniform(0.4, 1.6) * 25 / gap));
                wait = random.exponential(std::min(gap * count, 30.0)) + 0.5;
                break;
        }
        at += seconds(wait);
        if (at >= session.when.end) {
            return;
        }
        open_burst(random, at, std::min(count, 40), out);
    }
}

/// Background traffic between sittings: notifications, sync.
void open_idle(Random& random, const Device& device, Interval window, std::vector<TimePoint>& out) {
    if (device.idle_gap_seconds <= 0) {
        return;
    }
    TimePoint at = window.begin + seconds(random.uniform(0, device.idle_gap_seconds));
    std::size_t next = 0;
    while (at < window.end) {
        while (next < device.sessions.size() && device.sessions[next].when.end <= at) {
            ++next;
        }
        if (next == device.sessions.size() || !device.sessions[next].when.contains(at)) {
            out.push_back(at);
        }
        at += seconds(device.idle_gap_seconds * random.uniform(0.6, 1.4));
    }
}

}  // namespace

void Itinerary::arrive(TimePoint time, Uplink uplink, Duration linger) {
    uplinks_.push_back(std::move(uplink));
    stays_.push_back({.from = time, .uplink = uplinks_.size() - 1, .linger = linger});
}

void Itinerary::return_to(TimePoint time, std::size_t uplink, Duration linger) {
    stays_.push_back({.from = time, .uplink = uplink, .linger = linger});
}

Address Itinerary::source(TimePoint time, Random& random) {
    auto after = std::ranges::upper_bound(stays_, time, {}, &Stay::from);
    if (after == stays_.begin()) {
        ++after;
    }
    const auto now = after - 1;
    constexpr double by_the_old_radio = 0.15;
    if (now != stays_.begin() && time < now->from + now->linger &&
        random.chance(by_the_old_radio)) {
        return uplinks_[(now - 1)->uplink].source(time, random);
    }
    return uplinks_[now->uplink].source(time, random);
}

Device make_device(Random& random, const Shape& shape, int party) {
    Device made;
    made.party = party;
    made.gap_seconds = shape.gap_seconds.draw(random);
    made.pattern = draw_pattern(random, shape.patterns);
    if (random.chance(shape.mux_share)) {
        made.protocol = Protocol::mux;
    } else if (random.chance(0.15)) {
        made.protocol = random.chance(0.5) ? Protocol::shadowsocks : Protocol::shadowsocks2022;
    }
    if (random.chance(shape.idle_share)) {
        made.idle_gap_seconds = shape.idle_gap_seconds.draw(random);
    }
    return made;
}

std::vector<Session> make_sessions(
    Random& random, const Shape& shape, Interval window, double eagerness
) {
    std::vector<Session> out;
    const auto pause = [&](TimePoint at) {
        return minutes(shape.pause_minutes.draw(random) / liveliness(at) / eagerness);
    };
    TimePoint at =
        window.begin +
        seconds(random.uniform(0, 1) * 1e-6 * static_cast<double>(pause(window.begin).count()));
    while (at < window.end) {
        const TimePoint end =
            std::min(window.end, at + minutes(shape.session_minutes.draw(random)));
        out.push_back({.when = {at, end}, .app = draw_app(random)});
        at = end + pause(end);
    }
    return out;
}

std::vector<Connection> connections(
    Random& random, Device& device, Interval window, const Shape& shape
) {
    std::vector<TimePoint> times;
    for (const Session& session : device.sessions) {
        open_session(random, session, device, times);
    }
    open_idle(random, device, window, times);
    std::ranges::sort(times);

    std::vector<Connection> out;
    out.reserve(times.size());
    std::uint8_t node = 0;
    std::uint16_t carrier_port = 0;
    TimePoint settled_until{};
    for (const TimePoint time : times) {
        if (time >= settled_until) {  // a client keeps its server, and a carrier, for some minutes
            node = static_cast<std::uint8_t>(random.between(0, shape.nodes - 1));
            carrier_port = static_cast<std::uint16_t>(random.between(1024, 65535));
            settled_until = time + random_span(random, minutes(10));
        }
        const auto port = static_cast<std::uint16_t>(random.between(1024, 65535));
        out.push_back(
            {.time = time,
             .source = device.itinerary.source(time, random),
             .port = device.protocol == Protocol::mux ? carrier_port : port,
             .protocol = device.protocol,
             .node = node}
        );
    }
    return out;
}

}  // namespace fairgate::sim::traffic
