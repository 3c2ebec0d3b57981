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
    boost::asio::ip::address host = address.address();
    if (host.is_v6() && host.to_v6().is_v4_mapped()) {
        // An IPv4 peer of a socket for both families.
        host = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, host.to_v6());
    }
    const std::string text = host.is_v6() ? "[" + host.to_string() + "]" : host.to_string();
    return text + ":" + std::to_string(address.port());
}

}  // namespace fairgate::http
