#pragma once

#include "base/error.hpp"
#include "http/deadline.hpp"
#include "http/uri.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace fairgate::http {

/// A way around a blocked network: who takes our connection further.
struct Proxy {
    /// http: CONNECT (RFC 9110 9.3.6). socks5: RFC 1928, names resolved here; socks5h: there.
    enum class Kind { http, socks5, socks5h };

    Kind kind = Kind::http;
    std::string host;
    std::uint16_t port = 0;
    std::string user;
    std::string password;

    /// Without user and password, for messages.
    std::string text() const;
};

/// "http://[user:password@]host:port", "socks5://…", "socks5h://…"; FG-NET-019 if it is none, and
/// then nothing of it is repeated.
Result<Proxy> parse_proxy(std::string_view text);

/// Asks the proxy at the other end of `socket` to connect on to the target; `address` is the
/// target's IP address if it was resolved here, else empty. FG-NET-018 when it does not.
boost::asio::awaitable<Result<void>> ask_proxy(
    boost::asio::generic::stream_protocol::socket& socket,
    const Proxy& proxy,
    const Base& target,
    std::string address,
    Instant until
);

}  // namespace fairgate::http
