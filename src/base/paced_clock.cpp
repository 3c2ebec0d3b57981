#include "base/paced_clock.hpp"

namespace fairgate {

Duration wait_for(const Clock& clock, Duration span) {
    const auto* paced = dynamic_cast<const PacedClock*>(&clock);
    return paced == nullptr ? span : paced->wait_for(span);
}

TimePoint FastClock::now() const {
    const auto gone = std::chrono::duration_cast<Duration>(Steady::now() - steady_start_);
    return start_ + gone * speed_;
}

}  // namespace fairgate
