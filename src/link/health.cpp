#include "link/health.hpp"

#include "sources/visible.hpp"

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <algorithm>

namespace fairgate::link {

using sources::SourceState;
using sources::visible;

namespace {

constexpr int most_samples = 5;
constexpr int most_reasons = 32;

SourceState state_of(const std::string& text) {
    SourceState found = SourceState::failed;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<SourceState>>([&](auto one) {
        if (text == one.name) {
            found = one.value;
        }
    });
    return found;
}

std::int64_t us(TimePoint time) { return time.time_since_epoch().count(); }
TimePoint time_of(std::int64_t us) { return TimePoint(Duration(us)); }

}  // namespace

void tell(const sources::SourceHealth& health, wire::SourceHealth& out) {
    out.set_name(visible(health.source, 64));
    out.set_state(std::string(sources::to_text(health.state)));
    out.set_since_us(us(health.since));
    out.set_error(health.error ? visible(to_line(*health.error), 300) : "");
    out.set_has_lag(health.lag.has_value());
    out.set_lag_us(health.lag.value_or(Duration(0)).count());
    out.set_behind(health.bytes_behind);
    out.set_per_second(health.events_per_second);
    out.set_lines(health.lines);
    out.set_observations(health.observations);
    out.set_parse_errors(health.parse_errors);
    for (const std::string& sample : health.error_samples) {
        out.add_samples(sample);
    }
    for (const sources::SkipCount& skip : health.skipped) {
        wire::Skipped& one = *out.add_skipped();
        one.set_reason(skip.reason);
        one.set_lines(skip.lines);
    }
    out.set_forgeries(health.forgeries);
    out.set_gaps(health.gaps);
    out.set_has_last_line(health.last_line.has_value());
    out.set_last_line_us(us(health.last_line.value_or(TimePoint())));
    out.set_has_clock(health.zone.has_value() && health.clock_offset.has_value());
    out.set_zone_us(health.zone.value_or(Duration(0)).count());
    out.set_offset_us(health.clock_offset.value_or(Duration(0)).count());
}

sources::SourceHealth read(const wire::SourceHealth& told) {
    sources::SourceHealth health;
    health.source = visible(told.name(), 64);
    health.state = state_of(told.state());
    health.since = time_of(told.since_us());
    if (!told.error().empty()) {
        Error error;
        error.code = visible(told.error().substr(0, told.error().find(':')), 16);
        error.what = visible(told.error(), 300);
        health.error = std::move(error);
    }
    if (told.has_lag()) {
        health.lag = Duration(told.lag_us());
    }
    health.bytes_behind = told.behind();
    health.events_per_second = told.per_second();
    health.lines = told.lines();
    health.observations = told.observations();
    health.parse_errors = told.parse_errors();
    for (int i = 0; i < std::min(told.samples_size(), most_samples); ++i) {
        health.error_samples.push_back(visible(told.samples(i)));
    }
    for (int i = 0; i < std::min(told.skipped_size(), most_reasons); ++i) {
        health.skipped.push_back({visible(told.skipped(i).reason(), 32), told.skipped(i).lines()});
    }
    health.forgeries = told.forgeries();
    health.gaps = told.gaps();
    if (told.has_last_line()) {
        health.last_line = time_of(told.last_line_us());
    }
    if (told.has_clock()) {
        health.zone = Duration(told.zone_us());
        health.clock_offset = Duration(told.offset_us());
    }
    return health;
}

}  // namespace fairgate::link
