#pragma once

#include "base/error.hpp"
#include "http/client.hpp"
#include "http/transport.hpp"
#include "http/uri.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <memory>
#include <string>

using SSL_CTX = struct ssl_ctx_st;

namespace fairgate::http {

/// The client's side of TLS. Authorities are read at the first connection, not before, and again
/// after a failed one: the file may have been put right meanwhile.
class TlsClient {
public:
    /// What is spoken inside, as the server is told (ALPN).
    enum class Speaks { http1, http2 };

    /// FG-NET-017 when the pin is not a SHA-256 fingerprint.
    static Result<TlsClient> make(TlsTrust trust, Speaks speaks = Speaks::http1);

    /// Shakes hands with a server and checks it, before anything is sent to it.
    boost::asio::awaitable<Result<std::unique_ptr<Transport>>> start(
        boost::asio::generic::stream_protocol::socket socket, const Base& base, Instant until
    );

private:
    TlsClient(TlsTrust trust, Speaks speaks) : trust_(std::move(trust)), speaks_(speaks) {}
    Result<void> load();

    TlsTrust trust_;
    Speaks speaks_;
    std::shared_ptr<SSL_CTX> context_;
};

/// The certificate the server shows; checks nothing.
boost::asio::awaitable<Result<ShownCertificate>> shown_certificate(
    boost::asio::generic::stream_protocol::socket socket, const Base& base, Instant until
);

}  // namespace fairgate::http
