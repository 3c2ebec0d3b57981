#include "sim/marzban/panel.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <set>
#include <utility>

// WS /api/core/logs and /api/node/{id}/logs (Marzban v0.8.4, app/routers/core.py and node.py, under
// uvicorn with websockets 12).
namespace fairgate::sim::marzban {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

/// Who reads which core's log right now.
struct Panel::Sockets {
    std::multiset<std::int64_t> open;  ///< ids of cores
    std::size_t most = 0;
    std::size_t holding = 0;  ///< connections to the database
    int ended = 0;            ///< how often all were ended
    std::uint16_t code = 0;
};

/// One socket, as the panel counts it.
class Panel::Opened {
public:
    Opened(std::shared_ptr<Sockets> sockets, const LogAccess& access)
        : sockets_(std::move(sockets)),
          core_(access.core->id),
          holds_(access.holds_connection ? 1 : 0) {
        sockets_->open.insert(core_);
        sockets_->most = std::max(sockets_->most, sockets_->open.count(core_));
        sockets_->holding += holds_;
    }
    ~Opened() {
        sockets_->open.erase(sockets_->open.find(core_));
        sockets_->holding -= holds_;
    }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

private:
    std::shared_ptr<Sockets> sockets_;
    std::int64_t core_;
    std::size_t holds_;
};

namespace {

/// One reader of a feed, from attach to detach. A core shows its last lines to whoever connects.
class Reading {
public:
    Reading(std::shared_ptr<LogFeed> feed, LogFeed::Start start)
        : feed_(std::move(feed)), id_(feed_->attach(start)) {}
    ~Reading() { feed_->detach(id_); }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    std::vector<std::string> take() { return feed_->take(id_); }
    bool is_of(const Core& core) const { return core.feed() == feed_; }

private:
    std::shared_ptr<LogFeed> feed_;
    LogFeed::ReaderId id_;
};

http::WebSocketMessage message(http::WebSocketMessage::Kind kind, std::string data) {
    http::WebSocketMessage made;
    made.kind = kind;
    made.data = std::move(data);
    return made;
}

asio::awaitable<bool> send_text(http::WebSocket& socket, std::string text) {
    http::WebSocketMessage frame = message(http::WebSocketMessage::Kind::text, std::move(text));
    co_return co_await socket.send(std::move(frame));
}

/// The server's own pings, whatever the handler does.
class KeepAlive {
public:
    KeepAlive(std::chrono::milliseconds every, std::chrono::milliseconds patience)
        : every_(every), patience_(patience), ping_due_(Steady::now() + every) {}

    /// Takes in what the client sent. False when it has closed or broken the socket.
    asio::awaitable<bool> hear(http::WebSocket& socket) {
        while (!socket.quiet()) {
            const auto heard = co_await socket.read(std::chrono::seconds(1));
            if (!heard || heard->kind == http::WebSocketMessage::Kind::closed) {
                co_return false;
            }
            if (heard->kind == http::WebSocketMessage::Kind::pong) {
                pong_due_ = Steady::time_point::max();
            }
        }
        co_return true;
    }

    /// False when the client has not answered in time; it is told 1011 then.
    asio::awaitable<bool> ping(http::WebSocket& socket) {
        const auto now = Steady::now();
        if (now >= pong_due_) {
            co_await socket.close(1011, "keepalive ping timeout");
            co_return false;
        }
        if (now < ping_due_) {
            co_return true;
        }
        ping_due_ = now + every_;
        pong_due_ = std::min(pong_due_, now + patience_);
        http::WebSocketMessage frame = message(http::WebSocketMessage::Kind::ping, "ping");
        co_return co_await socket.send(std::move(frame));
    }

private:
    std::chrono::milliseconds every_;
    std::chrono::milliseconds patience_;
    Steady::time_point ping_due_;
    Steady::time_point pong_due_ = Steady::time_point::max();
};

}  // namespace

std::shared_ptr<Panel::Sockets> Panel::make_sockets() { return std::make_shared<Sockets>(); }

std::size_t Panel::open_sockets(std::int64_t core_id) const {
    return sockets_->open.count(core_id);
}

std::size_t Panel::most_sockets() const { return sockets_->most; }

std::size_t Panel::held_connections() const { return sockets_->holding; }

void Panel::end_sockets(std::uint16_t code) {
    ++sockets_->ended;
    sockets_->code = code;
}

asio::awaitable<std::optional<http::Response>> Panel::wait_in_line(http::Exchange& exchange) {
    if (!needs_database(world_, exchange.request(), clock_.now())) {
        co_return std::nullopt;
    }
    const auto until = Steady::now() + settings_.database_patience;
    asio::steady_timer timer(executor());
    while (sockets_->holding >= settings_.database_connections) {
        if (Steady::now() >= until) {
            co_return panel::failure(500);
        }
        timer.expires_after(std::chrono::milliseconds(10));
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return std::nullopt;
}

asio::awaitable<void> Panel::serve_log(http::Exchange& exchange) {
    const http::Request& request = exchange.request();
    if (before_call) {
        before_call(request);
    }
    auto starved = co_await wait_in_line(exchange);
    const auto access = open_log(world_, request, clock_.now());
    if (starved || !access) {
        http::Response refusal;
        refusal.status = 403;  // whatever the reason, and without a body
        refusal = starved.value_or(refusal);
        record(request, refusal.status);
        co_await exchange.respond(std::move(refusal));
        co_return;
    }
    const Opened opened(sockets_, *access);
    const auto socket = co_await exchange.upgrade();
    record(request, 101);
    co_await stream_lines(exchange, *socket, *access);
}

const Core* Panel::find_core(std::int64_t id) {
    const auto node = state_.nodes().find(id);
    if (id == 0) {
        return &state_.core();
    }
    return node == state_.nodes().end() ? nullptr : &node->second;
}

/// Until one side ends it. A node that was deleted, and a fault, end it without a close.
asio::awaitable<void> Panel::stream_lines(
    http::Exchange& exchange, http::WebSocket& socket, LogAccess access
) {
    const std::int64_t id = access.core->id;
    const bool own = id == 0;
    Reading reading(
        access.core->feed(), own ? LogFeed::Start::with_last_lines : LogFeed::Start::with_nothing
    );
    LogFraming framing(
        own ? LogFraming::Of::core : LogFraming::Of::node,
        access.interval,
        settings_.node_batch_every,
        Steady::now()
    );
    KeepAlive keep_alive(settings_.ping_every, settings_.pong_patience);
    const auto sockets = sockets_;
    const int ended = sockets->ended;
    std::size_t left = log_faults_[id].end_after.value_or(SIZE_MAX);
    asio::steady_timer timer(executor());
    bool open = true;
    while (open && !exchange.peer_gone()) {
        if (sockets->ended != ended) {
            if (sockets->code != 1006) {
                co_await socket.close(sockets->code, "Service Restart");
            }
            co_return;
        }
        const Core* core = find_core(id);
        if (core == nullptr) {
            co_return;
        }
        // An object of the core made anew writes elsewhere: this one is never heard of again.
        std::vector<std::string> lines = reading.take();
        if (!reading.is_of(*core) || log_faults_[id].silent) {
            lines.clear();
        }
        lines.resize(std::min(left, lines.size()));
        left -= left == SIZE_MAX ? 0 : lines.size();
        for (std::string& frame : framing.frames(lines, Steady::now())) {
            const bool taken = co_await send_text(socket, std::move(frame));
            open = open && taken;
        }
        const bool heard = co_await keep_alive.hear(socket);
        const bool answered = co_await keep_alive.ping(socket);
        open = open && heard && answered && left > 0;
        timer.expires_after(settings_.poll_every);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace fairgate::sim::marzban
