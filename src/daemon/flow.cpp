#include "daemon/flow.hpp"

#include "base/paced_clock.hpp"
#include "base/run_on.hpp"
#include "daemon/first_come_memory.hpp"
#include "enforcement/address_enforcer.hpp"
#include "model/time.hpp"
#include "sources/visible.hpp"
#include "tracker/slot.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <utility>

namespace fairgate::daemon {

namespace {

using namespace std::chrono_literals;

/// Lines are read ten times a second; what was written in a slot has arrived so long after its end.
constexpr Duration slot_grace = 300ms;
/// What waits for decisions; a storm is stopped by the breaker long before.
constexpr std::size_t most_changes = 10'000;
/// A restart reads so far back: a window, and what was late.
constexpr Duration look_back = 6min;

}  // namespace

Flow::Flow(Parts parts)
    : parts_(std::move(parts)),
      started_(parts_.clock.now()),
      changes_(parts_.executor, most_changes) {}

void Flow::start() {
    const auto on_failure = std::bind_front(&Flow::failed, this);
    for (const auto& unit : parts_.units) {
        Unit* one = unit.get();
        for (ReadSource& source : one->sources) {
            start_reading(*one, source);
        }
        BackendListener listener{
            [this, one] {
                one->engine->facts_changed();
                parts_.people.accounts_changed();
            },
            [this, one](std::shared_ptr<sources::Source> source, const std::string& node) {
                add_source(*one, std::move(source), node);
            },
            [this, one](const std::string& node) { remove_source(*one, node); },
            [this, one](const Observation& seen) { deliver(*one, "", parts_.enforcement, seen); },
            [this, one](const std::string& account) {
                parts_.enforcement.look_again(AccountKey{one->backend->name(), account});
            }
        };
        one->task = spawn(
            parts_.executor,
            "backend " + one->backend->name(),
            [one, listener = std::move(listener)] { return one->backend->run(listener); },
            on_failure
        );
    }
    tasks_.push_back(spawn(parts_.executor, "judge", [this] { return judge(); }, on_failure));
    tasks_.push_back(spawn(parts_.executor, "decide", [this] { return decide(); }, on_failure));
    tasks_.push_back(spawn(
        parts_.executor, "enforce", [this] { return parts_.enforcement.run(); }, on_failure
    ));
    tasks_.push_back(spawn(
        parts_.executor, "keep house", [this] { return keep_house(); }, on_failure
    ));
}

// ---- lines -> engine ---------------------------------------------------------------------------

void Flow::start_reading(Unit& unit, ReadSource& from) {
    if (from.has_sockets) {
        auto take = [this, &unit, &from](const Observation& seen) {
            deliver(unit, from.node, parts_.enforcement, seen);
        };
        from.sessions = std::make_unique<sessions::SessionFeed>(std::move(take), from.network);
    }
    from.task = spawn(
        parts_.executor,
        "read " + from.name,
        [this, &unit, &from] { return read(unit, from); },
        std::bind_front(&Flow::failed, this)
    );
}

boost::asio::awaitable<void> Flow::read(Unit& unit, ReadSource& from) {
    // What a log told before a restart is read again, and must not be lost to unknown names.
    // Neither must it be lost to a person's other accounts; a panel that is down is not waited for.
    const TimePoint patience = started_ + 20s;
    while (!unit.backend->knows_accounts() ||
           (!parts_.people.are_known() && parts_.clock.now() < patience)) {
        co_await wait_until(parts_.clock.now() + 200ms);
    }
    parts_.people.refresh();
    for (;;) {
        const auto batch = co_await from.source->next();
        const sources::SourceState before = from.reading.state();
        if (batch) {
            take(unit, from, *batch);
        } else {
            from.reading.fail(batch.error(), parts_.clock.now());
            tell_state(from, before);
            // A source has its own back-off; this only keeps one that has none from spinning.
            co_await wait_until(parts_.clock.now() + 1s);
        }
        tell_state(from, before);
    }
}

void Flow::take(Unit& unit, ReadSource& from, const sources::LineBatch& batch) {
    if (parts_.taps.wanted(from.name)) {
        show_lines(from, batch);
    }
    Intake intake(unit, from, batch.arrival, parts_.enforcement);
    from.reading.take(batch, intake);
    if (from.stands.empty() || batch.arrival - from.stands.back().time >= 10s) {
        from.stands.push_back({batch.arrival, from.reading.checkpoint()});
    }
    while (from.stands.size() > 1 && batch.arrival - from.stands[1].time > look_back) {
        from.stands.pop_front();
    }
}

void Flow::show_lines(ReadSource& from, const sources::LineBatch& batch) {
    from.tap_reader.feed(batch.bytes, [&](const logs::ReadLine& read) {
        control::TappedLine line;
        const bool counted = read.line.verdict == logs::Verdict::count;
        line.verdict = counted                                    ? "count"
                       : read.line.verdict == logs::Verdict::weak ? "weak"
                                                                  : "skip";
        line.account = sources::visible(read.line.email, 64);
        line.address = read.line.address ? read.line.address->text() : "";
        line.skip = counted ? "" : std::string(logs::to_text(read.line.skip));
        line.line = sources::visible(read.raw, 400);
        parts_.taps.publish(from.name, line);
    });
}

void Flow::tell_state(const ReadSource& from, sources::SourceState before) {
    const sources::SourceState state = from.reading.state();
    if (state == before) {
        return;
    }
    control::Happening happened;
    happened.topic = control::Topic::source;
    happened.time = parts_.clock.now();
    happened.message = "source " + from.name + (from.node.empty() ? "" : " (" + from.node + ")") +
                       " is " + std::string(sources::to_text(state));
    happened.replaces = "source " + from.name + "/" + from.node;
    boost::json::object details;
    details["source"] = from.name;
    details["node"] = from.node;
    details["state"] = std::string(sources::to_text(state));
    happened.details = std::move(details);
    parts_.events.publish(std::move(happened));
}

void Flow::add_source(
    Unit& unit, std::shared_ptr<sources::Source> source, const std::string& node
) {
    unit.sources.emplace_back(std::move(source), parts_.reading_of(unit, node), parts_.clock.now());
    start_reading(unit, unit.sources.back());
}

void Flow::remove_source(Unit& unit, const std::string& node) {
    unit.sources.remove_if([&](const ReadSource& source) {
        return source.node == node && source.name == unit.backend->name();
    });
}

// ---- engine -> violations ----------------------------------------------------------------------

boost::asio::awaitable<void> Flow::judge() {
    tracker::Slot next = tracker::slot_of(parts_.clock.now());
    for (;;) {
        co_await wait_until(tracker::end_of(next) + slot_grace);
        const TimePoint now = parts_.clock.now();
        // After a stop of the whole machine only the newest slot still says something; when the
        // clock was set back, slots come that were there already.
        const tracker::Slot slot = tracker::slot_of(now - slot_grace) - 1;
        if (slot < next) {
            next = slot + 1;
            continue;
        }
        next = slot + 1;
        parts_.rules_may_change(now);
        parts_.people.refresh();
        for (const auto& unit : parts_.units) {
            SlotOutcome outcome = unit->engine->close_slot(slot, closing(*unit, now));
            for (Opened& opened : outcome.opened) {
                push(Found{unit.get(), std::move(opened)});
            }
            for (Violation& violation : outcome.grew) {
                push(Grew{std::move(violation)});
            }
            for (Violation& violation : outcome.closed) {
                push(Closed{std::move(violation)});
            }
        }
    }
}

void Flow::clock_was_set(Duration by) {
    started_ = parts_.clock.now();  // as after a restart: violations do not close for a while
    for (const auto& unit : parts_.units) {
        unit->engine->clock_was_set(by);
        unit->backend->clock_was_set(by);
        unit->on_nodes.clock_was_set();
        for (ReadSource& source : unit->sources) {
            source.reading.clock_was_set(by, started_);
            if (source.sessions != nullptr) {
                source.sessions->clock_was_set(by);
            }
            for (ReadSource::Stand& stand : source.stands) {
                stand.time += by;
            }
        }
    }
}

/// Silence of a source is not the end of a violation, and neither is a restart.
Closing Flow::closing(const Unit& unit, TimePoint now) const {
    if (now - started_ < look_back) {
        return Closing::held;
    }
    const auto speaks = [now](const Unit* each) { return each->all_sources_speak(now); };
    const bool all_speak = std::ranges::all_of(parts_.people.counted_with(unit), speaks);
    return all_speak ? Closing::allowed : Closing::held;
}

void Flow::push(Change change) {
    if (!changes_.try_push(std::move(change))) {
        control::Happening alarm;
        alarm.topic = control::Topic::alarm;
        alarm.time = parts_.clock.now();
        alarm.message = "more violations than can be written down; some were left out";
        alarm.replaces = "changes full";
        parts_.events.publish(std::move(alarm));
    }
}

// ---- violations -> decisions -> measures
// ---------------------------------------------------------

boost::asio::awaitable<void> Flow::decide() {
    for (;;) {
        auto change = co_await changes_.pop();
        if (!change) {
            co_return;
        }
        if (auto* found = std::get_if<Found>(&*change)) {
            co_await parts_.decider.opened(*found->unit, std::move(found->opened));
        } else if (auto* grew = std::get_if<Grew>(&*change)) {
            co_await parts_.decider.grew(std::move(grew->violation));
        } else if (auto* closed = std::get_if<Closed>(&*change)) {
            co_await parts_.decider.closed(std::move(closed->violation));
        } else if (auto* ending = std::get_if<Ending>(&*change)) {
            co_await parts_.decider.let_carriers_in(std::move(ending->measure));
        }
    }
}

void Flow::measure_changed(const enforcement::MeasureEvent& event) {
    if (parts_.decider.ends_carriers(event.measure)) {
        push(Ending{event.measure});
    }
    if (event.measure.state != MeasureState::lifted) {
        return;
    }
    for (const auto& unit : parts_.units) {
        if (unit->backend->name() != event.measure.account.backend) {
            continue;
        }
        if (event.measure.action == Action::refuse) {
            std::vector<Address> addresses;
            for (const Denial& denial : enforcement::refused_by(event.measure)) {
                addresses.push_back(denial.address);
            }
            unit->engine->let_in(event.measure.account.name, addresses, event.time);
            continue;
        }
        begin_anew(*unit, event.measure.account.name, event.time);
    }
}

void Flow::begin_anew(Unit& unit, const std::string& account, TimePoint now) {
    if (auto over = unit.engine->start_afresh(account, now)) {
        push(Closed{std::move(*over)});
    }
}

// ---- housekeeping
// --------------------------------------------------------------------------------

boost::asio::awaitable<void> Flow::keep_house() {
    for (;;) {
        co_await wait_until(parts_.clock.now() + 2s);
        const TimePoint now = parts_.clock.now();
        for (const auto& unit : parts_.units) {
            for (ReadSource& source : unit->sources) {
                const sources::SourceState before = source.reading.state();
                source.reading.tick(now);
                tell_state(source, before);
            }
        }
        co_await parts_.decider.try_again();
        if (std::exchange(decide_again_, false)) {
            for (const auto& unit : parts_.units) {
                co_await parts_.decider.decide_again(*unit);
            }
        }
        for (const AccountKey& warned : parts_.decider.warned_long_enough(now)) {
            for (const auto& unit : parts_.units) {
                if (unit->backend->name() == warned.backend) {
                    begin_anew(*unit, warned.name, now);
                }
            }
        }
        co_await save_positions();
        if (now >= comings_due_) {
            comings_due_ = now + 30s;
            co_await save_comings();
        }
    }
}

boost::asio::awaitable<void> Flow::save_comings() {
    auto texts = comings_as_text(parts_.units);
    if (texts.empty()) {
        co_return;
    }
    auto write = [this, texts = std::move(texts)] {
        return daemon::save_comings(parts_.store, texts);
    };
    co_await run_on(parts_.store_thread, std::move(write));
}

boost::asio::awaitable<void> Flow::save_positions() {
    std::vector<store::SourcePosition> positions;
    for (const auto& unit : parts_.units) {
        for (const ReadSource& source : unit->sources) {
            if (!source.stands.empty() && !source.stands.front().checkpoint.position.empty()) {
                positions.push_back(
                    {source.name,
                     sources::to_text(source.stands.front().checkpoint),
                     source.stands.front().time,
                     parts_.clock.now()}
                );
            }
        }
    }
    if (positions.empty()) {
        co_return;
    }
    auto write = [this, positions] {
        return parts_.store.atomically(store::Durability::soon, [&]() -> Result<void> {
            for (const store::SourcePosition& position : positions) {
                if (auto done = parts_.store.positions().set(position); !done) {
                    return done;
                }
            }
            return {};
        });
    };
    co_await run_on(parts_.store_thread, std::move(write));
}

boost::asio::awaitable<void> Flow::wait_until(TimePoint time) {
    boost::asio::steady_timer timer(parts_.executor);
    const Duration wait = wait_for(parts_.clock, time - parts_.clock.now());
    timer.expires_after(std::max<Duration>(wait, 0s));
    co_await timer.async_wait(boost::asio::use_awaitable);
}

void Flow::failed(const std::string& task, std::exception_ptr failure) {
    control::Happening alarm;
    alarm.topic = control::Topic::alarm;
    alarm.time = parts_.clock.now();
    alarm.message = "the part \"" + task + "\" of the daemon broke down";
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        alarm.message += ": " + std::string(error.what());
    } catch (...) {
        alarm.message += ": for a reason it did not tell";
    }
    parts_.events.publish(std::move(alarm));
}

}  // namespace fairgate::daemon
