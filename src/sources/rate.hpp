#pragma once

#include "base/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace fairgate::sources {

/// Events per second over the last ten whole seconds.
class Rate {
public:
    void add(TimePoint now, std::uint64_t events) {
        Second& slot = slot_of(now);
        slot.events += events;
    }

    double per_second(TimePoint now) const {
        const std::int64_t current = second_of(now);
        std::uint64_t sum = 0;
        for (const Second& each : seconds_) {
            if (each.second < current && each.second >= current - length) {
                sum += each.events;
            }
        }
        return static_cast<double>(sum) / length;
    }

private:
    static constexpr int length = 10;
    struct Second {
        std::int64_t second = 0;
        std::uint64_t events = 0;
    };

    static std::int64_t second_of(TimePoint now) {
        return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    }

    Second& slot_of(TimePoint now) {
        const std::int64_t second = second_of(now);
        Second& slot = seconds_[static_cast<std::size_t>(second) % seconds_.size()];
        if (slot.second != second) {
            slot = {.second = second, .events = 0};
        }
        return slot;
    }

    std::array<Second, length + 1> seconds_{};
};

}  // namespace fairgate::sources
