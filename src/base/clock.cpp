#include "base/clock.hpp"

namespace fairgate {

TimePoint SystemClock::now() const {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()
    );
}

}  // namespace fairgate
