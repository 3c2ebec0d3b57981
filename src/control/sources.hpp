#pragma once

#include "control/asker.hpp"
#include "control/change.hpp"
#include "control/check.hpp"
#include "control/desk.hpp"
#include "sources/source.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

struct SourceRow {
    std::string source;
    std::string node;
    sources::SourceState state = sources::SourceState::starting;
    TimePoint since;
    std::string error;
    double events_per_second = 0;
    std::optional<std::int64_t> lag_ms;
    std::uint64_t bytes_behind = 0;
    std::optional<TimePoint> last_line;
    std::uint64_t lines = 0;
    std::uint64_t observations = 0;
    std::uint64_t parse_errors = 0;
    std::vector<std::string> error_samples;
    std::vector<sources::SkipCount> skipped;
    std::uint64_t forgeries = 0;
    std::uint64_t gaps = 0;
    std::optional<sources::Gap> last_gap;
    std::optional<std::int64_t> zone_seconds;  ///< east of UTC
    std::optional<std::int64_t> clock_offset_ms;
};
BOOST_DESCRIBE_STRUCT(
    SourceRow,
    (),
    (source,
     node,
     state,
     since,
     error,
     events_per_second,
     lag_ms,
     bytes_behind,
     last_line,
     lines,
     observations,
     parse_errors,
     error_samples,
     skipped,
     forgeries,
     gaps,
     last_gap,
     zone_seconds,
     clock_offset_ms)
)

struct Tested {
    std::vector<Check> checks;
};
BOOST_DESCRIBE_STRUCT(Tested, (), (checks))

std::vector<SourceRow> list_sources(const Live& live);
Result<SourceRow> show_source(const Live& live, const std::string& source);

boost::asio::awaitable<Result<Tested>> test_source(Desk desk, std::string source);

/// Stops reading a source, and reads on. FG-CTL-001.
boost::asio::awaitable<Result<Change>> pause_source(
    Desk desk, Asker asker, std::string source, Run run
);
boost::asio::awaitable<Result<Change>> resume_source(
    Desk desk, Asker asker, std::string source, Run run
);

}  // namespace fairgate::control
