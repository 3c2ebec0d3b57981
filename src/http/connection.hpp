#pragma once

#include "http/server.hpp"
#include "http/tls_server.hpp"
#include "http/transport.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>

namespace fairgate::http {

/// What the connections of one server share.
struct House {
    House(const boost::asio::any_io_executor& executor, ServerSettings chosen, Handler answer);

    std::string new_request_id();

    ServerSettings settings;
    Handler handler;
    std::optional<TlsServer> tls;
    bool closing = false;             ///< answer what is asked, then say goodbye
    std::size_t open = 0;             ///< connections being served
    std::set<Transport*> idle;        ///< those between two requests
    boost::asio::steady_timer empty;  ///< never expires; cancelled when the last connection ends
    std::mt19937_64 random;
};

/// Answers the requests of one connection, one after the other, until one side ends it.
boost::asio::awaitable<void> serve(
    std::shared_ptr<House> house, std::unique_ptr<Transport> transport, Peer peer
);

/// Answers 503 to whatever is asked and closes: there are too many connections.
boost::asio::awaitable<void> turn_away(
    std::shared_ptr<House> house, std::unique_ptr<Transport> transport
);

}  // namespace fairgate::http
