#include "backends/pasarguard/event_feed.hpp"

#include "backends/pasarguard/errors.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace fairgate::backends::pasarguard {

namespace asio = boost::asio;
using panel::FeedPiece;

namespace {

/// As long as a line may be for whoever parses it.
constexpr std::size_t longest_line = 64U << 10U;

/// A panel with split roles sends its failure as if it were a line (PasarGuard panel 5,
/// app/routers/node.py).
bool is_error_text(std::string_view data) {
    return data.starts_with("Error retrieving logs:") || data.starts_with("Error: NodeAPIError(");
}

}  // namespace

EventFeed::EventFeed(std::unique_ptr<http::Stream> stream, std::string node)
    : stream_(std::move(stream)), node_(std::move(node)), parser_(longest_line) {}

asio::awaitable<Result<FeedPiece>> EventFeed::read(std::chrono::milliseconds patience) {
    auto bytes = co_await stream_->read(patience);
    if (!bytes) {
        co_return bytes.error();
    }
    FeedPiece piece;
    if (!*bytes) {
        piece.ended = true;
        co_return piece;
    }
    parser_.feed(**bytes);
    piece = take();
    piece.bytes = (**bytes).size();
    co_return piece;
}

/// The events that are complete; an error sent as one is the last.
FeedPiece EventFeed::take() {
    FeedPiece piece;
    while (auto event = parser_.next()) {
        piece.alive = true;
        if (event->data.empty()) {
            continue;  // a ping, or the empty line behind an error text
        }
        if (is_error_text(event->data)) {
            piece.error = stream_error_text(node_, event->data.substr(0, 200));
            return piece;
        }
        std::replace(event->data.begin(), event->data.end(), '\n', ' ');
        piece.lines += event->data;
        piece.lines += '\n';
    }
    return piece;
}

}  // namespace fairgate::backends::pasarguard
