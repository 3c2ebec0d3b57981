#include "http/exchange.hpp"

#include "base/clock.hpp"
#include "http/connect.hpp"
#include "http/date.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cassert>
#include <utility>

namespace fairgate::http {

namespace {

constexpr std::size_t piece_size = 64U << 10U;

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

ServerExchange::ServerExchange(
    House& house, Transport& transport, const Peer& peer, Request request, Version version
)
    : house_(house),
      transport_(transport),
      peer_(peer),
      request_(std::move(request)),
      version_(version) {}

std::string_view ServerExchange::connection_field() const {
    if (!keep_) {
        return "close";
    }
    return version_ == Version::http10 ? "keep-alive" : "";
}

boost::asio::awaitable<void> ServerExchange::respond(Response response) {
    assert(!answered_);
    answered_ = true;
    const auto asked = response.headers.get("Connection");
    keep_ = keep_ && !house_.closing && !(asked && same_name(*asked, "close"));
    const Framing framing = has_no_body(response.status) ? Framing::none : Framing::length;
    const std::string head =
        head_of(response, framing, to_date(SystemClock().now()), connection_field());
    const bool bare = framing == Framing::none || request_.method == "HEAD";
    co_await write(head, bare ? std::string_view() : std::string_view(response.body));
}

boost::asio::awaitable<void> ServerExchange::begin(Response head) {
    assert(!answered_);
    answered_ = true;
    framing_ = Framing::chunked;
    if (has_no_body(head.status)) {
        framing_ = Framing::none;
    } else if (version_ == Version::http10) {
        framing_ = Framing::until_close;
        keep_ = false;
    }
    keep_ = keep_ && !house_.closing;
    const std::string text =
        head_of(head, framing_, to_date(SystemClock().now()), connection_field());
    if (request_.method == "HEAD") {
        framing_ = Framing::none;
    }
    co_await write(text, {});
}

boost::asio::awaitable<bool> ServerExchange::send(std::string piece) {
    assert(answered_);
    if (piece.empty() || broken_ || framing_ == Framing::none) {
        co_return !broken_;
    }
    std::string head;
    if (framing_ == Framing::chunked) {
        head = chunk_head(piece.size());
        piece += "\r\n";
    }
    co_await write(head, piece);
    co_return !broken_;
}

boost::asio::awaitable<std::unique_ptr<WebSocket>> ServerExchange::upgrade() {
    assert(!answered_);
    if (version_ == Version::http10 || !asks_for_websocket(request_)) {
        co_return nullptr;
    }
    answered_ = true;
    keep_ = false;
    Response head;
    head.status = 101;
    head.headers.set("Upgrade", "websocket");
    head.headers.set(
        "Sec-WebSocket-Accept",
        websocket_accept(request_.headers.get("Sec-WebSocket-Key").value_or(""))
    );
    const std::string text = head_of(head, Framing::none, to_date(SystemClock().now()), "Upgrade");
    co_await write(text, {});
    // A client says nothing before it has this answer (RFC 6455 4.1), so nothing has come early.
    WebSocketPath path;
    path.transport = std::shared_ptr<Transport>(std::shared_ptr<Transport>(), &transport_);
    path.reads = WebSocketParser::Reads::from_client;
    path.place = peer_.address;
    path.message_limit = house_.settings.body_limit;
    co_return make_websocket(std::move(path), co_await boost::asio::this_coro::executor);
}

boost::asio::awaitable<void> ServerExchange::complete() {
    if (std::exchange(framing_, Framing::none) == Framing::chunked) {
        co_await write("0\r\n\r\n", {});
    }
}

boost::asio::awaitable<void> ServerExchange::write(std::string_view head, std::string_view body) {
    while (!broken_ && (!head.empty() || !body.empty())) {
        const std::string_view piece = body.substr(0, piece_size);
        transport_.deadline(after(house_.settings.idle_timeout));
        const auto failure = co_await transport_.write(
            boost::asio::buffer(head.data(), head.size()),
            boost::asio::buffer(piece.data(), piece.size())
        );
        broken_ = static_cast<bool>(failure);
        head = {};
        body.remove_prefix(piece.size());
    }
    transport_.deadline(Instant::max());
}

Response problem(
    int status, std::string_view code, std::string_view detail, std::string_view request_id
) {
    const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(status));
    boost::json::object body;
    body["type"] = "about:blank";
    body["title"] = boost::beast::http::obsolete_reason(known);
    body["status"] = status;
    body["detail"] = boost::json::string_view(detail.data(), detail.size());
    body["code"] = boost::json::string_view(code.data(), code.size());
    if (!request_id.empty()) {
        body["request_id"] = boost::json::string_view(request_id.data(), request_id.size());
    }
    Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/problem+json");
    response.body = boost::json::serialize(body);
    return response;
}

}  // namespace fairgate::http
