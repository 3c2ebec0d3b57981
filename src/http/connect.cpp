#include "http/connect.hpp"

#include "http/errors.hpp"
#include "http/resolve.hpp"
#include "http/socket.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using Endpoint = asio::generic::stream_protocol::endpoint;
using boost::system::error_code;

Instant after(std::chrono::milliseconds patience) {
    constexpr auto beyond_reach = std::chrono::hours(24 * 3650);
    return patience > beyond_reach ? Instant::max() : std::chrono::steady_clock::now() + patience;
}

namespace {

asio::awaitable<void> throw_if_cancelled() {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

/// Whom a connection goes to; `place` is how messages call it.
struct Destination {
    std::string place;
    std::string host;
    std::uint16_t port = 0;
};

asio::awaitable<Result<std::vector<Endpoint>>> resolve(const Destination& to, Instant until) {
    const auto addresses = co_await addresses_of(to.place, to.host, until);
    if (!addresses) {
        co_return addresses.error();
    }
    std::vector<Endpoint> found;
    found.reserve(addresses->size());
    for (const auto& address : *addresses) {
        found.emplace_back(tcp::endpoint(address, to.port));
    }
    co_return found;
}

asio::awaitable<error_code> connect_to(Socket& socket, Endpoint to, Instant until) {
    Deadline deadline(socket.get_executor(), [&socket] { close_quietly(socket); });
    deadline.set(until);
    error_code failure;
    co_await socket.async_connect(to, asio::redirect_error(asio::use_awaitable, failure));
    co_await throw_if_cancelled();
    if (deadline.expired()) {
        failure = asio::error::timed_out;
    }
    if (!failure && to.protocol().family() != AF_UNIX) {
        send_at_once(socket);
    }
    co_return failure;
}

/// Tries one address after the other; each but the last gets a fair part of the time that is left.
asio::awaitable<Result<Socket>> connect_to_any(
    const std::vector<Endpoint>& addresses, std::string place, Instant until
) {
    const auto executor = co_await asio::this_coro::executor;
    error_code failure;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const auto now = std::chrono::steady_clock::now();
        const auto part = (until - now) / static_cast<long>(addresses.size() - i);
        Socket socket(executor);
        failure = co_await connect_to(socket, addresses[i], now + part);
        if (!failure) {
            co_return std::move(socket);
        }
    }
    co_return cannot_connect(place, failure);
}

asio::awaitable<Result<Socket>> connect_to_path(const Base& base, Instant until) {
    std::vector<Endpoint> only;
    try {
        only.emplace_back(asio::local::stream_protocol::endpoint(base.host));
    } catch (const boost::system::system_error&) {
        co_return bad_address(base.text(), "the path of a socket has at most 107 characters");
    }
    co_return co_await connect_to_any(only, base.text(), until);
}

asio::awaitable<Result<Socket>> connect_to_host(const Destination& to, Instant until) {
    auto addresses = co_await resolve(to, until);
    if (!addresses) {
        co_return addresses.error();
    }
    co_return co_await connect_to_any(*addresses, to.place, until);
}

/// The target's address as text, if the proxy is to be given one.
asio::awaitable<Result<std::string>> address_for(
    const Proxy& proxy, const Destination& target, Instant until
) {
    if (proxy.kind != Proxy::Kind::socks5) {
        co_return std::string();
    }
    auto addresses = co_await resolve(target, until);
    if (!addresses) {
        co_return addresses.error();
    }
    co_return host_of(addresses->front());
}

asio::awaitable<Result<Socket>> connect_through(
    const Proxy& proxy, const Base& base, Instant until
) {
    const Destination target{base.text(), base.host, base.port};
    const Destination first{proxy.text(), proxy.host, proxy.port};
    auto address = co_await address_for(proxy, target, until);
    if (!address) {
        co_return address.error();
    }
    auto socket = co_await connect_to_host(first, until);
    if (!socket) {
        co_return socket.error();
    }
    auto taken_on = co_await ask_proxy(*socket, proxy, base, std::move(*address), until);
    if (!taken_on) {
        co_return taken_on.error();
    }
    co_return std::move(*socket);
}

}  // namespace

asio::awaitable<Result<Socket>> connect_socket(
    const Base& base, const std::optional<Proxy>& proxy, Instant until
) {
    if (base.scheme == Base::Scheme::unix_socket) {
        co_return co_await connect_to_path(base, until);
    }
    if (proxy) {
        co_return co_await connect_through(*proxy, base, until);
    }
    const Destination target{base.text(), base.host, base.port};
    co_return co_await connect_to_host(target, until);
}

asio::awaitable<Result<std::unique_ptr<Transport>>> connect(
    const Base& base,
    const std::optional<Proxy>& proxy,
    TlsClient& tls,
    std::chrono::milliseconds patience
) {
    const Instant until = after(patience);
    auto socket = co_await connect_socket(base, proxy, until);
    if (!socket) {
        co_return socket.error();
    }
    if (base.scheme != Base::Scheme::https) {
        co_return make_plain_transport(std::move(*socket));
    }
    co_return co_await tls.start(std::move(*socket), base, until);
}

asio::awaitable<Result<ShownCertificate>> certificate_of(
    asio::any_io_executor, std::string address, std::chrono::milliseconds patience
) {
    auto base = parse_base(address);
    if (!base) {
        co_return base.error();
    }
    if (base->scheme != Base::Scheme::https) {
        co_return bad_address(base->text(), "only https:// has a certificate");
    }
    const Instant until = after(patience);
    auto socket = co_await connect_socket(*base, std::nullopt, until);
    if (!socket) {
        co_return socket.error();
    }
    co_return co_await shown_certificate(std::move(*socket), *base, until);
}

asio::awaitable<Result<std::string>> fingerprint_of(
    asio::any_io_executor executor, std::string address, std::chrono::milliseconds patience
) {
    const auto certificate = co_await certificate_of(executor, std::move(address), patience);
    if (!certificate) {
        co_return certificate.error();
    }
    co_return certificate->sha256;
}

}  // namespace fairgate::http
