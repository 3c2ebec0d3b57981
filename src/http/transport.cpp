#include "http/socket_transport.hpp"

#include <boost/asio/ip/tcp.hpp>

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

std::string address_of_peer(const Socket& socket) {
    boost::system::error_code failure;
    const auto peer = socket.remote_endpoint(failure);
    const int family = failure ? AF_UNSPEC : peer.protocol().family();
    if (family != AF_INET && family != AF_INET6) {
        return {};
    }
    boost::asio::ip::tcp::endpoint address;
    address.resize(peer.size());
    std::memcpy(address.data(), peer.data(), peer.size());
    const std::string host = address.address().to_string();
    return (family == AF_INET ? host : "[" + host + "]") + ":" + std::to_string(address.port());
}

}  // namespace fairgate::http
