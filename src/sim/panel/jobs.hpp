#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <chrono>

namespace fairgate::sim::panel {

/// A clock set far ahead runs a job at most this often, not once per missed period.
inline constexpr int most_catch_up = 10;

/// Runs a job for each time that it has come due, and moves that on.
template <class Job>
void run_due(TimePoint& due, std::chrono::seconds period, TimePoint now, Job job) {
    due = std::max(due, TimePoint(now - most_catch_up * period));
    for (; due <= now; due += period) {
        job(due);
    }
}

}  // namespace fairgate::sim::panel
