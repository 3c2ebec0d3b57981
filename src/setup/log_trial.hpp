#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "model/origin.hpp"
#include "setup/reach.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace fairgate::setup {

/// Reads the end of an access log and tells whether it can be counted. FG-SET-011 says why not. A
/// log that is there and empty passes with a warning: it may be a new one.
Result<void> test_log(
    const std::string& path, const config::Settings& settings, TimePoint now, const Tell& tell
);

/// How many devices people really use, counted as the daemon counts.
struct Usage {
    std::size_t accounts = 0;                 ///< seen in that time
    std::chrono::minutes length{0};           ///< of the log that was counted
    std::map<int, std::size_t> with_devices;  ///< 2 or more at once -> accounts

    std::size_t above(int limit) const;
};

/// Makes a table of networks for a thread; none: no network is known.
using Networks = std::function<std::shared_ptr<const NetworkTable>()>;

/// From the last 32 MiB of a log, at most the last hour of it. Nothing when nothing could be
/// counted.
std::optional<Usage> usage_in(
    const std::string& path, const config::Settings& settings, const Networks& networks
);

/// "2 devices: 7 of 310 accounts seen in the last 58 min are above that"
std::string in_words(const Usage& usage, int limit);

}  // namespace fairgate::setup
