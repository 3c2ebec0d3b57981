#include "sources/line_clock.hpp"

#include <algorithm>
#include <array>

namespace fairgate::sources {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t few = 3;
constexpr std::size_t many = 9;
constexpr Duration short_span = 5s;
constexpr Duration long_span = 30s;
constexpr Duration still = 2s;  // lines are read once a second, and networks have their moods
constexpr Duration slot = 10s;  // what is misplaced by less is misplaced by one slot at most

// Zones that are not whole hours (tz database 2024a), with and without summer time.
constexpr std::array odd_zones = {
    Duration(-9h - 30min),
    Duration(-3h - 30min),
    Duration(-2h - 30min),
    Duration(3h + 30min),
    Duration(4h + 30min),
    Duration(5h + 30min),
    Duration(5h + 45min),
    Duration(6h + 30min),
    Duration(8h + 45min),
    Duration(9h + 30min),
    Duration(10h + 30min),
    Duration(12h + 45min),
    Duration(13h + 45min)
};

Duration distance(Duration a, Duration b) { return a < b ? b - a : a - b; }

}  // namespace

Duration nearest_zone(Duration lead) {
    if (lead < -12h - 15min || lead > 14h + 15min) {
        return Duration{0};
    }
    Duration nearest =
        std::clamp<Duration>(std::chrono::round<std::chrono::hours>(lead), -12h, 14h);
    for (const Duration zone : odd_zones) {
        if (distance(lead, zone) < distance(lead, nearest)) {
            nearest = zone;
        }
    }
    return nearest;
}

void LineClock::sample(TimePoint written, TimePoint arrival) {
    const Duration lead = written - arrival;
    const auto second = std::chrono::floor<std::chrono::seconds>(arrival);
    if (!samples_.empty() &&
        std::chrono::floor<std::chrono::seconds>(samples_.back().arrival) == second) {
        samples_.back().lead = std::max(samples_.back().lead, lead);
    } else {
        samples_.push_back({.arrival = arrival, .lead = lead});
        while (samples_.size() > many && arrival - samples_[1].arrival >= long_span) {
            samples_.erase(samples_.begin());
        }
    }
    judge();
}

/// The middle of the newest samples, if they go so far back and their middle half stands still.
std::optional<Duration> LineClock::steady(std::size_t newest, Duration least_span) const {
    const std::size_t count = std::min(newest, samples_.size());
    const Sample& first = samples_[samples_.size() - count];
    if (count < few || samples_.back().arrival - first.arrival < least_span) {
        return std::nullopt;
    }
    std::vector<Duration> leads;
    leads.reserve(count);
    for (std::size_t i = samples_.size() - count; i < samples_.size(); ++i) {
        leads.push_back(samples_[i].lead);
    }
    std::ranges::sort(leads);
    return leads[count * 3 / 4] - leads[count / 4] > still ? std::nullopt
                                                           : std::optional(leads[count / 2]);
}

void LineClock::judge() {
    const auto now = steady(many, short_span);
    const bool later = lead_ && now && *now < *lead_ - still;
    in_doubt_ = later && *now <= *lead_ - slot;
    if (now && !later) {
        lead_ = now;
        return;
    }
    const auto lasting =
        later && samples_.size() >= many ? steady(samples_.size(), long_span) : std::nullopt;
    if (lasting) {
        lead_ = lasting;
        in_doubt_ = false;
    }
}

std::optional<Duration> LineClock::zone() const {
    return lead_ ? std::optional(nearest_zone(*lead_)) : std::nullopt;
}

std::optional<Duration> LineClock::offset() const {
    return lead_ ? std::optional(*lead_ - nearest_zone(*lead_)) : std::nullopt;
}

}  // namespace fairgate::sources
