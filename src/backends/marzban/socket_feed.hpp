#pragma once

#include "backends/marzban/replay_filter.hpp"
#include "backends/panel/line_feed.hpp"
#include "http/websocket.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace fairgate::backends::marzban {

/// Notices that a core writes more than the panel passes on: each socket holds 100 lines and is
/// emptied five times a second, so that above 500 a second the oldest vanish without a word.
class LossWatch {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// True when so many lines have come within a second that some must be missing; once for each
    /// such second.
    bool saw(std::size_t lines, Time now);

private:
    Time since_{};
    std::size_t lines_ = 0;
};

/// The lines in the frames of a log socket, in any of the panel's framings: one line a frame, many
/// that each end in a line feed, and such with empty ones between them. Pings are signs of life,
/// and prove nothing of the core: a socket outlives the panel's object of a node.
class SocketFeed final : public panel::LineFeed {
public:
    /// `seen` outlives the socket: it knows what came on the one before.
    SocketFeed(std::unique_ptr<http::WebSocket> socket, std::shared_ptr<ReplayFilter> seen);

    boost::asio::awaitable<Result<panel::FeedPiece>> read(std::chrono::milliseconds patience
    ) override;

private:
    void take(std::string_view frame, panel::FeedPiece& piece);

    std::unique_ptr<http::WebSocket> socket_;
    std::shared_ptr<ReplayFilter> seen_;
    LossWatch loss_;
};

}  // namespace fairgate::backends::marzban
