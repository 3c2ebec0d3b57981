#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace fairgate {

/// Waiting times that double from `first` to `most`, each spread by ±20 % so that many waiters do
/// not come back at once. Never gives up: the caller decides about that.
class Backoff {
public:
    Backoff(std::chrono::milliseconds first, std::chrono::milliseconds most, std::uint64_t seed)
        : first_(first), most_(most), random_(seed) {}

    std::chrono::milliseconds next();
    void reset() { failures_ = 0; }
    int failures() const { return failures_; }

private:
    std::chrono::milliseconds first_;
    std::chrono::milliseconds most_;
    int failures_ = 0;
    std::mt19937_64 random_;
};

}  // namespace fairgate
