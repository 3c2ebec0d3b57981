#include "sources/source_watch.hpp"

#include <utility>

namespace fairgate::sources {

void SourceWatch::line(TimePoint now) {
    last_line_ = now;
    heard_ = now;
    if (state_ != SourceState::paused) {
        enter(SourceState::live, now);
    }
}

void SourceWatch::nothing(TimePoint now) {
    if (state_ == SourceState::failed) {
        enter(SourceState::starting, now);
    }
    tick(now);
}

void SourceWatch::fail(Error error, TimePoint now) {
    if (state_ != SourceState::paused) {
        enter(SourceState::failed, now);
        error_ = std::move(error);
    }
}

void SourceWatch::pause(TimePoint now) { enter(SourceState::paused, now); }

void SourceWatch::resume(TimePoint now) {
    if (state_ == SourceState::paused) {
        enter(SourceState::starting, now);
    }
}

void SourceWatch::tick(TimePoint now) {
    const Duration silence = now - heard_;
    switch (state_) {
        case SourceState::starting:
        case SourceState::live:
        case SourceState::silent:
            if (silence >= settings_.stale_after) {
                enter(SourceState::stale, now);
            } else if (silence >= settings_.quiet && state_ == SourceState::live) {
                enter(SourceState::silent, now);
            }
            break;
        case SourceState::stale:
        case SourceState::failed:
        case SourceState::paused:
            break;
    }
}

void SourceWatch::clock_was_set(Duration by) {
    since_ += by;
    heard_ += by;
    if (last_line_) {
        *last_line_ += by;
    }
}

void SourceWatch::enter(SourceState state, TimePoint now) {
    if (state == state_) {
        return;
    }
    if (state == SourceState::starting) {
        heard_ = now;
    }
    state_ = state;
    since_ = now;
    error_.reset();
}

}  // namespace fairgate::sources
