#pragma once

#include "http/codec.hpp"
#include "http/connection.hpp"
#include "http/server.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace fairgate::http {

/// The server's side of one request and its answer.
class ServerExchange final : public Exchange {
public:
    enum class Version { http10, http11 };

    ServerExchange(
        House& house, Transport& transport, const Peer& peer, Request request, Version version
    );

    const Request& request() const override { return request_; }
    const Peer& peer() const override { return peer_; }
    boost::asio::awaitable<void> respond(Response response) override;
    boost::asio::awaitable<void> begin(Response head) override;
    boost::asio::awaitable<bool> send(std::string piece) override;
    boost::asio::awaitable<std::unique_ptr<WebSocket>> upgrade() override;
    bool peer_gone() const override { return broken_ || transport_.peer_gone(); }

    /// Ends a chunked answer.
    boost::asio::awaitable<void> complete();
    /// Whether anything was sent or tried.
    bool answered() const { return answered_; }
    /// Whether the peer can tell where the answer ended and may send its next request.
    bool can_go_on() const { return keep_ && !broken_ && framing_ != Framing::chunked; }
    void close_afterwards() { keep_ = false; }

private:
    std::string_view connection_field() const;
    /// In pieces, each with its own deadline: a slow reader is waited for, one that stopped is not.
    boost::asio::awaitable<void> write(std::string_view head, std::string_view body);

    House& house_;
    Transport& transport_;
    const Peer& peer_;
    Request request_;
    Version version_;
    bool keep_ = true;
    bool answered_ = false;
    bool broken_ = false;
    Framing framing_ = Framing::none;  ///< of what send() sends
};

/// RFC 9457. `request_id` may be empty.
Response problem(
    int status, std::string_view code, std::string_view detail, std::string_view request_id
);

}  // namespace fairgate::http
