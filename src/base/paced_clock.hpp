#pragma once

#include "base/clock.hpp"

namespace fairgate {

/// A clock whose time may go faster than the machine's.
class PacedClock : public Clock {
public:
    /// How long to wait, by the machine's clock, until this one has gone on by `span`.
    virtual Duration wait_for(Duration span) const = 0;
};

/// The same of any clock: one that has no pace of its own goes as fast as the machine's.
Duration wait_for(const Clock& clock, Duration span);

/// The machine's clock from now on, going `speed` times as fast: for the demo. May be read by any
/// thread.
class FastClock final : public PacedClock {
public:
    explicit FastClock(int speed)
        : speed_(speed), start_(SystemClock().now()), steady_start_(Steady::now()) {}

    TimePoint now() const override;
    Duration wait_for(Duration span) const override { return span / speed_; }

private:
    using Steady = std::chrono::steady_clock;

    int speed_;
    TimePoint start_;
    Steady::time_point steady_start_;
};

}  // namespace fairgate
