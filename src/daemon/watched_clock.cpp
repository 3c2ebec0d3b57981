#include "daemon/watched_clock.hpp"

#include <ctime>
#include <utility>

namespace fairgate::daemon {

namespace {

std::int64_t lead_of(const WatchedClock::Reading& reading) {
    return (reading.wall.time_since_epoch() - reading.running).count();
}

bool is_leap(std::int64_t lead_us, std::int64_t before_us) {
    const Duration by(lead_us - before_us);
    return by > WatchedClock::smallest || by < -WatchedClock::smallest;
}

}  // namespace

WatchedClock::Reading WatchedClock::read_machine() {
    timespec since_boot{};
    ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
    const Duration running =
        std::chrono::seconds(since_boot.tv_sec) +
        std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(since_boot.tv_nsec));
    return {SystemClock().now(), running};
}

WatchedClock::WatchedClock(Read read) : read_(std::move(read)), lead_us_(lead_of(read_())) {}

WatchedClock::WatchedClock(Read read, const PacedClock& pace) : WatchedClock(std::move(read)) {
    pace_ = &pace;
}

WatchedClock WatchedClock::following(const PacedClock& clock) {
    const auto read = [&clock] {
        const TimePoint now = clock.now();
        return Reading{now, now.time_since_epoch()};
    };
    return {read, clock};
}

Duration WatchedClock::wait_for(Duration span) const {
    return pace_ == nullptr ? span : pace_->wait_for(span);
}

TimePoint WatchedClock::now() const {
    const Reading reading = read_();
    const std::int64_t lead = lead_of(reading);
    const std::int64_t before = lead_us_.load(std::memory_order_relaxed);
    if (is_leap(lead, before)) {
        return TimePoint(reading.running + Duration(before));
    }
    lead_us_.store(lead, std::memory_order_relaxed);  // NTP makes it a little faster or slower
    return reading.wall;
}

std::optional<Duration> WatchedClock::take_leap() {
    const std::int64_t lead = lead_of(read_());
    const std::int64_t before = lead_us_.exchange(lead, std::memory_order_relaxed);
    return is_leap(lead, before) ? std::optional(Duration(lead - before)) : std::nullopt;
}

}  // namespace fairgate::daemon
