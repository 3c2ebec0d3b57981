#pragma once

#include <chrono>

namespace fairgate {

/// An instant in UTC. Log lines carry microseconds at best, so nothing finer is kept.
using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

/// Where wall-clock time comes from. Only the daemon and the drivers hold one; what tracks and
/// decides gets the time as an argument.
class Clock {
public:
    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
public:
    TimePoint now() const override;
};

/// A clock that a test or the demo sets.
class ManualClock final : public Clock {
public:
    explicit ManualClock(TimePoint start) : now_(start) {}
    TimePoint now() const override { return now_; }
    void set(TimePoint now) { now_ = now; }
    void advance(Duration by) { now_ += by; }

private:
    TimePoint now_;
};

}  // namespace fairgate
