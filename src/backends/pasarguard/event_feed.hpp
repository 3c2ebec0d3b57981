#pragma once

#include "backends/panel/line_feed.hpp"
#include "http/client.hpp"
#include "http/events.hpp"

#include <memory>
#include <string>

namespace fairgate::backends::pasarguard {

/// The lines in a stream of server-sent events: one event a line, comments as pings.
class EventFeed final : public panel::LineFeed {
public:
    EventFeed(std::unique_ptr<http::Stream> stream, std::string node);

    boost::asio::awaitable<Result<panel::FeedPiece>> read(std::chrono::milliseconds patience
    ) override;

private:
    panel::FeedPiece take();

    std::unique_ptr<http::Stream> stream_;
    std::string node_;
    http::EventParser parser_;
};

}  // namespace fairgate::backends::pasarguard
