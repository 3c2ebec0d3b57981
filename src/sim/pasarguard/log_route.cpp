#include "model/time.hpp"
#include "sim/pasarguard/panel.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <set>
#include <utility>

// GET /api/node/{id}/logs: Server-Sent Events of one node's log, CRLF, a comment every 15 s, no
// ids (PasarGuard panel, app/routers/node.py with sse-starlette).
namespace fairgate::sim::pasarguard {

namespace asio = boost::asio;

namespace {

/// How often a silent stream looks whether its reader is still there.
constexpr std::chrono::milliseconds look_every{50};

/// One reader of a channel, from attach to detach.
class Reading {
public:
    Reading(
        std::shared_ptr<LogChannel> channel,
        const asio::any_io_executor& executor,
        const http::Exchange& exchange
    )
        : channel_(std::move(channel)), wake_(executor) {
        id_ = channel_->attach(
            [this] { wake_.cancel(); }, [&exchange] { return !exchange.peer_gone(); }
        );
    }
    ~Reading() { channel_->detach(id_); }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    std::vector<std::string> take(std::size_t most) { return channel_->take(id_, most); }
    bool finished() const { return channel_->finished(); }

    asio::awaitable<void> wait(std::chrono::milliseconds most) {
        boost::system::error_code woken;
        wake_.expires_after(most);
        co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }

private:
    std::shared_ptr<LogChannel> channel_;
    asio::steady_timer wake_;
    LogChannel::ReaderId id_ = 0;
};

std::string data_event(const std::string& line) { return "data: " + line + "\r\n\r\n"; }

http::Response stream_head() {
    http::Response head;
    head.headers.set("Content-Type", "text/event-stream; charset=utf-8");
    head.headers.set("Cache-Control", "no-store");
    head.headers.set("X-Accel-Buffering", "no");
    return head;
}

}  // namespace

/// Who reads which node's log right now.
struct Panel::Streams {
    std::set<std::pair<std::int64_t, const http::Exchange*>> open;
    std::size_t most = 0;

    std::size_t count(std::int64_t node_id) const {
        std::size_t number = 0;
        for (const auto& [node, exchange] : open) {
            number += node == node_id && !exchange->peer_gone() ? 1U : 0U;
        }
        return number;
    }
};

class Panel::StreamCount {
public:
    StreamCount(std::shared_ptr<Streams> streams, std::int64_t node, const http::Exchange& exchange)
        : streams_(std::move(streams)), key_(node, &exchange) {
        streams_->open.insert(key_);
        streams_->most = std::max(streams_->most, streams_->count(node));
    }
    ~StreamCount() { streams_->open.erase(key_); }
    StreamCount(const StreamCount&) = delete;
    StreamCount& operator=(const StreamCount&) = delete;

private:
    std::shared_ptr<Streams> streams_;
    std::pair<std::int64_t, const http::Exchange*> key_;
};

std::shared_ptr<Panel::Streams> Panel::make_streams() { return std::make_shared<Streams>(); }

std::size_t Panel::open_streams(std::int64_t node_id) const { return streams_->count(node_id); }

std::size_t Panel::most_streams() const { return streams_->most; }

asio::awaitable<void> Panel::serve_log(http::Exchange& exchange) {
    const http::Request& request = exchange.request();
    if (before_call) {
        before_call(request);
    }
    auto node = open_log(world_, request, clock_.now());
    record(request, node ? 200 : node.error().status);
    if (!node) {
        co_await exchange.respond(refusal_response(node.error()));
        co_return;
    }
    const StreamCount counted(streams_, (*node)->id, exchange);
    co_await exchange.begin(stream_head());
    co_await stream_lines(exchange, **node);
}

asio::awaitable<void> Panel::stream_lines(http::Exchange& exchange, Node& node) {
    const LogFault fault = log_faults_[node.id];
    if (!fault.text_then_end.empty()) {
        co_await send_pieces(exchange, data_event(fault.text_then_end) + data_event(""));
        co_return;
    }
    if (!node.core_running) {
        co_return;  // the panel only logs the node's refusal
    }
    if (fault.never_answers) {
        co_await hang(exchange);
    }
    Reading reading(node.channel(), executor(), exchange);
    std::size_t left = fault.end_after.value_or(SIZE_MAX);
    auto ping_due = std::chrono::steady_clock::now() + settings_.ping_every;
    while (!exchange.peer_gone() && left > 0 && !reading.finished()) {
        std::string text;
        for (const std::string& line : reading.take(std::min(left, settings_.most_events))) {
            text += data_event(line);
            left -= left == SIZE_MAX ? 0 : 1;
        }
        const auto now = std::chrono::steady_clock::now();
        if (now >= ping_due) {
            text += ": ping - " + to_rfc3339(clock_.now()) + "\r\n\r\n";
            ping_due = now + settings_.ping_every;
        }
        if (text.empty()) {
            co_await reading.wait(look_every);
            continue;
        }
        const bool sent = co_await send_pieces(exchange, std::move(text));
        if (!sent) {
            break;
        }
    }
}

asio::awaitable<bool> Panel::send_pieces(http::Exchange& exchange, std::string text) {
    if (settings_.most_piece == 0) {
        co_return co_await exchange.send(std::move(text));
    }
    std::size_t sent = 0;
    while (sent < text.size()) {
        std::string piece = text.substr(sent, 1 + random_() % settings_.most_piece);
        sent += piece.size();
        const bool taken = co_await exchange.send(std::move(piece));
        if (!taken) {
            co_return false;
        }
    }
    co_return true;
}

}  // namespace fairgate::sim::pasarguard
