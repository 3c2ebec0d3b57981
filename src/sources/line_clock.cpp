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
        if (samples_.size() > many) {
            samples_.erase(samples_.begin());
        }
    }
    judge();
}

void LineClock::judge() {
    const std::size_t count = samples_.size();
    const Duration span = samples_.back().arrival - samples_.front().arrival;
    if (count < few || span < short_span) {
        return;
    }
    std::array<Duration, many> leads{};
    std::transform(samples_.begin(), samples_.end(), leads.begin(), [](const Sample& sample) {
        return sample.lead;
    });
    const auto end = leads.begin() + static_cast<std::ptrdiff_t>(count);
    std::sort(leads.begin(), end);
    if (leads[count * 3 / 4] - leads[count / 4] > still) {
        return;
    }
    const Duration median = leads[count / 2];
    const bool later = lead_ && median < *lead_ - still;
    if (!later || (count == many && span >= long_span)) {
        lead_ = median;
    }
}

std::optional<Duration> LineClock::zone() const {
    return lead_ ? std::optional(nearest_zone(*lead_)) : std::nullopt;
}

std::optional<Duration> LineClock::offset() const {
    return lead_ ? std::optional(*lead_ - nearest_zone(*lead_)) : std::nullopt;
}

}  // namespace fairgate::sources
