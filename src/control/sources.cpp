#include "control/sources.hpp"

#include "control/errors.hpp"
#include "control/words.hpp"

#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

/// A length of time in whole units.
template <class Unit>
std::optional<std::int64_t> in(const std::optional<Duration>& length) {
    return length ? std::optional<std::int64_t>(std::chrono::round<Unit>(*length).count())
                  : std::nullopt;
}

SourceRow row_of(const sources::SourceHealth& health) {
    SourceRow row;
    row.source = health.source;
    row.node = health.node;
    row.state = health.state;
    row.since = health.since;
    row.error = health.error ? to_line(*health.error) : "";
    row.events_per_second = health.events_per_second;
    row.lag_ms = in<std::chrono::milliseconds>(health.lag);
    row.bytes_behind = health.bytes_behind;
    row.last_line = health.last_line;
    row.lines = health.lines;
    row.observations = health.observations;
    row.parse_errors = health.parse_errors;
    row.error_samples = health.error_samples;
    row.skipped = health.skipped;
    row.forgeries = health.forgeries;
    row.gaps = health.gaps;
    row.last_gap = health.last_gap;
    row.zone_seconds = in<std::chrono::seconds>(health.zone);
    row.clock_offset_ms = in<std::chrono::milliseconds>(health.clock_offset);
    return row;
}

enum class Switch { pause, resume };

asio::awaitable<Result<Change>> turn(
    Desk desk, Asker asker, std::string source, Run run, Switch which
) {
    if (auto allowed = require(asker, Scope::admin); !allowed) {
        co_return allowed.error();
    }
    const auto found = show_source(desk.live, source);
    if (!found) {
        co_return found.error();
    }
    const bool paused = found->state == sources::SourceState::paused;
    const bool pause = which == Switch::pause;
    Change change;
    if (paused == pause) {
        change.message = source + (pause ? " is paused already" : " is being read already");
        co_return change;
    }
    if (run == Run::dry) {
        change.plan = {
            {pause ? "stop reading " + source + "; nothing rests on it meanwhile"
                   : "read " + source + " again from where it was left"}
        };
        co_return change;
    }
    Result<void> done;
    if (pause) {
        done = co_await desk.orders.pause_source(source);
    } else {
        done = co_await desk.orders.resume_source(source);
    }
    if (!done) {
        co_return done.error();
    }
    store::AuditEntry audit;
    audit.time = desk.live.now();
    audit.who = asker.who;
    audit.via = asker.via;
    audit.action = pause ? "source.pause" : "source.resume";
    audit.object = source;
    audit.request_id = asker.request_id;
    auto write = [audit = std::move(audit)](store::Store& store) {
        return store.audit().add(audit);
    };
    (void)co_await desk.records.with(std::move(write));
    Happening told;
    told.topic = Topic::source;
    told.time = desk.live.now();
    told.message =
        "source " + source + (pause ? " is paused" : " is read again") + ", by " + asker.who;
    desk.events.publish(std::move(told));
    change.changed = true;
    change.message = source + (pause ? " is paused" : " is read again");
    change.undo =
        std::string("fairgate source ") + (pause ? "resume " : "pause ") + as_argument(source);
    co_return change;
}

}  // namespace

std::vector<SourceRow> list_sources(const Live& live) {
    std::vector<SourceRow> rows;
    for (const sources::SourceHealth& health : live.sources()) {
        rows.push_back(row_of(health));
    }
    return rows;
}

Result<SourceRow> show_source(const Live& live, const std::string& source) {
    for (const sources::SourceHealth& health : live.sources()) {
        if (health.source == source) {
            return row_of(health);
        }
    }
    return errors::no_such("source", source);
}

asio::awaitable<Result<Tested>> test_source(Desk desk, std::string source) {
    auto checks = co_await desk.orders.test_source(source);
    if (!checks) {
        co_return checks.error();
    }
    Tested tested;
    tested.checks = *std::move(checks);
    co_return tested;
}

asio::awaitable<Result<Change>> pause_source(Desk desk, Asker asker, std::string source, Run run) {
    co_return co_await turn(desk, std::move(asker), std::move(source), run, Switch::pause);
}

asio::awaitable<Result<Change>> resume_source(Desk desk, Asker asker, std::string source, Run run) {
    co_return co_await turn(desk, std::move(asker), std::move(source), run, Switch::resume);
}

}  // namespace fairgate::control
