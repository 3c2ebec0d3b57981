#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "logs/access_line.hpp"
#include "logs/account_name.hpp"
#include "logs/log_reader.hpp"
#include "model/observation.hpp"
#include "sources/line_clock.hpp"
#include "sources/rate.hpp"
#include "sources/source.hpp"
#include "sources/source_watch.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate::sources {

/// Who gets what was read from a source, in the order of its lines.
class ObservationSink {
public:
    virtual ~ObservationSink() = default;
    /// The observation's text is borrowed and ends with the call.
    virtual void observe(const Observation& observation) = 0;
    /// What follows is not connected to what came before.
    virtual void gap(const Gap& gap) = 0;
};

struct LineReadingSettings {
    std::string source;
    std::string node;
    NodeId node_id;
    logs::LineRules rules;
    logs::Decoration decoration = logs::Decoration::none;
    logs::Names names = logs::Names::standard;
    /// Lines from more than this before the start say nothing about now.
    Duration window = std::chrono::minutes(5);
    /// How far the line clock is ahead of UTC, where it is known: the operator's zone, or
    /// Checkpoint::clock_lead. Measured all the same; without it the first seconds of lines are
    /// not counted, because their zone is a guess.
    std::optional<Duration> clock_lead;
    WatchSettings watch;
    std::size_t samples = 5;  ///< how many unreadable lines are kept to show
};

/// What must be kept over a restart.
struct Checkpoint {
    std::string position;                ///< LineBatch::position
    std::optional<Duration> clock_lead;  ///< LineReadingSettings::clock_lead

    bool operator==(const Checkpoint&) const = default;
};
std::string to_text(const Checkpoint& checkpoint);
/// Empty fields for text that to_text did not write: one starts anew then.
Checkpoint parse_checkpoint(std::string_view text);

/// Makes observations of the lines of one source and one node (each node has its own clock), and
/// knows how that source is doing. No I/O and no clock of its own: `now` is a batch's arrival or an
/// argument. Over a million lines a second; used by one coroutine.
///
///     while (true) {
///         auto batch = co_await source.next();
///         batch ? reading.take(*batch, sink) : reading.fail(batch.error(), clock.now());
///     }
class LineReading {
public:
    LineReading(LineReadingSettings settings, TimePoint start);

    void take(const LineBatch& batch, ObservationSink& sink);
    void fail(Error error, TimePoint now) { watch_.fail(std::move(error), now); }
    /// An operator's pause: batches are still taken, so that nothing piles up, but not counted.
    void pause(TimePoint now) { watch_.pause(now); }
    void resume(TimePoint now) { watch_.resume(now); }
    /// Lets time pass for a source whose next() has not returned; otherwise take() does.
    void tick(TimePoint now) { watch_.tick(now); }
    /// Our clock was set (back: negative), and is `now` from now on. It is a gap: whoever counts
    /// begins anew. The source's own clock is measured again.
    void clock_was_set(Duration by, TimePoint now);

    SourceState state() const { return watch_.state(); }
    bool is_trustworthy() const { return sources::is_trustworthy(watch_.state()); }
    SourceHealth health(TimePoint now) const;
    Checkpoint checkpoint() const;

private:
    // Reasons of our own, behind those of logs::Skip.
    enum OwnSkip : std::size_t {
        unknown_clock,
        stale,
        no_account,
        paused,
        header_address,
        own_skips
    };

    void announce_gap(const LineBatch& batch, ObservationSink& sink);
    void read(const logs::ReadLine& line, const LineBatch& batch, ObservationSink& sink);
    void observe(const logs::ReadLine& read, const LineBatch& batch, ObservationSink& sink);
    void skip(OwnSkip reason) { ++skipped_[logs::skip_count + reason]; }
    void keep_sample(std::string_view raw);

    LineReadingSettings settings_;
    TimePoint oldest_;  ///< start minus window
    logs::LogReader reader_;
    LineClock clock_;
    SourceWatch watch_;
    Rate rate_;
    std::optional<TimePoint> newest_;  ///< time on the batch's last line, read as UTC
    std::optional<Duration> lag_;
    std::uint64_t behind_ = 0;
    std::uint64_t lines_ = 0;
    std::uint64_t observations_ = 0;
    std::uint64_t parse_errors_ = 0;
    std::uint64_t forgeries_ = 0;
    std::array<std::uint64_t, logs::skip_count + own_skips> skipped_{};
    std::deque<std::string> samples_;
    std::uint64_t gaps_ = 0;
    std::optional<Gap> last_gap_;
    std::string position_;
};

}  // namespace fairgate::sources
