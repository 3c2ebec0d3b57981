#pragma once

#include "base/paced_clock.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

namespace fairgate::daemon {

/// The machine's clock without its leaps. When somebody sets it (an administrator, NTP after a
/// boot, a resumed virtual machine), this one goes on as if nothing had happened until the leap is
/// taken: so nothing becomes due in between, and whoever remembers times is told first.
class WatchedClock final : public PacedClock {
public:
    /// Both at one moment. `running` counts since the machine was started, sleep included, and is
    /// never set.
    struct Reading {
        TimePoint wall;
        Duration running;
    };
    using Read = std::function<Reading()>;

    explicit WatchedClock(Read read = read_machine);
    /// Goes by a clock that is never set, at its pace: the demo's. It must outlive this one.
    static WatchedClock following(const PacedClock& clock);

    /// May be called from any thread.
    TimePoint now() const override;
    Duration wait_for(Duration span) const override;
    /// By how much the clock was set since the last call (back: negative), if by more than
    /// `smallest`; from then on now() follows the machine's clock again.
    std::optional<Duration> take_leap();

    /// Less is within what counting (slots of 10 s) and due times can bear, and is followed.
    static constexpr Duration smallest = std::chrono::seconds(5);

    static Reading read_machine();

private:
    WatchedClock(Read read, const PacedClock& pace);

    Read read_;
    const PacedClock* pace_ = nullptr;           ///< none: the machine's
    mutable std::atomic<std::int64_t> lead_us_;  ///< of the wall before `running`
};

}  // namespace fairgate::daemon
