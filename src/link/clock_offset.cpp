#include "link/clock_offset.hpp"

#include <algorithm>
#include <vector>

namespace fairgate::link {

void ClockOffset::add(const Answer& answer) {
    const Duration there = answer.received - answer.asked;
    const Duration back = answer.answered - answer.heard;
    const Duration round_trip = (answer.heard - answer.asked) - (answer.answered - answer.received);
    if (round_trip < Duration(0)) {
        return;  // a clock was set meanwhile, or the answer is made up
    }
    answers_.push_back({(there + back) / 2, round_trip});
    if (answers_.size() > most) {
        answers_.pop_front();
    }
}

std::optional<Duration> ClockOffset::offset() const {
    if (answers_.empty()) {
        return std::nullopt;
    }
    std::vector<Duration> all;
    for (const Measured& one : answers_) {
        all.push_back(one.offset);
    }
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::ranges::nth_element(all, middle);
    return *middle;
}

std::optional<Duration> ClockOffset::round_trip() const {
    return answers_.empty() ? std::nullopt : std::optional(answers_.back().round_trip);
}

}  // namespace fairgate::link
