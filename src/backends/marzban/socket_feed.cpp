#include "backends/marzban/socket_feed.hpp"

#include "backends/marzban/errors.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace fairgate::backends::marzban {

namespace asio = boost::asio;
using http::WebSocketMessage;
using panel::FeedPiece;

namespace {

/// What has come already is taken in one go up to this, since a core without interval sends a frame
/// for each line.
constexpr std::size_t enough = 256U << 10U;
/// As long as a line may be for whoever parses it.
constexpr std::size_t longest_line = 64U << 10U;
/// The rest of a message whose beginning has come.
constexpr std::chrono::seconds rest_patience{5};
/// Five times a second up to 100 lines; a little below, as they are not counted to the moment.
constexpr std::size_t most_a_second = 450;

}  // namespace

bool LossWatch::saw(std::size_t lines, Time now) {
    if (now - since_ >= std::chrono::seconds(1)) {
        since_ = now;
        lines_ = 0;
    }
    const bool before = lines_ >= most_a_second;
    lines_ += lines;
    return !before && lines_ >= most_a_second;
}

SocketFeed::SocketFeed(std::unique_ptr<http::WebSocket> socket, std::shared_ptr<ReplayFilter> seen)
    : socket_(std::move(socket)), seen_(std::move(seen)) {}

asio::awaitable<Result<FeedPiece>> SocketFeed::read(std::chrono::milliseconds patience) {
    FeedPiece piece;
    std::chrono::milliseconds wait = patience;
    do {
        const auto message = co_await socket_->read(wait);
        if (!message) {
            if (piece.alive) {
                break;  // what has come is given first; the next read says it again
            }
            co_return message.error();
        }
        piece.alive = true;
        if (message->kind == WebSocketMessage::Kind::closed) {
            // 1012 is a restart; 1006 a node that was deleted, or the panel's end.
            piece.ended = message->code != 1006;
            if (!piece.ended) {
                piece.error = panel::product_error(
                    product, "030", "the node's log stream ended", "without a close (1006)"
                );
            }
            break;
        }
        if (message->kind == WebSocketMessage::Kind::text ||
            message->kind == WebSocketMessage::Kind::binary) {
            take(message->data, piece);
        }
        wait = rest_patience;
    } while (!socket_->quiet() && piece.bytes < enough);
    const auto lines = std::count(piece.lines.begin(), piece.lines.end(), '\n');
    piece.lost = loss_.saw(static_cast<std::size_t>(lines), std::chrono::steady_clock::now());
    co_return piece;
}

void SocketFeed::take(std::string_view frame, FeedPiece& piece) {
    piece.bytes += frame.size();
    while (!frame.empty()) {
        const std::size_t end = std::min(frame.find('\n'), frame.size());
        std::string_view line = frame.substr(0, end);
        frame.remove_prefix(std::min(end + 1, frame.size()));
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty() || line.size() > longest_line || !seen_->is_new(line)) {
            continue;
        }
        piece.lines += line;
        piece.lines += '\n';
    }
}

}  // namespace fairgate::backends::marzban
