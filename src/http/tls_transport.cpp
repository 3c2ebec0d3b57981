#include "http/tls_transport.hpp"

#include "http/socket_transport.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <openssl/err.h>

#include <utility>

namespace fairgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

using Layer = asio::ssl::stream<Socket>;

class AsioTlsTransport final : public SocketTransport<Layer, TlsTransport> {
public:
    using SocketTransport::SocketTransport;

    asio::awaitable<error_code> handshake(Role role) override {
        error_code failure;
        co_await layer().async_handshake(
            role == Role::client ? Layer::client : Layer::server,
            asio::redirect_error(asio::use_awaitable, failure)
        );
        if (!failure) {
            co_return failure;
        }
        co_return co_await explain(failure);
    }

    SSL* native() override { return layer().native_handle(); }

    asio::awaitable<void> finish(Instant until) override {
        deadline(until);
        error_code failure;
        co_await layer().async_shutdown(asio::redirect_error(asio::use_awaitable, failure));
        co_await drain(until);
    }
};

}  // namespace

TlsContext make_tls_context(const SSL_METHOD* method) {
    TlsContext context(SSL_CTX_new(method), &SSL_CTX_free);
    if (!context) {
        throw std::bad_alloc();
    }
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);  // an idle connection holds none
    return context;
}

std::unique_ptr<TlsTransport> make_tls_transport(Socket socket, const TlsContext& context) {
    SSL_CTX_up_ref(context.get());
    asio::ssl::context borrowed(context.get());  // gives its reference back when it goes
    return std::make_unique<AsioTlsTransport>(Layer(std::move(socket), borrowed));
}

std::string last_tls_complaint() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    if (code == 0) {
        return "no reason given";
    }
    const char* const reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : "error " + std::to_string(code);
}

}  // namespace fairgate::http
