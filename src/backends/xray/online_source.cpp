#include "backends/xray/online_source.hpp"

#include <chrono>
#include <utility>

namespace fairgate::backends::xray {

namespace {

using namespace std::chrono_literals;

/// What a counting looks back.
constexpr Duration window = 5min;
/// Answers are ten seconds apart, so the newest that was seen may be as old as that.
constexpr Duration between_answers = 10s;

}  // namespace

std::vector<Sighting> OnlineSource::take(const std::vector<OnlineAddress>& online, TimePoint now) {
    auto outcome = book_.take(online, now, window);
    // Nobody online is an answer too, and proves that it can be read.
    watch_.line(now);
    answered_ += online.size();
    observations_ += outcome.seen.size();
    idle_ += outcome.idle;
    left_out_ += outcome.left_out;
    return std::move(outcome.seen);
}

void OnlineSource::clock_was_set(Duration by) {
    watch_.clock_was_set(by);
    book_.clock_was_set();
}

sources::SourceHealth OnlineSource::health(TimePoint now) const {
    sources::SourceWatch watch = watch_;
    watch.tick(now);
    sources::SourceHealth health;
    health.source = name_;
    health.state = watch.state();
    health.since = watch.since();
    health.error = watch.error();
    health.lines = answered_;
    health.observations = observations_;
    health.last_line = watch.last_line();
    if (const auto offset = book_.clock_offset()) {
        // Between "just now" and "just after the answer before" a clock may be right.
        health.clock_offset = *offset < -between_answers ? *offset + between_answers
                              : *offset > Duration(0)    ? *offset
                                                         : Duration(0);
    }
    if (idle_ > 0) {
        health.skipped.push_back({"idle", idle_});
    }
    if (left_out_ > 0) {
        health.skipped.push_back({"no_origin", left_out_});
    }
    return health;
}

}  // namespace fairgate::backends::xray
