#pragma once

#include "base/run.hpp"
#include "enforcement/executor.hpp"
#include "enforcement/world.hpp"
#include "store/forwarding_store_test.hpp"
#include "store/memory/store.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::enforcement {

/// A store whose disk can fail, and before and behind which the program can die.
class ShakyStore final : public store::ForwardingStore {
public:
    ShakyStore(store::Store& store, CrashPoints& crash) : ForwardingStore(store), crash_(crash) {}

    int failing_writes = 0;  ///< so many of the next ones fail

    Result<void> atomically(store::Durability durability, const std::function<Result<void>()>& work)
        override {
        crash_.pass();
        if (failing_writes > 0) {
            --failing_writes;
            return Error{.code = "FG-STO-004", .what = "the disk is full"};
        }
        auto done = store_.atomically(durability, work);
        crash_.pass();
        return done;
    }

private:
    CrashPoints& crash_;
};

/// The program with all it stands on; what is in `kept` and `world` outlives its crashes.
class Program {
public:
    ManualClock clock{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)};
    std::unique_ptr<store::Store> kept;
    CrashPoints crash;
    ShakyStore store{*kept, crash};
    World world{clock};
    WorldEnforcer enforcer{world, crash, *kept};
    std::vector<std::string> events;
    std::vector<std::string> alarms;
    ExecutorSettings settings;
    boost::asio::io_context io;

    explicit Program(std::unique_ptr<store::Store> lasting = store::memory::make_store())
        : kept(std::move(lasting)) {
        start();
    }

    void start() {
        crash.revive();
        journal_.emplace(store, io.get_executor(), io.get_executor());
        Listeners listeners;
        listeners.changed = [this](const MeasureEvent& event) { events.push_back(event.what); };
        listeners.alarm = [this](const Alarm& alarm) { alarms.push_back(alarm.error.code); };
        executor_ = std::make_unique<Executor>(
            io.get_executor(),
            clock,
            *journal_,
            std::vector<Enforcer*>{&enforcer},
            settings,
            listeners
        );
    }

    Executor& executor() { return *executor_; }

    /// Ends what runs as a kill would, and starts again.
    Reconciliation restart() {
        crash.kill();
        io.restart();
        io.poll();  // whatever still runs comes to its next point, and no further
        executor_.reset();
        start();
        return resume();
    }
    Reconciliation resume() {
        return run(io, [this] { return executor_->resume(); }).value();
    }

    Result<CarriedOut> block(
        const std::string& name, std::optional<Duration> length, Action action = Action::block
    ) {
        Decision decision;
        decision.account = {"main", name};
        decision.action = action;
        decision.mode = Mode::enforce;
        decision.decided = clock.now();
        decision.reason = "3 devices at once, limit 2";
        if (length) {
            decision.until = clock.now() + *length;
        }
        return run(io, [&] { return executor_->carry_out(decision, "world"); });
    }
    Result<Measure> undo(MeasureId id) {
        return run(io, [&] { return executor_->undo(id, OrderedBy{"root", "cli", "test", ""}); });
    }

    void settle() {
        run(io, [this] { return settled(*executor_); });
    }

    /// Time passes in steps, and everything due is done.
    void pass(Duration time, Duration step = std::chrono::seconds(5)) {
        for (; time > Duration(0); time -= step) {
            world.advance(std::min(step, time));
            settle();
        }
    }

    Measure measure(MeasureId id) { return kept->measures().get(id).value(); }
    std::string status(const std::string& name) { return world.account(name).parts.status; }

private:
    static boost::asio::awaitable<int> settled(Executor& executor) {
        co_await executor.settle();
        co_return 0;
    }

    std::optional<Journal> journal_;
    std::unique_ptr<Executor> executor_;
};

}  // namespace fairgate::enforcement
