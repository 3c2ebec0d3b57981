#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "http/message.hpp"
#include "http/websocket.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace fairgate::http {

/// Whom a TLS client believes. Verification is never off: without a pin the chain and the name are
/// checked against the system's authorities or `ca_file`; with a pin the peer's certificate must
/// have exactly that SHA-256 fingerprint (hex), whatever its name and issuer.
struct TlsTrust {
    std::string ca_file;
    std::string pinned_sha256;
};

struct ClientSettings {
    std::string
        base;  ///< "https://panel.example.com:8443", "http://127.0.0.1:8000", "unix:/run/x.sock"
    TlsTrust trust;
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds request_timeout{30'000};
    std::size_t body_limit = 64U << 20U;
    /// "socks5h://[user:password@]host:port", "socks5://…", "http://…" (CONNECT); empty: none.
    std::string proxy = {};
    std::size_t message_limit = 1U << 20U;  ///< of one WebSocket message, its fragments together
};

/// A response whose body arrives piece by piece. Destroying it closes the connection.
class Stream {
public:
    virtual ~Stream() = default;
    virtual const Response& head() const = 0;  ///< status and headers; the body is empty
    /// The next bytes of the body; nothing at its end. Fails with a time-out after `patience`.
    virtual boost::asio::awaitable<Result<std::optional<std::string>>> read(
        std::chrono::milliseconds patience
    ) = 0;
};

/// What came of asking for a WebSocket: it, or the answer of a server that refuses it.
struct Upgrade {
    Response answer;                    ///< 101, or the refusal with its body
    std::unique_ptr<WebSocket> socket;  ///< none: refused
};

/// Requests to one server, over connections that are kept and reused. A request on a connection
/// that the server closed meanwhile is sent again once, if nothing was answered and the method is
/// idempotent. Errors are FG-NET-*: name, connection, TLS, time-out, protocol, each distinct.
class Client {
public:
    virtual ~Client() = default;
    virtual boost::asio::awaitable<Result<Response>> send(Request request) = 0;
    virtual boost::asio::awaitable<Result<std::unique_ptr<Stream>>> open(Request request) = 0;
    /// Asks for a WebSocket; the fields of the handshake are filled in. A refusal is no error.
    virtual boost::asio::awaitable<Result<Upgrade>> upgrade(Request request) = 0;
};

Result<std::unique_ptr<Client>> make_client(
    boost::asio::any_io_executor executor, ClientSettings settings
);

/// The certificate that a server shows, as a person looks at it before trusting it.
struct ShownCertificate {
    std::string sha256;   ///< its fingerprint (hex), for pinning
    std::string subject;  ///< "CN=panel"
    std::string issuer;
    std::string names;  ///< it is for: "panel.example.com, 192.0.2.1"
    std::optional<TimePoint> from;
    std::optional<TimePoint> until;
};

/// Verifies nothing and sends nothing.
boost::asio::awaitable<Result<ShownCertificate>> certificate_of(
    boost::asio::any_io_executor executor, std::string base, std::chrono::milliseconds patience
);

/// Its fingerprint alone.
boost::asio::awaitable<Result<std::string>> fingerprint_of(
    boost::asio::any_io_executor executor, std::string base, std::chrono::milliseconds patience
);

}  // namespace fairgate::http
