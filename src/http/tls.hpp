#pragma once

#include "base/error.hpp"
#include "http/client.hpp"
#include "http/socket.hpp"
#include "http/transport.hpp"
#include "http/uri.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace fairgate::http {

/// Takes the client's part in a TLS handshake and checks the server by `trust`.
boost::asio::awaitable<Result<std::unique_ptr<Transport>>> start_tls(
    Socket socket, const Base& base, const TlsTrust& trust, Instant until
);

}  // namespace fairgate::http
