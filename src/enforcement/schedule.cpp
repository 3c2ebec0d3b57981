#include "enforcement/schedule.hpp"

#include <algorithm>

namespace fairgate::enforcement {

void Schedule::put(MeasureId id, const std::string& enforcer, Kind kind, TimePoint at) {
    remove(id);
    Lane& lane = lanes_[enforcer];
    (kind == Kind::first_try ? lane.first_tries : lane.repeated).emplace(at, id);
    places_.emplace(id, Place{enforcer, kind, at});
}

void Schedule::remove(MeasureId id) {
    const auto found = places_.find(id);
    if (found == places_.end()) {
        return;
    }
    Lane& lane = lanes_[found->second.lane];
    (found->second.kind == Kind::first_try ? lane.first_tries : lane.repeated)
        .erase({found->second.at, id});
    places_.erase(found);
}

std::vector<MeasureId> Schedule::take_ready(TimePoint now) {
    std::vector<MeasureId> ready;
    for (auto& [name, lane] : lanes_) {
        while (free_calls(lane) > 0) {
            const auto id = take_one(lane, now);
            if (!id) {
                break;
            }
            ++lane.running;
            ready.push_back(*id);
        }
    }
    return ready;
}

std::optional<MeasureId> Schedule::take_one(Lane& lane, TimePoint now) {
    const bool may_repeat = !is_down(lane) || now >= lane.next_probe;
    for (const Queue* queue : {&lane.first_tries, may_repeat ? &lane.repeated : nullptr}) {
        if (queue != nullptr && !queue->empty() && queue->begin()->first <= now) {
            const MeasureId id = queue->begin()->second;
            remove(id);
            return id;
        }
    }
    return std::nullopt;
}

void Schedule::done(MeasureId id, const std::string& enforcer, Outcome outcome, TimePoint now) {
    Lane& lane = lanes_[enforcer];
    --lane.running;
    if (outcome == Outcome::succeeded) {
        lane.failing.clear();
    }
    if (outcome != Outcome::failed) {
        return;
    }
    lane.failing.insert(id);
    lane.next_probe = now + settings_.probe_every;
}

void Schedule::clock_was_set(Duration by) {
    for (auto& [name, lane] : lanes_) {
        lane.next_probe += by;
    }
}

bool Schedule::is_down(const Lane& lane) const {
    return lane.failing.size() >= static_cast<std::size_t>(settings_.failures_until_down);
}

bool Schedule::is_down(const std::string& enforcer) const {
    const auto found = lanes_.find(enforcer);
    return found != lanes_.end() && is_down(found->second);
}

int Schedule::free_calls(const Lane& lane) const {
    return (is_down(lane) ? 1 : settings_.calls_at_once) - lane.running;
}

int Schedule::running() const {
    int running = 0;
    for (const auto& [name, lane] : lanes_) {
        running += lane.running;
    }
    return running;
}

std::optional<TimePoint> Schedule::next_time() const {
    std::optional<TimePoint> next;
    const auto consider = [&](TimePoint at) { next = next ? std::min(*next, at) : at; };
    for (const auto& [name, lane] : lanes_) {
        if (free_calls(lane) <= 0) {
            continue;  // done() comes first
        }
        if (!lane.first_tries.empty()) {
            consider(lane.first_tries.begin()->first);
        }
        if (!lane.repeated.empty()) {
            const TimePoint at = lane.repeated.begin()->first;
            consider(is_down(lane) ? std::max(at, lane.next_probe) : at);
        }
    }
    return next;
}

}  // namespace fairgate::enforcement
