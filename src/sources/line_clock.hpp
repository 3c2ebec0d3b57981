#pragma once

#include "base/clock.hpp"

#include <optional>
#include <vector>

namespace fairgate::sources {

/// Learns how far the clock that stamps a source's lines is ahead of ours.
///
/// A core writes local time without a zone (Xray-core common/log/logger.go), so an hour of zone
/// and an hour of backlog look alike in one line. They differ over time: the lines of a running
/// log keep their distance to the clock on the wall, while a backlog comes closer with each line
/// read. So the distance is believed once it stands still: three samples over five seconds whose
/// middle half lies within two seconds. Afterwards a distance that seems to show more delay (summer
/// time ended, the node's clock was set back) may be a backlog again, and must stand still for nine
/// samples and half a minute; less delay cannot be one and is believed at once.
///
/// Until then nothing is known and nothing can be counted: minutes would be placed hours away.
class LineClock {
public:
    /// `known`: the lead as it was measured before or as the operator says (his zone).
    explicit LineClock(std::optional<Duration> known) : lead_(known) {}

    /// A line that was not waiting: the time it bears, read as UTC, and when it arrived.
    void sample(TimePoint written, TimePoint arrival);
    /// After a gap the next lines may be a backlog.
    void forget_samples() {
        samples_.clear();
        in_doubt_ = false;
    }

    /// Zone and offset together.
    std::optional<Duration> lead() const { return lead_; }
    /// The distance stands still where it was not, by a slot or more: lines may be late, or their
    /// clock was set back, and where they belong is not known until that is believed or over.
    bool is_in_doubt() const { return in_doubt_; }
    /// The nearest zone that is in use somewhere, east positive.
    std::optional<Duration> zone() const;
    /// What is not zone: the source's clock minus ours, transport included.
    std::optional<Duration> offset() const;

private:
    struct Sample {
        TimePoint arrival;
        Duration lead;
    };
    void judge();
    std::optional<Duration> steady(std::size_t newest, Duration least_span) const;

    std::optional<Duration> lead_;
    bool in_doubt_ = false;
    /// The least delayed line of each second, oldest first: nine, or those of half a minute.
    std::vector<Sample> samples_;
};

/// The zone in use on Earth that is nearest to `lead`; zero if that is no zone at all.
Duration nearest_zone(Duration lead);

}  // namespace fairgate::sources
