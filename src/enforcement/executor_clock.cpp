#include "enforcement/executor.hpp"
#include "model/time.hpp"

#include <algorithm>

// What becomes of due times when somebody sets the machine's clock.
namespace fairgate::enforcement {

namespace {

/// A journal's time may be so far in the future without anybody having set the clock back.
constexpr Duration no_leap = std::chrono::seconds(5);

std::string in_words(Duration by) {
    const auto whole = std::chrono::round<std::chrono::seconds>(by);
    return whole.count() < 0 ? "back by " + for_people(-whole) : "forward by " + for_people(whole);
}

void move_times(Measure& measure, Duration by) {
    measure.created += by;
    measure.changed += by;
    for (auto* time : {&measure.due, &measure.acted, &measure.doubt, &measure.retry_at}) {
        if (*time) {
            **time += by;
        }
    }
}

}  // namespace

void Executor::move(Entry& entry, Duration by) {
    if (by == Duration(0)) {
        return;
    }
    if (entry.alarm_at) {
        lift_alarms_.erase({*entry.alarm_at, entry.measure.id});
        *entry.alarm_at += by;
        lift_alarms_.insert({*entry.alarm_at, entry.measure.id});
    }
    move_times(entry.measure, by);
    if (entry.unwritten) {
        move_times(entry.unwritten->measure, by);
    }
}

boost::asio::awaitable<void> Executor::clock_was_set(Duration by) {
    clock_set_by_ += by;
    schedule_.clock_was_set(by);
    std::vector<MeasureId> moved;
    for (auto& [id, entry] : entries_) {
        move(entry, by);
        plan(entry);
        moved.push_back(id);
    }
    co_await write_moved(std::move(moved), by);
}

boost::asio::awaitable<void> Executor::write_moved(std::vector<MeasureId> moved, Duration by) {
    const std::string what = "the clock was set " + in_words(by) + ", its times moved with it";
    for (const MeasureId id : moved) {
        co_await write_moved(id, what);
    }
}

/// Nothing in a journal can have happened after now: if it did, the clock was set back at least so
/// far while nobody ran. Without this a block would last longer by as much.
boost::asio::awaitable<void> Executor::look_for_future() {
    TimePoint newest;
    for (const auto& [id, entry] : entries_) {
        newest = std::max(newest, entry.measure.changed);
    }
    const TimePoint now = clock_.now();
    const Duration ahead = newest - now;
    std::vector<MeasureId> moved;
    for (auto& [id, entry] : entries_) {
        // One that is not in the future may have been moved before we ended: never twice.
        if (ahead > no_leap && entry.measure.changed > now + no_leap) {
            move(entry, -ahead);
            plan(entry);
            moved.push_back(id);
        }
    }
    co_await write_moved(std::move(moved), -ahead);
}

boost::asio::awaitable<void> Executor::write_moved(MeasureId id, std::string what) {
    Entry* entry = find(id);
    if (entry == nullptr) {
        co_return;
    }
    const auto turn = co_await turn_of(entry->measure.enforcer, entry->measure.account).take();
    entry = find(id);
    if (entry == nullptr || is_final(entry->measure.state)) {
        co_return;
    }
    JournalEntry line;
    line.now = clock_.now();
    line.measure = entry->measure;
    line.what = std::move(what);
    line.extent = line.measure.due ? Extent::new_due : Extent::as_it_was;
    keep_unwritten(*entry, std::move(line));
    const auto written = co_await write_again(*entry);
    if (!written) {
        plan(*entry);
    }
}

}  // namespace fairgate::enforcement
