#pragma once

// For the few files that touch sockets: it costs seconds of compile time.

#include "base/error.hpp"
#include "http/client.hpp"
#include "http/proxy.hpp"
#include "http/transport.hpp"
#include "http/uri.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <memory>
#include <optional>
#include <string>

namespace fairgate::http {

/// TCP and Unix sockets are one type, so that what is built on them is compiled once.
using Socket = boost::asio::generic::stream_protocol::socket;

std::unique_ptr<Transport> make_plain_transport(Socket socket);

/// A connection without TLS around it, whatever the base's scheme; tries every address of a name.
boost::asio::awaitable<Result<Socket>> connect_socket(
    const Base& base, const std::optional<Proxy>& proxy, Instant until
);

void close_quietly(Socket& socket);

/// Without Nagle's delay: an answer is one write. If that cannot be set, it still comes.
void send_at_once(Socket& socket);

/// "192.0.2.1", "2001:db8::1"; empty for a Unix socket. An IPv4 address in IPv6 form is IPv4.
std::string host_of(const Socket::endpoint_type& endpoint);

/// "host:port", "[::1]:port" of the other end; empty for a Unix socket.
std::string address_of_peer(const Socket& socket);

}  // namespace fairgate::http
