#include "base/backoff.hpp"

#include <algorithm>

namespace fairgate {

std::chrono::milliseconds Backoff::next() {
    const int doublings = std::min(failures_, 20);  // beyond that every `most` is reached
    ++failures_;
    const auto wait = std::min(most_, first_ * (std::int64_t{1} << doublings));
    std::uniform_real_distribution<double> spread(0.8, 1.2);
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(static_cast<double>(wait.count()) * spread(random_))
    );
}

}  // namespace fairgate
