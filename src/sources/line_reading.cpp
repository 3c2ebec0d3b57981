#include "sources/line_reading.hpp"

#include "base/json.hpp"
#include "sources/visible.hpp"

#include <boost/describe.hpp>

#include <algorithm>
#include <functional>
#include <iterator>

namespace fairgate::sources {

namespace {

TimePoint as_utc(const logs::LogTime& time) {
    return TimePoint(std::chrono::seconds(time.second)) + std::chrono::microseconds(time.micro);
}

/// A line whose time tells how late lines arrive. What a client may have written does not.
bool tells_time(const logs::AccessLine& line) {
    return line.has_time && line.skip != logs::Skip::other && line.skip != logs::Skip::tainted &&
           line.skip != logs::Skip::too_long;
}

constexpr std::array<std::string_view, 5> own_reasons = {
    "unknown-clock", "stale", "no-account", "paused", "header-address"
};

/// Checkpoint as it is written; the lead to the microsecond.
struct StoredCheckpoint {
    std::string position;
    std::optional<std::int64_t> clock_lead_us;
};
BOOST_DESCRIBE_STRUCT(StoredCheckpoint, (), (position, clock_lead_us))

struct Place {
    std::string_view file;
    std::uint64_t offset = 0;
};

/// Where in a file a line of the batch stands. A line that began in the batch before is in none.
Place place_of(std::string_view line, const LineBatch& batch) {
    const char* begin = batch.bytes.data();
    const std::less<> before;
    if (batch.stretches.empty() || before(line.data(), begin) ||
        !before(line.data(), begin + batch.bytes.size())) {
        return {};
    }
    const auto at = static_cast<std::size_t>(line.data() - begin);
    const auto next = std::ranges::upper_bound(batch.stretches, at, {}, &Stretch::at);
    const Stretch& stretch = *std::prev(next);  // the first begins at 0
    return {stretch.file, stretch.offset + (at - stretch.at)};
}

}  // namespace

std::string to_text(const Checkpoint& checkpoint) {
    StoredCheckpoint stored{.position = checkpoint.position, .clock_lead_us = {}};
    if (checkpoint.clock_lead) {
        stored.clock_lead_us = checkpoint.clock_lead->count();
    }
    return json::write(stored);
}

Checkpoint parse_checkpoint(std::string_view text) {
    auto stored = json::read<StoredCheckpoint>(text, json::Unknown::ignore);
    Checkpoint checkpoint;
    if (stored) {
        checkpoint.position = stored->position;
        if (stored->clock_lead_us) {
            checkpoint.clock_lead = Duration(*stored->clock_lead_us);
        }
    }
    return checkpoint;
}

LineReading::LineReading(LineReadingSettings settings, TimePoint start)
    : settings_(std::move(settings)),
      oldest_(start - settings_.window),
      reader_(settings_.rules, settings_.decoration),
      clock_(settings_.clock_lead),
      watch_(settings_.watch, start) {}

void LineReading::take(const LineBatch& batch, ObservationSink& sink) {
    announce_gap(batch, sink);
    position_ = batch.position;
    behind_ = batch.behind;
    if (batch.bytes.empty()) {
        watch_.nothing(batch.arrival);
        return;
    }
    newest_.reset();
    const std::uint64_t before = observations_;
    reader_.feed(batch.bytes, [&](const logs::ReadLine& line) { read(line, batch, sink); });
    watch_.line(batch.arrival);
    rate_.add(batch.arrival, observations_ - before);
    if (newest_ && batch.behind == 0) {
        clock_.sample(*newest_, batch.arrival);
    }
    if (newest_ && clock_.lead()) {
        lag_ = std::max(Duration{0}, batch.arrival - (*newest_ - *clock_.lead()));
    }
}

// A source says itself what it missed. One that was stale may have missed anything, and does not
// know it.
void LineReading::announce_gap(const LineBatch& batch, ObservationSink& sink) {
    std::optional<Gap> gap = batch.gap;
    watch_.tick(batch.arrival);
    if (!gap && !batch.bytes.empty() && watch_.state() == SourceState::stale) {
        gap =
            Gap{.reason = GapReason::outage,
                .since = watch_.last_line().value_or(oldest_),
                .until = batch.arrival};
    }
    if (gap) {
        reader_.forget();
        clock_.forget_samples();
        ++gaps_;
        last_gap_ = gap;
        sink.gap(*gap);
    }
}

void LineReading::clock_was_set(Duration by, TimePoint now) {
    oldest_ += by;
    clock_.forget_samples();
    watch_.clock_was_set(by);
    ++gaps_;
    Gap gap;
    gap.reason = GapReason::clock;
    gap.since = std::min(now, now - by);
    gap.until = now;
    last_gap_ = gap;
}

void LineReading::read(const logs::ReadLine& line, const LineBatch& batch, ObservationSink& sink) {
    ++lines_;
    forgeries_ += line.forgery ? 1 : 0;
    if (tells_time(line.line)) {
        newest_ = as_utc(line.line.time);
    }
    if (line.line.verdict != logs::Verdict::skip) {
        observe(line, batch, sink);
    } else if (line.line.skip == logs::Skip::other && line.line.has_time) {
        ++parse_errors_;
        keep_sample(line.raw);
    } else {
        ++skipped_[static_cast<std::size_t>(line.line.skip)];
    }
}

void LineReading::observe(
    const logs::ReadLine& read, const LineBatch& batch, ObservationSink& sink
) {
    const logs::AccessLine& line = read.line;
    if (watch_.state() == SourceState::paused) {
        return skip(paused);
    }
    if (!clock_.lead() || clock_.is_in_doubt()) {
        return skip(unknown_clock);
    }
    const TimePoint time = std::min(as_utc(line.time) - *clock_.lead(), batch.arrival);
    if (time < oldest_) {
        return skip(stale);
    }
    const std::string_view account = logs::account_name(line.email, settings_.names);
    if (account.empty() || !line.address) {
        return skip(no_account);
    }
    if (line.verdict == logs::Verdict::weak) {
        return skip(header_address);  // a client can write any address into a header
    }
    ++observations_;
    const auto [file, offset] = place_of(read.raw, batch);
    sink.observe({
        .time = time,
        .account = account,
        .address = *line.address,
        .port = line.port,
        .node = settings_.node_id,
        .inbound = line.inbound,
        .raw = read.raw,
        .file = file,
        .offset = offset,
        .kind = ObservationKind::opened,
        .up = {},
        .down = {},
    });
}

void LineReading::keep_sample(std::string_view raw) {
    if (samples_.size() >= settings_.samples && !samples_.empty()) {
        samples_.pop_front();
    }
    if (samples_.size() < settings_.samples) {
        samples_.push_back(visible(raw));
    }
}

SourceHealth LineReading::health(TimePoint now) const {
    SourceHealth health{
        .source = settings_.source,
        .node = settings_.node,
        .state = watch_.state(),
        .since = watch_.since(),
        .error = watch_.error(),
        .lag = lag_,
        .bytes_behind = behind_,
        .events_per_second = rate_.per_second(now),
        .lines = lines_,
        .observations = observations_,
        .parse_errors = parse_errors_,
        .error_samples = {samples_.begin(), samples_.end()},
        .skipped = {},
        .forgeries = forgeries_,
        .gaps = gaps_,
        .last_gap = last_gap_,
        .zone = clock_.zone(),
        .clock_offset = clock_.offset(),
        .last_line = watch_.last_line(),
        .position = position_,
    };
    for (std::size_t i = 0; i < skipped_.size(); ++i) {
        if (skipped_[i] > 0) {
            const auto reason = i < logs::skip_count ? logs::to_text(static_cast<logs::Skip>(i))
                                                     : own_reasons[i - logs::skip_count];
            health.skipped.push_back({.reason = std::string(reason), .lines = skipped_[i]});
        }
    }
    return health;
}

Checkpoint LineReading::checkpoint() const {
    return {.position = position_, .clock_lead = clock_.lead()};
}

}  // namespace fairgate::sources
