#pragma once

#include "base/clock.hpp"
#include "model/measure.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::enforcement {

struct ScheduleSettings {
    int calls_at_once = 8;  ///< to one enforcer: a panel of ten thousand users stays responsive
    /// So many measures failing in a row means that the enforcer itself is down; then there is one
    /// call at a time, and a repeated one only every `probe_every`.
    int failures_until_down = 5;
    Duration probe_every = std::chrono::seconds(5);
};

/// Which measures are looked at when: a queue for each enforcer, so that one that is down holds up
/// no other. Within an enforcer those that have not failed yet come first, so that one measure that
/// keeps failing holds up no other either; whether what is in force still is comes last, since ten
/// thousand such looks after a restart must not hold up a block or a release.
class Schedule {
public:
    explicit Schedule(ScheduleSettings settings) : settings_(settings) {}

    enum class Kind { first_try, repeated, look };
    enum class Outcome { succeeded, failed, not_asked };

    /// To be looked at from then on; replaces what was said about it before. A look that is still
    /// waiting at `due` waits no longer behind the others.
    void put(
        MeasureId id,
        const std::string& enforcer,
        Kind kind,
        TimePoint at,
        std::optional<TimePoint> due = {}
    );
    void remove(MeasureId id);

    /// Those that may start now; they count as running until done().
    std::vector<MeasureId> take_ready(TimePoint now);
    void done(MeasureId id, const std::string& enforcer, Outcome outcome, TimePoint now);

    /// The clock was set: probes are as far away as they were. Who is to be looked at is put again.
    void clock_was_set(Duration by);

    bool is_down(const std::string& enforcer) const;
    int running() const;
    /// When take_ready() may give something, as far as time decides that.
    std::optional<TimePoint> next_time() const;

private:
    using Queue = std::set<std::pair<TimePoint, MeasureId>>;
    struct Lane {
        Queue first_tries;
        Queue repeated;
        Queue looks;
        int running = 0;
        std::set<MeasureId> failing;
        TimePoint next_probe;
    };
    struct Place {
        std::string lane;
        Kind kind;
        TimePoint at;
        std::optional<TimePoint> due;  ///< then it stands among the first tries as well
    };

    static Queue& queue_of(Lane& lane, Kind kind);
    bool is_down(const Lane& lane) const;
    int free_calls(const Lane& lane) const;
    std::optional<MeasureId> take_one(Lane& lane, TimePoint now);

    ScheduleSettings settings_;
    std::map<std::string, Lane> lanes_;
    std::map<MeasureId, Place> places_;
};

}  // namespace fairgate::enforcement
