#pragma once

#include "base/error.hpp"
#include "base/paced_clock.hpp"
#include "config/load.hpp"

#include <functional>
#include <string>

namespace fairgate::daemon {

/// What the daemon is started with.
struct DaemonSettings {
    config::Loaded loaded;      ///< without faults
    config::Sources read_from;  ///< for a reload
    std::string version;
    std::string executable_folder;  ///< where tables that came with the program are looked for
    /// The time everything goes by; none: the machine's. Must outlive the run.
    const PacedClock* clock = nullptr;
    /// Takes the lines of the daemon's own log (daemon/own_log.hpp); none: nobody reads it.
    std::function<void(const std::string&)> log;
    /// Told when everything runs, with one line for people.
    std::function<void(const std::string&)> ready;
};

/// Runs until SIGTERM or SIGINT; SIGHUP reads the configuration again. What is held stays held
/// and is taken up by the next start. Errors are of the start: nothing was changed then.
Result<void> run(DaemonSettings settings);

}  // namespace fairgate::daemon
