#pragma once

#include "config/load.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace fairgate::daemon {

/// Whoever started the daemon and wants to know how it is: systemd, by sd_notify(3)'s protocol.
/// Without one (NOTIFY_SOCKET is not set) every call does nothing.
class Supervisor {
public:
    /// From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID of this process's environment.
    static Supervisor from(const config::Environment& environment);
    Supervisor() = default;
    explicit Supervisor(std::string socket, std::optional<std::chrono::microseconds> watchdog = {})
        : socket_(std::move(socket)), watchdog_(watchdog) {}

    void ready(const std::string& status) const;
    /// Tells that the configuration is being read again; ready() ends it.
    void reloading() const;
    void stopping() const;
    /// Still alive. To be called about once a second; tells it as often as is asked for.
    void alive(std::chrono::steady_clock::time_point now);

private:
    void send(const std::string& lines) const;

    std::string socket_;
    std::optional<std::chrono::microseconds> watchdog_;
    std::chrono::steady_clock::time_point told_;
};

}  // namespace fairgate::daemon
