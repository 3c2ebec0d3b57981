#include "base/paced_clock.hpp"
#include "enforcement/errors.hpp"
#include "enforcement/executor.hpp"
#include "model/ids.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

// When what is looked at.
namespace fairgate::enforcement {

namespace {

// The wall clock may be set while a timer runs; a due time is missed by so much at the most.
constexpr Duration longest_wait = std::chrono::seconds(5);

}  // namespace

boost::asio::awaitable<Result<Reconciliation>> Executor::resume() {
    const auto found = co_await journal_.unfinished();
    if (!found) {
        co_return found.error();
    }
    for (Measure measure : *found) {
        take_up_again(measure, clock_.now(), settings_.step);
        Entry& entry = enter(std::move(measure));
        const auto& waiting = targets_[target_of(entry.measure)];
        if (*waiting.begin() == entry.measure.id) {  // the others wait for that one
            entry.looked_at = false;
            ++not_looked_at_;
            entry.was_in_force =
                next_of(entry).step == Step::verify && entry.measure.state == MeasureState::active;
            unclear_ += entry.was_in_force ? 0 : 1;
        }
        plan(entry);
    }
    co_await look_for_future();
    const TimePoint until = clock_.now() + settings_.look_first;
    for (start_ready(); !all_looked_at_or_down(); start_ready()) {
        const bool waited = clock_.now() >= until;
        if (waited && unclear_ == 0) {
            break;
        }
        const auto next = next_time();
        co_await changed_or(waited ? next : std::min(next.value_or(until), until));
    }
    Reconciliation done;
    done.open = static_cast<int>(found->size());
    done.finished = done.open;
    for (const auto& [id, entry] : entries_) {
        --done.finished;
        done.unreachable += !entry.looked_at || entry.measure.attempts > 0 ? 1 : 0;
    }
    co_return done;
}

bool Executor::all_looked_at_or_down() const {
    if (not_looked_at_ == 0) {
        return true;
    }
    const bool any_down = std::ranges::any_of(enforcers_, [&](const auto& enforcer) {
        return schedule_.is_down(enforcer.first);
    });
    return any_down && std::ranges::all_of(entries_, [&](const auto& each) {
               return each.second.looked_at || schedule_.is_down(each.second.measure.enforcer);
           });
}

boost::asio::awaitable<void> Executor::run() {
    // The loop ends by a look at this state, not by an exception, so that it can wait for its
    // tasks.
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    auto cancelled = co_await boost::asio::this_coro::cancellation_state;
    while (cancelled.cancelled() == boost::asio::cancellation_type::none) {
        start_ready();
        look_for_alarms();
        co_await changed_or(next_time());
        cancelled = co_await boost::asio::this_coro::cancellation_state;
    }
    co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
    for (Task& task : tasks_) {
        task.cancel();
    }
    while (schedule_.running() > 0) {
        co_await changed_or(std::nullopt);
    }
}

boost::asio::awaitable<void> Executor::settle() {
    for (;;) {
        start_ready();
        look_for_alarms();
        const auto next = next_time();
        if (schedule_.running() == 0 && (!next || *next > clock_.now())) {
            co_return;
        }
        co_await changed_or(std::nullopt);
    }
}

boost::asio::awaitable<void> Executor::changed_or(std::optional<TimePoint> at) {
    if (at) {
        const Duration wait = wait_for(clock_, *at - clock_.now());
        changed_.expires_after(std::clamp(wait, Duration(0), longest_wait));
    } else {
        changed_.expires_at(boost::asio::steady_timer::time_point::max());
    }
    boost::system::error_code told;
    co_await changed_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, told));
}

std::optional<TimePoint> Executor::next_time() const {
    auto next = schedule_.next_time();
    if (!lift_alarms_.empty()) {
        const TimePoint alarm_at = lift_alarms_.begin()->first;
        next = next ? std::min(*next, alarm_at) : alarm_at;
    }
    return next;
}

void Executor::start_ready() {
    std::erase_if(tasks_, [](const Task& task) { return task.finished(); });
    for (const MeasureId id : schedule_.take_ready(clock_.now())) {
        Entry& entry = entries_.at(id);
        entry.running = true;
        entry.soon = false;
        auto on_failure = [this, measure = entry.measure](const std::string&, std::exception_ptr) {
            alarm(measure, errors::broke_down(measure.enforcer, "an unexpected exception"));
        };
        tasks_.push_back(spawn(
            executor_,
            "measure " + to_text(id),
            [this, id] { return work_on(id); },
            std::move(on_failure)
        ));
    }
}

Executor::Entry& Executor::enter(Measure measure) {
    const MeasureId id = measure.id;
    targets_[target_of(measure)].insert(id);
    of_account_[measure.account.backend][measure.account.name].insert(id);
    Entry& entry = entries_[id];
    entry.measure = std::move(measure);
    watch_lifting(entry);
    return entry;
}

/// Says when the measure is looked at next, unless it is being looked at now (leave() asks again)
/// or an older one on the same target is not over yet.
void Executor::plan(Entry& entry) {
    const Measure& measure = entry.measure;
    schedule_.remove(measure.id);
    changed_.cancel();
    const auto& waiting = targets_.at(target_of(measure));
    if (entry.running || *waiting.begin() != measure.id) {
        return;
    }
    const TimePoint now = clock_.now();
    const Next next = next_of(entry);
    const auto kind = kind_of(entry, next);
    const auto due = kind == Schedule::Kind::look ? measure.due : std::nullopt;
    if (entry.unwritten) {
        schedule_.put(measure.id, measure.enforcer, kind, now + settings_.write_retry);
    } else if (next.step != Step::wait) {
        schedule_.put(measure.id, measure.enforcer, kind, now, due);
    } else if (next.at) {
        schedule_.put(measure.id, measure.enforcer, kind, *next.at, due);
    }
}

Schedule::Kind Executor::kind_of(const Entry& entry, const Next& next) const {
    const Measure& measure = entry.measure;
    if (measure.attempts > 0 || entry.unwritten) {
        return Schedule::Kind::repeated;
    }
    const bool only_a_look = measure.state == MeasureState::active && measure.acted &&
                             (next.step == Step::verify || next.step == Step::wait);
    return only_a_look && !entry.soon ? Schedule::Kind::look : Schedule::Kind::first_try;
}

void Executor::watch_lifting(Entry& entry) {
    const Measure& measure = entry.measure;
    if (measure.state != MeasureState::lifting && entry.alarm_at) {
        lift_alarms_.erase({*entry.alarm_at, measure.id});
        entry.alarm_at.reset();
    }
    if (measure.state == MeasureState::lifting && !entry.alarm_at && !entry.alarmed) {
        entry.alarm_at = measure.changed + settings_.lift_alarm_after;
        lift_alarms_.insert({*entry.alarm_at, measure.id});
    }
}

void Executor::look_for_alarms() {
    const TimePoint now = clock_.now();
    while (!lift_alarms_.empty() && lift_alarms_.begin()->first <= now) {
        Entry& entry = entries_.at(lift_alarms_.begin()->second);
        lift_alarms_.erase(lift_alarms_.begin());
        entry.alarm_at.reset();
        entry.alarmed = true;
        alarm(entry.measure, errors::not_lifted(entry.measure));
    }
}

void Executor::publish(const Measure& measure, const std::string& what) {
    if (!what.empty() && listeners_.changed) {
        const MeasureEvent event{measure, what, clock_.now()};
        listeners_.changed(event);
    }
}

void Executor::alarm(const Measure& measure, Error error) {
    if (listeners_.alarm) {
        const Alarm told{measure, std::move(error)};
        listeners_.alarm(told);
    }
}

}  // namespace fairgate::enforcement
