#pragma once

#include "base/error.hpp"
#include "http/tls_transport.hpp"
#include "link/channel.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace fairgate::link {

/// A connection to the hub at "host:port" that has shown who it is: nothing was sent to it before.
/// FG-NET-001 to 006, FG-AGT-008.
boost::asio::awaitable<Result<std::shared_ptr<Channel>>> call_hub(
    const std::string& address, const http::TlsContext& context
);

}  // namespace fairgate::link
