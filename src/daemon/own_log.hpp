#pragma once

#include "base/clock.hpp"
#include "control/events.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate::daemon {

/// What the daemon says on its standard error, which journald or Docker keeps: a line for every
/// decision, for every measure that came into force, ended or failed, for alarms, and for what was
/// changed or fell silent. Who wants more follows the events (`fairgate watch`).
///
///     decision dec_12 in_force: block "alice" until 2026-02-06T12:30:00Z: 3 devices at once, …
///
/// What others chose (names, causes) is escaped, so one event is one line. A storm does not flood
/// the log: beyond `most_lines` a minute, lines are counted and not written.
class OwnLog {
public:
    using Steady = std::chrono::steady_clock::time_point;
    using Write = std::function<void(const std::string& line)>;

    static constexpr std::size_t most_lines = 120;

    /// Whether each line begins with its time: journald knows it, a file does not.
    enum class Stamp : std::uint8_t { none, time };

    OwnLog(Write write, Stamp stamp) : write_(std::move(write)), stamp_(stamp) {}

    /// Writes what is published behind `id`, until it is cancelled or the log closes.
    boost::asio::awaitable<void> follow(
        control::EventLog& events, std::uint64_t id, const Clock& clock
    );

    /// Writes the line of one event, if it has one and there is room. `now` only measures minutes.
    void take(const control::Happening& happened, Steady now);

private:
    void write(TimePoint time, const std::string& line) const;
    std::optional<std::string> line_of(const control::Happening& happened);
    std::optional<std::string> measure_line(const control::Happening& happened);
    void tell_left_out(TimePoint time, Steady now);

    Write write_;
    Stamp stamp_;
    std::map<std::string, std::string> states_;  ///< of measures that are not final, by id
    std::optional<Steady> minute_;               ///< when the minute that is counted began
    std::size_t written_ = 0;
    std::size_t left_out_ = 0;
};

}  // namespace fairgate::daemon
