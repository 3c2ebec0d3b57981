#pragma once

#include "api/api.hpp"
#include "api/call.hpp"
#include "http/server.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>

namespace fairgate::api {

/// GET /events: what happens, as Server-Sent Events. Resumes behind Last-Event-ID; when that is
/// no longer there, `reset` comes first and the client asks for everything again.
boost::asio::awaitable<void> stream_events(Parts parts, RawCall call, http::Exchange& exchange);

/// GET /sources/{source}/tail: lines as they are read.
boost::asio::awaitable<void> stream_lines(Parts parts, RawCall call, http::Exchange& exchange);

}  // namespace fairgate::api
