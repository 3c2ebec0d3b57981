#pragma once

#include "base/error.hpp"
#include "http/transport.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include <string>
#include <vector>

namespace fairgate::http {

/// The addresses of a host, as the system's resolver tells them, each once; an address is its own.
/// `place` is how messages call it. FG-NET-002 when there are none, or none is told before `until`.
boost::asio::awaitable<Result<std::vector<boost::asio::ip::address>>> addresses_of(
    std::string place, std::string host, Instant until
);

}  // namespace fairgate::http
