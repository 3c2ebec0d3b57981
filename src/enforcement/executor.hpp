#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/spawn.hpp"
#include "base/turn.hpp"
#include "enforcement/enforcer.hpp"
#include "enforcement/journal.hpp"
#include "enforcement/schedule.hpp"
#include "enforcement/step.hpp"
#include "model/decision.hpp"
#include "model/measure.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace fairgate::enforcement {

/// Who wants something, as the audit trail names it.
struct OrderedBy {
    std::string who;
    std::string via;  ///< api, cli, web, bot
    std::string reason;
    std::string request_id;
};

/// For live events and timelines: a measure has come a step further, and that is on the disk.
struct MeasureEvent {
    Measure measure;
    std::string what;
    TimePoint time;
};

/// What a person should be told now: an account is not released, a block has no effect, the journal
/// cannot be written.
struct Alarm {
    Measure measure;
    Error error;
};

struct Listeners {
    std::function<void(const MeasureEvent&)> changed;
    std::function<void(const Alarm&)> alarm;
};

struct ExecutorSettings {
    StepSettings step;
    ScheduleSettings schedule;
    Duration lift_alarm_after = std::chrono::minutes(5);
    Duration write_retry = std::chrono::seconds(5);
    /// So long a start waits for looks at what was in force when the last run ended. Ten thousand
    /// take a panel a minute or more, in which nobody would be watched and nobody released.
    Duration look_first = std::chrono::milliseconds(200);
    std::uint64_t seed = 1;  ///< of the jitter
};

struct CarriedOut {
    DecisionId decision;
    Measure measure;
};

/// What a restart found.
struct Reconciliation {
    int open = 0;         ///< measures that were not finished
    int finished = 0;     ///< of them, those that could be lifted or turned out to be over
    int unreachable = 0;  ///< of them, those not looked at, or whose enforcer does not answer
};

/// Carries measures out: writes each step into the journal before or after it is done, in the
/// order that lets a crash at any moment be taken up again, and lifts what is due. Everything runs
/// on one executor; enforcers and the clock outlive it.
///
/// On an account, one enforcer has at most one measure in force. A second decision of the same kind
/// extends it; a stronger one takes its place, after the first has been restored, so that what is
/// restored in the end is always the state before the first; a weaker one is only recorded.
/// Addresses of an account that are refused are a measure of their own for each decision.
class Executor {
public:
    Executor(
        boost::asio::any_io_executor executor,
        const Clock& clock,
        Journal& journal,
        std::vector<Enforcer*> enforcers,
        ExecutorSettings settings,
        Listeners listeners
    );

    /// Once, at the start and before anything else: takes up every measure that is not finished and
    /// compares it with the world. Ends when each has been looked at, or its enforcer is down; but
    /// those that were in force, of which nothing of ours is under way, are waited for a moment
    /// only (look_first). The rest of them follow, behind whatever else there is to do, and before
    /// anything new is done to their account.
    boost::asio::awaitable<Result<Reconciliation>> resume();
    /// How many of them have not been looked at yet.
    int not_looked_at() const { return not_looked_at_; }

    /// Takes steps whenever they are due, until it is cancelled; it ends when its last step has.
    boost::asio::awaitable<void> run();

    /// Takes all steps that can be taken at this moment. For tests and for the end of a program.
    boost::asio::awaitable<void> settle();

    /// Stores the decision as one in force, with a measure, and begins. FG-ENF-001 or -002 if the
    /// enforcer is not there or cannot do that; a store's error if it cannot be written down, and
    /// then nothing is done.
    boost::asio::awaitable<Result<CarriedOut>> carry_out(Decision decision, std::string enforcer);

    /// Begins to lift it now; the measure as it is then. One that is over already stays as it is.
    boost::asio::awaitable<Result<Measure>> undo(MeasureId id, OrderedBy by);

    /// Another end for a measure in force (none: until it is undone). FG-ENF-003 if it is over.
    boost::asio::awaitable<Result<Measure>> extend(
        MeasureId id, std::optional<TimePoint> due, OrderedBy by
    );

    /// Looks at a measure now and not when it would: whether it holds, and if not it is ordered
    /// again; a step that failed is tried again. One that is over is left alone.
    void look_again(MeasureId id);
    /// The same of whatever keeps this account out now.
    void look_again(const AccountKey& account);
    /// Whether nothing of it can be done at this moment; also when it is over.
    bool is_at_rest(MeasureId id) const;

    /// The clock was set (back: negative): what is to last an hour still lasts an hour. In memory
    /// that holds before the first wait; then it is written.
    boost::asio::awaitable<void> clock_was_set(Duration by);

    /// All that are not finished, oldest first. A copy of each: not for every line of a log.
    std::vector<Measure> open() const;
    /// Those of one account, oldest first.
    std::vector<Measure> open_of(const AccountKey& account) const;
    /// Whether a measure that is not finished keeps the whole account out, or is to. Costs a look
    /// into a table.
    bool is_held(std::string_view backend, std::string_view name) const;
    /// When the next step is due, as far as time decides that.
    std::optional<TimePoint> next_time() const;

private:
    struct Entry {
        Measure measure;
        bool running = false;
        bool looked_at = true;  ///< false: found by resume() and not yet compared with the world
        bool was_in_force = false;          ///< when it was found so
        bool soon = false;                  ///< somebody waits for the next look
        std::optional<TimePoint> alarm_at;  ///< when it is told that it is still not lifted
        bool alarmed = false;
        std::optional<JournalEntry> unwritten;  ///< done, and the journal could not be written
    };
    /// Enforcer, account, and the measure itself where it shares its target with no other.
    using Target = std::tuple<std::string, AccountKey, MeasureId>;
    using Answer = std::variant<Error, Reading, Acted, Verification, Restored>;
    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const {
            return std::hash<std::string_view>{}(name);
        }
    };
    using NamedMeasures =
        std::unordered_map<std::string, std::set<MeasureId>, NameHash, std::equal_to<>>;

    // Taking steps: executor_steps.cpp.
    boost::asio::awaitable<void> work_on(MeasureId id);
    boost::asio::awaitable<Schedule::Outcome> take_steps(Entry& entry);
    boost::asio::awaitable<void> write_step(Entry& entry, Step step);
    boost::asio::awaitable<Schedule::Outcome> ask(Entry& entry, Step step);
    boost::asio::awaitable<Answer> answer_of(Measure measure, Step step);
    boost::asio::awaitable<Answer> answer_of(Enforcer& enforcer, const Measure& measure, Step step);
    StepResult apply(const Answer& answer, Step step, Measure& measure);
    boost::asio::awaitable<void> commit(Entry& entry, Measure changed, StepResult result);
    boost::asio::awaitable<Result<void>> write_again(Entry& entry);
    static void keep_unwritten(Entry& entry, JournalEntry line);
    bool may_go_on(const Entry& entry) const;
    void leave(Entry& entry, Schedule::Outcome outcome);
    void leave_broken(Entry& entry);
    void mark_looked_at(Entry& entry);

    // What operators and policy order: executor.cpp.
    boost::asio::awaitable<void> look_first(const std::string& enforcer, const AccountKey& account);
    boost::asio::awaitable<Result<CarriedOut>> begin(Decision decision, std::string enforcer);
    boost::asio::awaitable<Result<CarriedOut>> join(Entry& entry, Decision decision);
    boost::asio::awaitable<Result<Measure>> write_order(Entry& entry, JournalEntry line);
    Turn& turn_of(const std::string& enforcer, const AccountKey& account);
    Next next_of(const Entry& entry) const;
    Entry* find(MeasureId id);
    Entry* in_force(const std::string& enforcer, const AccountKey& account);
    static Target target_of(const Measure& measure);
    const std::set<MeasureId>& measures_of(std::string_view backend, std::string_view name) const;
    Enforcer* enforcer_of(const std::string& name) const;

    // When somebody sets the clock: executor_clock.cpp.
    boost::asio::awaitable<void> look_for_future();
    boost::asio::awaitable<void> write_moved(std::vector<MeasureId> moved, Duration by);
    boost::asio::awaitable<void> write_moved(MeasureId id, std::string what);
    void move(Entry& entry, Duration by);

    // When what is looked at: executor_run.cpp.
    boost::asio::awaitable<void> changed_or(std::optional<TimePoint> at);
    Entry& enter(Measure measure);
    void start_ready();
    void plan(Entry& entry);
    void watch_lifting(Entry& entry);
    void look_for_alarms();
    bool all_looked_at_or_down() const;
    Schedule::Kind kind_of(const Entry& entry, const Next& next) const;
    void publish(const Measure& measure, const std::string& what);
    void alarm(const Measure& measure, Error error);

    boost::asio::any_io_executor executor_;
    const Clock& clock_;
    Journal& journal_;
    std::map<std::string, Enforcer*, std::less<>> enforcers_;
    ExecutorSettings settings_;
    Listeners listeners_;
    std::vector<Turn> turns_;  ///< by target: one change at a time to what is open on it
    std::mt19937_64 random_;
    Schedule schedule_;
    std::map<MeasureId, Entry> entries_;
    std::map<Target, std::set<MeasureId>> targets_;
    /// By backend and name: asked for each line that is read.
    std::map<std::string, NamedMeasures, std::less<>> of_account_;
    std::set<std::pair<TimePoint, MeasureId>> lift_alarms_;
    int not_looked_at_ = 0;
    int unclear_ = 0;  ///< of them, those that were not in force: an order may be under way
    bool journal_fails_ = false;
    Duration clock_set_by_{};  ///< since the start, all together
    boost::asio::steady_timer changed_;
    boost::asio::steady_timer looked_;  ///< cancelled when one found by resume() is looked at
    std::list<Task> tasks_;             // last: stopped first
};

}  // namespace fairgate::enforcement
