#include "enforcement/schedule.hpp"

#include <algorithm>

namespace fairgate::enforcement {

Schedule::Queue& Schedule::queue_of(Lane& lane, Kind kind) {
    switch (kind) {
        case Kind::first_try:
            return lane.first_tries;
        case Kind::repeated:
            return lane.repeated;
        case Kind::look:
            break;
    }
    return lane.looks;
}

void Schedule::put(
    MeasureId id, const std::string& enforcer, Kind kind, TimePoint at, std::optional<TimePoint> due
) {
    remove(id);
    Lane& lane = lanes_[enforcer];
    queue_of(lane, kind).emplace(at, id);
    if (due) {
        lane.first_tries.emplace(*due, id);
    }
    places_.emplace(id, Place{enforcer, kind, at, due});
}

void Schedule::remove(MeasureId id) {
    const auto found = places_.find(id);
    if (found == places_.end()) {
        return;
    }
    const Place& place = found->second;
    Lane& lane = lanes_[place.lane];
    queue_of(lane, place.kind).erase({place.at, id});
    if (place.due) {
        lane.first_tries.erase({*place.due, id});
    }
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
    for (const Kind kind : {Kind::first_try, Kind::repeated, Kind::look}) {
        const Queue& queue = queue_of(lane, kind);
        const bool may_start = kind == Kind::first_try || may_repeat;
        if (may_start && !queue.empty() && queue.begin()->first <= now) {
            const MeasureId id = queue.begin()->second;
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
        for (const Queue* queue : {&lane.repeated, &lane.looks}) {
            if (!queue->empty()) {
                const TimePoint at = queue->begin()->first;
                consider(is_down(lane) ? std::max(at, lane.next_probe) : at);
            }
        }
    }
    return next;
}

}  // namespace fairgate::enforcement
