#include "replay/replay.hpp"

#include "replay/input.hpp"
#include "replay/relay.hpp"
#include "replay/shard.hpp"
#include "replay/time_jumps.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

// Reading takes most of the time and needs no order; counting needs the order of each account's
// lines only. So the input is cut into blocks, which any thread parses, and every thread counts the
// accounts of its own shard through the blocks in order (relay.hpp).

namespace fairgate::replay {

namespace {

/// A block on its way from the input to the shards.
struct Work {
    Block block;
    LineBatch batch;
    tracker::Slot base = 0;      ///< newest slot of all blocks before it
    bool starts_over = false;    ///< its time lies far before theirs
    tracker::Slot learn_at = 0;  ///< when habits are to be learned before it

    explicit Work(std::size_t shards) : batch(shards) {}
};

/// How often accounts are looked at to learn the habits of networks.
constexpr tracker::Slot learning_slots = 30;
/// The first time: before anybody can have been over a limit for long.
constexpr tracker::Slot first_look_slots = 5;
constexpr std::size_t most_sampled = 4'000;

/// What a thread has of its own.
struct Worker {
    LineParser parser;
    std::unique_ptr<Work> spare;
    std::atomic<std::size_t> violations = 0;  ///< of its shard, for the progress

    Worker(const LineSettings& settings, unsigned shards)
        : parser(settings), spare(std::make_unique<Work>(shards)) {}
};

class Run final : Relay {
public:
    Run(const ReplaySettings& settings, std::unique_ptr<Input> input, unsigned threads)
        : Relay(threads, places_for(threads)),
          settings_(settings),
          input_(std::move(input)),
          started_(std::chrono::steady_clock::now()) {
        for (std::size_t i = 0; i < places_for(threads); ++i) {
            work_.push_back(std::make_unique<Work>(threads));
        }
        for (unsigned shard = 0; shard < threads; ++shard) {
            workers_.push_back(std::make_unique<Worker>(settings.lines, threads));
            judges_.emplace_back();
            for (const ReplayPolicy& policy : settings.policies) {
                judges_.back().push_back(std::make_unique<Judge>(policy, settings.networks()));
                if (settings.account) {
                    judges_.back().back()->follow(*settings.account);
                }
            }
        }
    }

    Result<ReplayReport> replay() {
        run();
        if (error_) {
            return *error_;
        }
        if (learns_next_) {
            learn_habits(learn_next_at_);
        }
        return report();
    }

private:
    static std::size_t places_for(unsigned threads) {
        return threads == 1 ? 1 : std::size_t{threads} * 4;
    }

    Parsed parse(unsigned thread) override {
        Worker& worker = *workers_[thread];
        LineBatch& batch = worker.spare->batch;
        batch.clear();
        Block& block = worker.spare->block;
        std::size_t number = 0;
        const auto filled = input_->next(block, number);
        if (!filled) {
            const std::scoped_lock lock(mutex_);
            error_ = filled.error();
            stop();
        }
        if (!filled || !*filled) {
            return {number, true};
        }
        worker.parser.parse(block.begin, block.end, taint_at(block), block.offset, batch);
        drop_time_jumps(batch);
        work_[place_of(number)].swap(worker.spare);
        return {number, false};
    }

    /// How many bytes at the start of the block follow a client's own bytes in the block before.
    static std::size_t taint_at(const Block& block) {
        std::string_view before(block.begin - block.before, block.before);
        std::size_t taint = 0;
        while (const auto from = logs::forged_from(before)) {
            const std::size_t behind = before.size() - *from;
            taint = logs::taint_length - std::min(logs::taint_length, behind);
            before.remove_prefix(*from);
        }
        return taint;
    }

    /// Gives the block what it must know of those before it.
    Before line_up(std::size_t number) override {
        const std::scoped_lock lock(mutex_);
        Work& work = *work_[place_of(number)];
        add_up(work);
        const tracker::Slot newest = work.batch.newest;
        const bool any = work.batch.observations > 0;
        work.starts_over = any && newest_ != none && newest < newest_ - tracker::word_slots;
        work.base = work.starts_over ? newest : newest_;
        work.learn_at = learn_next_at_;
        const Before before = learns_next_ ? Before::learning : Before::nothing;
        if (any) {
            newest_ = work.starts_over ? newest : std::max(newest_, newest);
        }
        const tracker::Slot period = newest_ == none ? 0 : newest_ / learning_slots;
        first_ = any ? std::min(first_, newest_) : first_;
        const bool soon = any && !learned_early_ && newest_ - first_ >= first_look_slots;
        learned_early_ = learned_early_ || soon;
        learns_next_ = period != period_ || soon;
        learn_next_at_ = std::max(work.base, newest);
        period_ = period;
        return before;
    }

    void count(std::size_t number, unsigned shard) override {
        const Work& work = *work_[place_of(number)];
        for (const auto& judge : judges_[shard]) {
            if (work.starts_over) {
                judge->start_over();
            }
            // A block whose time went back counts from its own slots on.
            const tracker::Slot base = work.starts_over ? none : work.base;
            judge->apply(work.batch.shards[shard].all(), base);
        }
        workers_[shard]->violations = judges_[shard][0]->violations();
    }

    void learn(std::size_t number) override { learn_habits(work_[place_of(number)]->learn_at); }

    void learn_habits(tracker::Slot now) {
        std::size_t accounts = 0;
        for (const auto& shard : judges_) {
            accounts += shard[0]->tracker().accounts().size();
        }
        unsigned thinning = 0;
        while (accounts >> thinning > most_sampled) {
            ++thinning;
        }
        for (const auto& shard : judges_) {
            shard[0]->tracker().sample_networks(now, thinning, networks_);
        }
        networks_.judge();
        for (const auto& shard : judges_) {
            for (const auto& judge : shard) {
                judge->tracker().networks() = networks_;
            }
        }
    }

    void add_up(Work& work) {
        LineBatch& batch = work.batch;
        report_.lines += batch.lines;
        report_.observations += batch.observations;
        report_.bytes += work.block.consumed;
        for (std::size_t i = 0; i < batch.skipped.size(); ++i) {
            if (batch.skipped[i] > 0) {
                report_.skipped[std::string(logs::to_text(static_cast<logs::Skip>(i)))] +=
                    batch.skipped[i];
                report_.foreign +=
                    is_foreign(static_cast<logs::Skip>(i)) ? batch.skipped[i] : std::uint64_t{0};
            }
        }
        for (std::size_t i = 0; i < batch.left_out.size(); ++i) {
            if (batch.left_out[i] > 0) {
                report_.skipped[std::string(to_text(static_cast<LeftOut>(i)))] += batch.left_out[i];
            }
        }
        if (batch.observations > 0) {
            first_second_ = std::min(first_second_, batch.first_second);
            last_second_ = std::max(last_second_, batch.last_second);
        }
        if (!report_.first_foreign) {
            report_.first_foreign = std::move(batch.first_foreign);
        }
        for (BadLine& bad : batch.bad) {
            if (report_.bad_lines.size() < 20) {
                report_.bad_lines.push_back(std::move(bad));
            }
        }
        for (std::string& forger : batch.forgers) {
            if (report_.forgers.size() < 20 &&
                std::ranges::find(report_.forgers, forger) == report_.forgers.end()) {
                report_.forgers.push_back(std::move(forger));
            }
        }
    }

    double elapsed() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }

    void look_around() override {
        const double now = settings_.progress ? elapsed() : 0;
        if (now - told_ < 0.1) {
            return;
        }
        told_ = now;
        Progress progress{.total_bytes = input_->total_bytes(), .seconds = now};
        for (const auto& worker : workers_) {
            progress.violations += worker->violations;
        }
        {
            const std::scoped_lock lock(mutex_);
            progress.bytes = report_.bytes;
            progress.lines = report_.lines;
        }
        settings_.progress(progress);
    }

    ReplayReport report() {
        for (const auto& shard : judges_) {
            for (const auto& judge : shard) {
                judge->finish(newest_);
            }
            collect(*shard[0], report_.violations);
            if (shard.size() > 1) {
                collect(*shard[1], report_.other_violations);
            }
            tracker::Tracker& tracker = shard[0]->tracker();
            report_.accounts += tracker.accounts().size();
            report_.pairs += newest_ == none ? 0 : tracker.pairs(newest_);
            report_.tracked_bytes += tracker.allocated_bytes();
            report_.passed_by.merge(shard[0]->passed_by());
            if (const std::uint64_t left_out = shard[0]->left_out(); left_out > 0) {
                report_.skipped["country"] += left_out;
                report_.observations -= std::min(report_.observations, left_out);
            }
            std::ranges::move(shard[0]->timeline(), std::back_inserter(report_.timeline));
        }
        const auto by_time = [](const ReplayViolation& a, const ReplayViolation& b) {
            return a.opened != b.opened ? a.opened < b.opened : a.account < b.account;
        };
        std::ranges::sort(report_.violations, by_time);
        std::ranges::sort(report_.other_violations, by_time);
        if (report_.observations > 0) {
            report_.from = TimePoint(std::chrono::seconds(first_second_));
            report_.to = TimePoint(std::chrono::seconds(last_second_));
        }
        report_.rotating = networks_.rotating();
        report_.seconds = elapsed();
        return std::move(report_);
    }

    static void collect(Judge& judge, std::vector<ReplayViolation>& into) {
        std::vector<ReplayViolation> found = judge.take_violations();
        std::ranges::move(found, std::back_inserter(into));
    }

    static constexpr tracker::Slot none = std::numeric_limits<tracker::Slot>::min();

    const ReplaySettings& settings_;
    std::unique_ptr<Input> input_;
    std::chrono::steady_clock::time_point started_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<std::unique_ptr<Work>> work_;
    std::vector<std::vector<std::unique_ptr<Judge>>> judges_;  ///< by shard, by policy
    tracker::Networks networks_;
    double told_ = 0;
    std::mutex mutex_;  ///< of all that follows, until all is counted
    ReplayReport report_;
    tracker::Slot newest_ = none;
    tracker::Slot period_ = 0;
    tracker::Slot first_ = std::numeric_limits<tracker::Slot>::max();
    bool learned_early_ = false;
    bool learns_next_ = false;  ///< before the next block
    tracker::Slot learn_next_at_ = 0;
    std::int64_t first_second_ = std::numeric_limits<std::int64_t>::max();
    std::int64_t last_second_ = std::numeric_limits<std::int64_t>::min();
    std::optional<Error> error_;
};

}  // namespace

Result<ReplayReport> replay(const ReplaySettings& settings) {
    auto input = open_input(settings.inputs);
    if (!input) {
        return input.error();
    }
    unsigned threads =
        settings.threads != 0 ? settings.threads : std::thread::hardware_concurrency();
    constexpr std::uint64_t worth_sharing = 8U << 20U;
    const std::uint64_t size = (*input)->total_bytes();
    if (threads == 0 || (settings.threads == 0 && size > 0 && size < worth_sharing)) {
        threads = 1;
    }
    Run run(settings, std::move(*input), std::min(threads, 64U));
    return run.replay();
}

}  // namespace fairgate::replay
