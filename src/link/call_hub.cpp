#include "link/call_hub.hpp"

#include "http/errors.hpp"
#include "http/socket.hpp"
#include "link/errors.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace fairgate::link {

boost::asio::awaitable<Result<std::shared_ptr<Channel>>> call_hub(
    const std::string& address, const http::TlsContext& context
) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto base = http::parse_base("https://" + address);
    if (!base) {
        co_return base.error();
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(15);
    auto socket = co_await http::connect_socket(*base, std::nullopt, until);
    if (!socket) {
        co_return socket.error();
    }
    std::string peer = http::address_of_peer(*socket);
    auto transport = http::make_tls_transport(std::move(*socket), context);
    transport->deadline(until);
    const auto failure = co_await transport->handshake(http::TlsTransport::Role::client);
    if (SSL_get_verify_result(transport->native()) != X509_V_OK) {
        co_return not_the_hub(address);
    }
    if (failure == boost::asio::error::timed_out) {
        co_return http::no_answer(address, std::chrono::seconds(15));
    }
    if (failure) {
        co_return http::tls_failed(address, failure.message());
    }
    co_return std::make_shared<Channel>(executor, std::move(transport), address, std::move(peer));
}

}  // namespace fairgate::link
