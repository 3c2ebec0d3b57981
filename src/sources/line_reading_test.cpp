#include "sources/line_reading.hpp"

#include "model/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

namespace fairgate::sources {
namespace {

using namespace std::chrono_literals;

const TimePoint noon = parse_rfc3339("2026-08-05T12:00:00Z").value();

/// A line as a core in that zone writes it.
std::string line_at(TimePoint time, Duration zone = 0h, std::string_view email = "7.ali") {
    std::string text = to_rfc3339(std::chrono::floor<std::chrono::seconds>(time + zone));
    text = text.substr(0, 4) + "/" + text.substr(5, 2) + "/" + text.substr(8, 2) + " " +
           text.substr(11, 8);
    return text + " from 198.51.100.7:40000 accepted tcp:a.example:443 [in -> out] email: " +
           std::string(email) + "\n";
}

LineBatch batch_of(std::string bytes, TimePoint arrival) {
    LineBatch batch;
    batch.bytes = std::move(bytes);
    batch.arrival = arrival;
    return batch;
}

struct Recorder final : ObservationSink {
    void observe(const Observation& seen) override {
        times.push_back(seen.time);
        accounts.emplace_back(seen.account);
        places.push_back(std::string(seen.file) + ":" + std::to_string(seen.offset));
    }
    void gap(const Gap& gap) override { gaps.push_back(gap); }

    std::vector<TimePoint> times;
    std::vector<std::string> accounts;
    std::vector<std::string> places;
    std::vector<Gap> gaps;
};

LineReadingSettings in_utc() {
    LineReadingSettings settings;
    settings.source = "main";
    settings.node = "de-1";
    settings.clock_lead = 0s;
    return settings;
}

std::uint64_t skipped(const LineReading& reading, std::string_view reason) {
    for (const SkipCount& each : reading.health(noon).skipped) {
        if (each.reason == reason) {
            return each.lines;
        }
    }
    return 0;
}

TEST(line_reading, a_line_becomes_an_observation_at_its_own_time) {
    Recorder seen;
    LineReading reading(in_utc(), noon);
    reading.take(batch_of(line_at(noon - 20s), noon), seen);
    ASSERT_EQ(seen.accounts, std::vector<std::string>{"ali"});
    EXPECT_EQ(seen.times[0], noon - 20s);
    EXPECT_EQ(reading.state(), SourceState::live);
    EXPECT_EQ(reading.health(noon).lag, 20s);
}

TEST(line_reading, a_line_tells_the_file_and_the_byte_it_stands_at) {
    Recorder seen;
    LineReading reading(in_utc(), noon);
    const std::string line = line_at(noon - 20s);
    LineBatch batch = batch_of(line + line + line, noon);
    batch.stretches = {{0, "access.log.1", 700}, {2 * line.size(), "access.log", 0}};
    reading.take(batch, seen);
    const std::vector<std::string> expected = {
        "access.log.1:700", "access.log.1:" + std::to_string(700 + line.size()), "access.log:0"
    };
    EXPECT_EQ(seen.places, expected);
}

TEST(line_reading, a_backlog_from_before_the_window_is_counted_and_dropped) {
    Recorder seen;
    LineReading reading(in_utc(), noon);
    reading.take(batch_of(line_at(noon - 6min) + line_at(noon - 4min), noon + 1min), seen);
    EXPECT_EQ(seen.times, std::vector{noon - 4min});
    EXPECT_EQ(skipped(reading, "stale"), 1U);
}

TEST(line_reading, a_clock_of_ours_that_is_set_back_makes_no_line_stale) {
    Recorder seen;
    LineReading reading(in_utc(), noon);
    reading.take(batch_of(line_at(noon), noon), seen);
    reading.clock_was_set(-2h, noon - 2h);
    EXPECT_EQ(reading.state(), SourceState::live);
    reading.take(batch_of(line_at(noon - 2h + 1s), noon - 2h + 1s), seen);
    ASSERT_EQ(seen.times.size(), 2U);
    EXPECT_EQ(seen.times[1], noon - 2h + 1s);
    const SourceHealth health = reading.health(noon - 2h + 1s);
    EXPECT_EQ(health.gaps, 1U);
    EXPECT_EQ(health.last_gap->reason, GapReason::clock);
    reading.tick(noon - 2h + 40s);
    EXPECT_EQ(reading.state(), SourceState::silent) << "silence is measured in time that passed";
}

TEST(line_reading, a_zone_is_learned_from_running_lines_before_anything_is_counted) {
    Recorder seen;
    LineReadingSettings settings = in_utc();
    settings.clock_lead.reset();
    LineReading reading(settings, noon);
    const Duration iran = 3h + 30min;
    for (int second = 0; second < 10; ++second) {
        const TimePoint now = noon + std::chrono::seconds(second);
        reading.take(batch_of(line_at(now - 1s, iran), now), seen);
    }
    EXPECT_EQ(reading.health(noon).zone, iran);
    EXPECT_EQ(reading.health(noon).clock_offset, -1s);
    EXPECT_EQ(skipped(reading, "unknown-clock"), 6U);
    EXPECT_EQ(seen.times.size(), 4U);
    EXPECT_EQ(seen.times.back(), noon + 9s);
}

TEST(line_reading, hours_of_backlog_are_not_taken_for_a_zone) {
    Recorder seen;
    LineReadingSettings settings = in_utc();
    settings.clock_lead.reset();
    LineReading reading(settings, noon);
    TimePoint now = noon;
    // Four hours of lines in eight seconds, as a node gives them that nobody read.
    for (TimePoint written = noon - 4h; written < now; written += 30min, now += 1s) {
        reading.take(batch_of(line_at(written), now), seen);
    }
    EXPECT_FALSE(reading.health(now).zone);
    for (int second = 0; second < 12; ++second, now += 1s) {
        reading.take(batch_of(line_at(now), now), seen);
    }
    EXPECT_EQ(reading.health(now).zone, 0h);
    for (const TimePoint time : seen.times) {
        EXPECT_GE(time, noon);
    }
}

TEST(line_reading, a_clock_that_is_off_is_corrected_and_shown) {
    Recorder seen;
    LineReading reading(in_utc(), noon);
    for (int second = 0; second < 8; ++second) {
        const TimePoint now = noon + std::chrono::seconds(second);
        reading.take(batch_of(line_at(now + 40s), now), seen);
    }
    EXPECT_EQ(reading.health(noon).zone, 0h);
    EXPECT_EQ(reading.health(noon).clock_offset, 40s);
    EXPECT_EQ(seen.times.back(), noon + 7s);
}

TEST(line_reading, no_observation_lies_in_the_future) {
    Recorder seen;
    LineReading reading(in_utc(), noon);
    reading.take(batch_of(line_at(noon + 1h), noon), seen);
    EXPECT_EQ(seen.times, std::vector{noon});
}

TEST(line_reading, summer_time_ending_is_learned_again_however_busy_the_log_is) {
    for (const int every : {1, 5}) {
        Recorder seen;
        LineReadingSettings settings = in_utc();
        settings.clock_lead = 2h;
        LineReading reading(settings, noon);
        for (int second = 0; second < 60; second += every) {
            const TimePoint now = noon + std::chrono::seconds(second);
            reading.take(batch_of(line_at(now, 1h), now), seen);
        }
        EXPECT_EQ(reading.health(noon).zone, 1h);
        ASSERT_FALSE(seen.times.empty());
        EXPECT_EQ(seen.times.back(), noon + std::chrono::seconds(60 - every));
    }
}

TEST(line_reading, a_clock_set_back_by_minutes_places_one_slot_of_lines_wrongly_and_no_more) {
    Recorder seen;
    LineReading reading(in_utc(), noon - 1h);
    for (int second = 0; second < 120; ++second) {
        const TimePoint now = noon + std::chrono::seconds(second);
        const Duration back = second < 60 ? 0s : 3min;
        reading.take(batch_of(line_at(now - back), now), seen);
    }
    const TimePoint set = noon + 1min;
    const auto wrong =
        std::ranges::count_if(seen.times, [&](TimePoint time) { return time < set - 2min; });
    EXPECT_LE(wrong, 10);
    EXPECT_EQ(seen.times.back(), noon + 119s);
    EXPECT_EQ(reading.health(noon).clock_offset, -3min);
}

TEST(line_reading, a_source_goes_silent_then_stale_and_comes_back_with_a_gap) {
    Recorder seen;
    LineReading reading(in_utc(), noon);
    reading.take(batch_of(line_at(noon), noon), seen);
    reading.take(batch_of("", noon + 29s), seen);
    EXPECT_EQ(reading.state(), SourceState::live);
    reading.take(batch_of("", noon + 30s), seen);
    EXPECT_EQ(reading.state(), SourceState::silent);
    EXPECT_TRUE(reading.is_trustworthy());
    reading.tick(noon + 5min);
    EXPECT_EQ(reading.state(), SourceState::stale);
    EXPECT_FALSE(reading.is_trustworthy());
    EXPECT_TRUE(seen.gaps.empty());
    reading.take(batch_of(line_at(noon + 6min), noon + 6min), seen);
    EXPECT_EQ(reading.state(), SourceState::live);
    ASSERT_EQ(seen.gaps.size(), 1U);
    EXPECT_EQ(seen.gaps[0].since, noon);
    EXPECT_EQ(seen.gaps[0].until, noon + 6min);
}

TEST(line_reading, an_error_shows_until_the_source_reads_again) {
    Recorder seen;
    LineReading reading(in_utc(), noon);
    reading.fail(Error{.code = "FG-SRC-001", .what = "cannot read"}, noon);
    EXPECT_EQ(reading.state(), SourceState::failed);
    EXPECT_EQ(reading.health(noon).error->code, "FG-SRC-001");
    reading.take(batch_of("", noon + 1s), seen);
    EXPECT_EQ(reading.state(), SourceState::starting);
    EXPECT_FALSE(reading.health(noon).error);
}

TEST(line_reading, a_paused_source_is_read_and_not_counted) {
    Recorder seen;
    LineReading reading(in_utc(), noon);
    reading.pause(noon);
    reading.take(batch_of(line_at(noon), noon), seen);
    EXPECT_EQ(reading.state(), SourceState::paused);
    EXPECT_TRUE(seen.times.empty());
    reading.resume(noon + 1s);
    reading.take(batch_of(line_at(noon + 2s), noon + 2s), seen);
    EXPECT_EQ(seen.times.size(), 1U);
}

TEST(line_reading, unreadable_lines_are_counted_and_a_few_are_kept_to_show) {
    Recorder seen;
    LineReading reading(in_utc(), noon);
    std::string bytes;
    for (int i = 0; i < 7; ++i) {
        bytes += "2026/08/05 12:00:00 from nowhere\x1b[31m " + std::to_string(i) + "\n";
    }
    bytes += "Xray 26.3.27 started\n2026/08/05 12:00:00 [Warning] core: started\n";
    reading.take(batch_of(bytes, noon), seen);
    const SourceHealth health = reading.health(noon);
    EXPECT_EQ(health.lines, 9U);
    EXPECT_EQ(health.parse_errors, 7U);
    ASSERT_EQ(health.error_samples.size(), 5U);
    EXPECT_EQ(health.error_samples[4], "2026/08/05 12:00:00 from nowhere\\x1b[31m 6");
    EXPECT_EQ(skipped(reading, "other"), 1U);
    EXPECT_EQ(skipped(reading, "errorlog"), 1U);
}

TEST(line_reading, the_rate_is_that_of_the_last_ten_seconds) {
    Recorder seen;
    LineReading reading(in_utc(), noon);
    for (int second = 0; second < 20; ++second) {
        const TimePoint now = noon + std::chrono::seconds(second);
        reading.take(batch_of(line_at(now) + line_at(now) + line_at(now), now), seen);
    }
    EXPECT_DOUBLE_EQ(reading.health(noon + 20s).events_per_second, 3.0);
    EXPECT_DOUBLE_EQ(reading.health(noon + 40s).events_per_second, 0.0);
}

TEST(line_reading, a_checkpoint_survives_as_text) {
    const Checkpoint kept{.position = R"({"offset":7})", .clock_lead = -3h - 1us};
    EXPECT_EQ(parse_checkpoint(to_text(kept)), kept);
    EXPECT_EQ(parse_checkpoint("rubbish"), Checkpoint{});
}

RC_GTEST_PROP(line_reading, batches_may_be_cut_at_any_line, (std::vector<std::uint8_t> cuts)) {
    std::string all;
    for (int i = 0; i < 40; ++i) {
        all += line_at(noon, 0h, std::to_string(i) + ".a" + std::to_string(i));
    }
    Recorder whole;
    Recorder pieces;
    LineReading first(in_utc(), noon);
    LineReading second(in_utc(), noon);
    first.take(batch_of(all, noon), whole);
    std::string rest = all;
    for (const std::uint8_t cut : cuts) {
        const std::size_t end = rest.find('\n', cut);
        if (end != std::string::npos) {
            second.take(batch_of(rest.substr(0, end + 1), noon), pieces);
            rest = rest.substr(end + 1);
        }
    }
    second.take(batch_of(rest, noon), pieces);
    RC_ASSERT(whole.accounts == pieces.accounts);
    RC_ASSERT(whole.accounts.size() == 40U);
}

}  // namespace
}  // namespace fairgate::sources
