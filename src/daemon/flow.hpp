#pragma once

#include "base/clock.hpp"
#include "base/queue.hpp"
#include "base/spawn.hpp"
#include "control/events.hpp"
#include "control/in_force.hpp"
#include "control/line_tap.hpp"
#include "daemon/decider.hpp"
#include "daemon/intake.hpp"
#include "daemon/people.hpp"
#include "daemon/unit.hpp"
#include "enforcement/executor.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace fairgate::daemon {

/// The program while it runs. One coroutine per stage; queues are the only thing between them:
///
///     source --lines--> engine --violations--> decider --decisions--> executor --> panel
///
/// Everything here is on one executor; the store has a thread of its own.
class Flow {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        boost::asio::any_io_executor store_thread;
        const Clock& clock;
        store::Store& store;
        enforcement::Executor& enforcement;
        Decider& decider;
        control::EventLog& events;
        control::LineTaps& taps;
        std::list<std::unique_ptr<Unit>>& units;
        People& people;
        /// Makes a source of a backend's own (a node's stream) ready to be read.
        std::function<sources::LineReadingSettings(const Unit&, const std::string& node)>
            reading_of;
        /// Asked about once a second: whether an entry's time is over, so that rules are others.
        std::function<void(TimePoint)> rules_may_change;
    };
    explicit Flow(Parts parts);

    /// Starts every stage. They run until the flow is destroyed.
    void start();
    /// A measure came a step further: a block that is over gives the account a fresh start, and one
    /// that is being lifted takes with it what was refused because of it.
    void measure_changed(const enforcement::MeasureEvent& event);
    /// Decides again about what is open: enforcement may have been switched on.
    void modes_changed() { decide_again_ = true; }
    /// The clock was set (back: negative): what was seen before is not counted together with what
    /// comes.
    void clock_was_set(Duration by);
    /// Saves how far the sources were read. At the end.
    boost::asio::awaitable<void> save_positions();
    /// Saves who came first, of accounts that are counted so. At the end.
    boost::asio::awaitable<void> save_comings();
    /// Tells that a part of the daemon ended by an exception.
    void failed(const std::string& task, std::exception_ptr failure);

private:
    struct Closed {
        Violation violation;
    };
    struct Grew {
        Violation violation;
    };
    struct Found {
        Unit* unit = nullptr;
        Opened opened;
    };
    /// A block that is being lifted.
    struct Ending {
        Measure measure;
    };
    using Change = std::variant<Found, Grew, Closed, Ending>;

    boost::asio::awaitable<void> read(Unit& unit, ReadSource& from);
    boost::asio::awaitable<void> judge();
    boost::asio::awaitable<void> decide();
    boost::asio::awaitable<void> keep_house();
    boost::asio::awaitable<void> wait_until(TimePoint time);

    void add_source(Unit& unit, std::shared_ptr<sources::Source> source, const std::string& node);
    void remove_source(Unit& unit, const std::string& node);
    void start_reading(Unit& unit, ReadSource& from);
    void take(Unit& unit, ReadSource& from, const sources::LineBatch& batch);
    void show_lines(ReadSource& from, const sources::LineBatch& batch);
    void tell_state(const ReadSource& from, sources::SourceState before);
    Closing closing(const Unit& unit, TimePoint now) const;
    void push(Change change);
    void begin_anew(Unit& unit, const std::string& account, TimePoint now);
    Parts parts_;
    TimePoint started_;
    Queue<Change> changes_;
    bool decide_again_ = false;
    TimePoint comings_due_;
    std::list<Task> tasks_;  // last: they use the rest
};

}  // namespace fairgate::daemon
