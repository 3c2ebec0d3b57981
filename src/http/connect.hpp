#pragma once

#include "base/error.hpp"
#include "http/proxy.hpp"
#include "http/tls_client.hpp"
#include "http/transport.hpp"
#include "http/uri.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace fairgate::http {

/// A connection to `base`, through a proxy if there is one, over TLS with a server that `tls`
/// believes if it is https. Tries every address of a name; all of it together takes at most
/// `patience`.
boost::asio::awaitable<Result<std::unique_ptr<Transport>>> connect(
    const Base& base,
    const std::optional<Proxy>& proxy,
    TlsClient& tls,
    std::chrono::milliseconds patience
);

/// `patience` from now; Instant::max() when that is beyond reach.
Instant after(std::chrono::milliseconds patience);

}  // namespace fairgate::http
