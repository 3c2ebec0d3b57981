#include "http/transport.hpp"

#include "http/socket_transport.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cstring>
#include <optional>

namespace fairgate::http {

namespace {

class PlainTransport final : public SocketTransport<Socket> {
public:
    using SocketTransport::SocketTransport;

    boost::asio::awaitable<void> finish(Instant until) override { co_await drain(until); }
};

}  // namespace

std::unique_ptr<Transport> make_plain_transport(Socket socket) {
    return std::make_unique<PlainTransport>(std::move(socket));
}

void close_quietly(Socket& socket) {
    boost::system::error_code failure;
    socket.close(failure);
}

void send_at_once(Socket& socket) {
    boost::system::error_code failure;
    socket.set_option(boost::asio::ip::tcp::no_delay(true), failure);
}

namespace {

std::optional<boost::asio::ip::tcp::endpoint> tcp_of(const Socket::endpoint_type& endpoint) {
    const int family = endpoint.protocol().family();
    if (family != AF_INET && family != AF_INET6) {
        return std::nullopt;
    }
    boost::asio::ip::tcp::endpoint tcp;
    tcp.resize(endpoint.size());
    std::memcpy(tcp.data(), endpoint.data(), endpoint.size());
    const auto address = tcp.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        // An IPv4 peer of a socket for both families.
        tcp.address(boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()));
    }
    return tcp;
}

}  // namespace

std::string host_of(const Socket::endpoint_type& endpoint) {
    const auto tcp = tcp_of(endpoint);
    return tcp ? tcp->address().to_string() : std::string();
}

std::string address_of_peer(const Socket& socket) {
    boost::system::error_code failure;
    const auto tcp = tcp_of(socket.remote_endpoint(failure));
    if (failure || !tcp) {
        return {};
    }
    const std::string host = tcp->address().to_string();
    return (tcp->address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(tcp->port());
}

}  // namespace fairgate::http
