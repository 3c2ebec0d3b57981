#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "sources/source.hpp"

#include <chrono>
#include <optional>

namespace fairgate::sources {

/// How long a source may say nothing.
struct WatchSettings {
    Duration quiet = std::chrono::seconds(30);       ///< then it is silent
    Duration stale_after = std::chrono::minutes(5);  ///< then nothing rests on it: one window
};

/// Keeps the state of a source, as drawn at SourceState. Time only comes in as an argument, so
/// somebody must call tick() about once a second.
class SourceWatch {
public:
    SourceWatch(WatchSettings settings, TimePoint start)
        : settings_(settings), since_(start), heard_(start) {}

    void line(TimePoint now);     ///< at least one line came
    void nothing(TimePoint now);  ///< it could be read, but there was no line
    void fail(Error error, TimePoint now);
    void pause(TimePoint now);
    void resume(TimePoint now);
    void tick(TimePoint now);
    /// Our clock was set: what happened so long ago still did.
    void clock_was_set(Duration by);

    SourceState state() const { return state_; }
    TimePoint since() const { return since_; }
    const std::optional<Error>& error() const { return error_; }
    std::optional<TimePoint> last_line() const { return last_line_; }

private:
    void enter(SourceState state, TimePoint now);

    WatchSettings settings_;
    SourceState state_ = SourceState::starting;
    TimePoint since_;
    TimePoint heard_;  ///< the last line, or the start if there was none since
    std::optional<TimePoint> last_line_;
    std::optional<Error> error_;
};

}  // namespace fairgate::sources
