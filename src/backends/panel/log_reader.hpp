#pragma once

#include "backends/panel/log_stream.hpp"
#include "base/backoff.hpp"

#include <boost/asio/steady_timer.hpp>

#include <optional>

namespace fairgate::backends::panel {

/// What LogStream is made of: keeps the stream of one node open, takes its
/// lines, and holds them until they are asked for. One coroutine reads, one asks.
///
///     opening --200--> reading --silent, or asked to--> opening
///        |                |
///        +---refused------+---end, broken, dead--> waiting (back-off) --> opening
class LogReader {
public:
    LogReader(
        const boost::asio::any_io_executor& executor,
        LogOrigin origin,
        const Clock& clock,
        LogStreamSettings settings,
        std::uint64_t seed
    );

    const std::string& source() const { return settings_.source; }
    const std::string& node() const { return origin_.node; }
    std::uint64_t times_opened() const { return times_opened_; }
    std::chrono::milliseconds silent_for() const;

    boost::asio::awaitable<Result<sources::LineBatch>> next();
    void reopen();
    void end();
    void broke_down(const std::string& task);

private:
    using Time = std::chrono::steady_clock::time_point;
    enum class End { none, silent, asked, clean, broken };
    class UnderWay;

    friend boost::asio::awaitable<void> keep_reading(std::shared_ptr<LogReader> reader);
    friend boost::asio::awaitable<void> read_stream(
        std::shared_ptr<LogReader> reader, std::shared_ptr<LineFeed> feed
    );

    boost::asio::awaitable<void> read(LineFeed& feed);
    boost::asio::awaitable<void> pause_after(std::size_t bytes);
    void take(FeedPiece piece);
    void begin();
    void sign_of_life();
    void stop(End end, std::optional<Error> error);
    void stop_at_end_of_body();
    void stop_after(const Error& failure, std::chrono::milliseconds silence_left);
    std::chrono::milliseconds wait_before_opening();

    boost::asio::any_io_executor executor_;
    LogOrigin origin_;
    const Clock& clock_;
    LogStreamSettings settings_;
    Backoff backoff_;

    // For next().
    std::string lines_;
    TimePoint arrival_{};
    std::optional<sources::Gap> gap_;
    std::optional<Error> error_;
    bool node_gone_ = false;
    bool told_gone_ = false;

    // Of the stream that is open, or was last.
    End end_ = End::none;
    bool under_way_ = false;
    Time opened_{};
    Time last_line_;
    bool has_lines_ = false;
    bool has_signs_ = false;

    // Of all streams so far.
    std::uint64_t times_opened_ = 0;
    std::optional<TimePoint> last_sign_;  ///< a line, or a ping where pings prove something
    bool broken_since_ = false;           ///< since then one was refused or broke off

    // Each is waited for by one coroutine, and cancelled to wake it.
    boost::asio::steady_timer news_;
    boost::asio::steady_timer room_;
    boost::asio::steady_timer over_;
};

/// Opens and reads for ever, one stream after the other; cancelled when nobody wants it.
boost::asio::awaitable<void> keep_reading(std::shared_ptr<LogReader> reader);

}  // namespace fairgate::backends::panel
