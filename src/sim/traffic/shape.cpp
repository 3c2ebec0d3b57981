#include "sim/traffic/shape.hpp"

#include <algorithm>

namespace fairgate::sim::traffic {

namespace {

/// An evening in a big city: dense, new cores, clocks that agree.
Shape city() {
    return Shape{
        .name = "city",
        .start_hour = 17,
        .gap_seconds = {1, 8},
        .patterns = {.poisson = 2, .regular = 1, .burst = 2},
        .session_minutes = {6, 45},
        .pause_minutes = {4, 30},
        .idle_gap_seconds = {90, 600},
        .idle_share = 0.6,
        .mux_share = 0.15,
        .v6_share = 0.4,
        .flap_dwell_seconds = {20, 120},
        .flap_minutes = {2, 8},
        .flap_episodes = 3,
        .linger_chance = 0.3,
        .cell_minutes = {2, 7},
        .visit_minutes = {3, 10},
        .mixed_share = 0,
        .cores = {.xray_with_microseconds = 3, .xray_with_from = 1, .xray_plain = 0, .v2ray = 0},
        .id_only_share = 0.2,
        .name_only_share = 0.2,
        .nodes = 3,
        .clock_skew_seconds = 0.2,
        .delay_seconds = 0.3,
        .sharer_share = 0.3
    };
}

/// A working day far from the exchange: few lines, old cores, keep-alives and long videos.
Shape sparse() {
    return Shape{
        .name = "sparse",
        .start_hour = 9,
        .gap_seconds = {10, 40},
        .patterns = {.poisson = 2, .regular = 2, .burst = 0.5},
        .session_minutes = {12, 90},
        .pause_minutes = {10, 60},
        .idle_gap_seconds = {300, 900},
        .idle_share = 0.3,
        .mux_share = 0.05,
        .v6_share = 0.2,
        .flap_dwell_seconds = {60, 240},
        .flap_minutes = {2, 6},
        .flap_episodes = 2,
        .linger_chance = 0.1,
        .cell_minutes = {3, 10},
        .visit_minutes = {5, 10},
        .mixed_share = 0,
        .cores = {.xray_with_microseconds = 0, .xray_with_from = 1, .xray_plain = 2, .v2ray = 2},
        .id_only_share = 0.6,
        .name_only_share = 0.1,
        .nodes = 1,
        .clock_skew_seconds = 0,
        .delay_seconds = 0,
        .sharer_share = 0.3
    };
}

/// A night of browsers: a page of thirty connections, then silence; five nodes that disagree.
Shape bursty() {
    return Shape{
        .name = "bursty",
        .start_hour = 20,
        .gap_seconds = {2, 15},
        .patterns = {.poisson = 0.3, .regular = 0.3, .burst = 4},
        .session_minutes = {4, 30},
        .pause_minutes = {3, 25},
        .idle_gap_seconds = {60, 400},
        .idle_share = 0.8,
        .mux_share = 0.35,
        .v6_share = 0.7,
        .flap_dwell_seconds = {20, 90},
        .flap_minutes = {1, 6},
        .flap_episodes = 4,
        .linger_chance = 0.5,
        .cell_minutes = {1.5, 6},
        .visit_minutes = {3, 10},
        .mixed_share = 0.5,
        .cores = {.xray_with_microseconds = 2, .xray_with_from = 1, .xray_plain = 1, .v2ray = 1},
        .id_only_share = 0.1,
        .name_only_share = 0.5,
        .nodes = 5,
        .clock_skew_seconds = 0.8,
        .delay_seconds = 1.5,
        .sharer_share = 0.35
    };
}

/// Phones on the move, from dense to nearly silent, in one log.
Shape roaming() {
    return Shape{
        .name = "roaming",
        .start_hour = 6,
        .gap_seconds = {1, 40},
        .patterns = {.poisson = 1, .regular = 1, .burst = 1},
        .session_minutes = {5, 60},
        .pause_minutes = {2, 40},
        .idle_gap_seconds = {40, 900},
        .idle_share = 0.7,
        .mux_share = 0.2,
        .v6_share = 0.5,
        .flap_dwell_seconds = {40, 180},
        .flap_minutes = {2, 6},
        .flap_episodes = 4,
        .linger_chance = 0.3,
        .cell_minutes = {2, 8},
        .visit_minutes = {4, 10},
        .mixed_share = 0.3,
        .cores = {.xray_with_microseconds = 1, .xray_with_from = 1, .xray_plain = 1, .v2ray = 1},
        .id_only_share = 0.3,
        .name_only_share = 0.3,
        .nodes = 4,
        .clock_skew_seconds = 0.4,
        .delay_seconds = 0.8,
        .sharer_share = 0.25
    };
}

}  // namespace

const std::vector<Shape>& shapes() {
    static const std::vector<Shape> all{city(), sparse(), bursty(), roaming()};
    return all;
}

const Shape* find_shape(std::string_view name) {
    const auto found = std::ranges::find(shapes(), name, &Shape::name);
    return found == shapes().end() ? nullptr : &*found;
}

}  // namespace fairgate::sim::traffic
