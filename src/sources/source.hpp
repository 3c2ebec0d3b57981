#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::sources {

/// Why lines may be missing before a batch.
/// outage: the source could not be read for a while. lost: they were removed before they could be
/// read (a file truncated or deleted). clock: our clock was set, so that what was seen before it is
/// at no time that can be told.
enum class GapReason { outage, lost, clock };
BOOST_DESCRIBE_ENUM(GapReason, outage, lost, clock)

/// A time of which a source cannot say what happened. Nothing is counted across it; one that is
/// shorter than a slot (10 s) matters to nobody.
struct Gap {
    GapReason reason = GapReason::outage;
    TimePoint since;          ///< the last moment known to be complete
    TimePoint until;          ///< complete again from here on
    std::uint64_t bytes = 0;  ///< how much is known to be missing; 0: not known

    bool operator==(const Gap&) const = default;
};
BOOST_DESCRIBE_STRUCT(Gap, (), (reason, since, until, bytes))

/// Where a stretch of a batch's bytes stands in a file.
struct Stretch {
    std::size_t at = 0;        ///< in the batch's bytes; it goes to the next one's, or to the end
    std::string file;          ///< its name in the folder
    std::uint64_t offset = 0;  ///< in that file
};

/// Some whole lines of one source, as they came.
struct LineBatch {
    std::string source;    ///< Source::name()
    std::string node;      ///< the node whose lines these are
    std::string bytes;     ///< whole lines, each with its '\n'; empty: nothing came for a while
    std::string position;  ///< where to go on after these lines, the source's own JSON; may be ""
    TimePoint arrival;     ///< when they were read
    std::uint64_t behind = 0;             ///< bytes known to be waiting behind this batch
    std::optional<Gap> gap;               ///< lies before the first line of this batch
    std::vector<Stretch> stretches = {};  ///< in their order; empty: the lines are in no file
};

/// Something that yields log lines: a file, a panel's log stream, a container. A source moves
/// bytes and nothing else; LineReading makes observations of them.
///
/// A source is used by one coroutine. It keeps itself going: after an error the next call of
/// next() tries again, with the source's own back-off, and says in the batch's `gap` what was
/// missed meanwhile. What is in a batch is never given again by the same object; a source made
/// later from that batch's `position` goes on right behind it, where its origin allows that.
class Source {
public:
    virtual ~Source() = default;

    /// The name in the configuration, "sources.main-log"; never changes.
    virtual std::string_view name() const = 0;

    /// The next lines, or an empty batch when none came for about a second, so that the caller
    /// can look after its clock. Errors (FG-SRC-*) say what an operator can do; they may come again
    /// and again. Cancellation ends it with boost::asio::error::operation_aborted, thrown.
    virtual boost::asio::awaitable<Result<LineBatch>> next() = 0;
};

/// How a source is doing.
///
///                      +------------------- a line -------------------+
///                      v                                              |
///     starting --a line--> live --no line for `quiet`--> silent --for `stale_after`--> stale
///        |                                                                               ^
///        +------------------- no line for `stale_after` ---------------------------------+
///
///     any but paused --error--> failed --reads again--> starting
///     any --operator--> paused --operator--> starting
///
/// A small server is silent at night and nothing is wrong; a stale source may as well be broken.
/// Nobody can tell the two apart from outside, so a stale, failed or paused source gives no
/// measures, and neither does one that has not yet yielded its first line.
enum class SourceState { starting, live, silent, stale, failed, paused };
BOOST_DESCRIBE_ENUM(SourceState, starting, live, silent, stale, failed, paused)

std::string_view to_text(SourceState state);

/// Whether decisions may rest on what a source in this state told.
constexpr bool is_trustworthy(SourceState state) {
    return state == SourceState::live || state == SourceState::silent;
}

/// Lines passed over for one reason ("dns", "stale", "invalid").
struct SkipCount {
    std::string reason;
    std::uint64_t lines = 0;

    bool operator==(const SkipCount&) const = default;
};
BOOST_DESCRIBE_STRUCT(SkipCount, (), (reason, lines))

/// What every surface shows of a source.
struct SourceHealth {
    std::string source;
    std::string node;
    SourceState state = SourceState::starting;
    TimePoint since;                         ///< when it came into this state
    std::optional<Error> error;              ///< of the state failed
    std::optional<Duration> lag;             ///< how far the newest line was behind when it arrived
    std::uint64_t bytes_behind = 0;          ///< known to wait at the source
    double events_per_second = 0;            ///< observations, mean of the last 10 s
    std::uint64_t lines = 0;                 ///< read since the start
    std::uint64_t observations = 0;          ///< made of them
    std::uint64_t parse_errors = 0;          ///< lines that looked like access lines and were not
    std::vector<std::string> error_samples;  ///< the last few of these, control bytes made visible
    std::vector<SkipCount> skipped;          ///< lines passed over on purpose, by reason
    std::uint64_t forgeries = 0;             ///< lines in which a client put text of its own
    std::uint64_t gaps = 0;
    std::optional<Gap> last_gap;
    std::optional<Duration> zone;          ///< the line clock's zone, east positive
    std::optional<Duration> clock_offset;  ///< what remains: source's clock minus ours
    std::optional<TimePoint> last_line;    ///< arrival of the newest line
    std::string position;                  ///< of the last batch
};
BOOST_DESCRIBE_STRUCT(
    SourceHealth,
    (),
    (source,
     node,
     state,
     since,
     error,
     lag,
     bytes_behind,
     events_per_second,
     lines,
     observations,
     parse_errors,
     error_samples,
     skipped,
     forgeries,
     gaps,
     last_gap,
     zone,
     clock_offset,
     last_line,
     position)
)

}  // namespace fairgate::sources
