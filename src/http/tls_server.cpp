#include "http/tls_server.hpp"

#include "http/errors.hpp"
#include "http/tls_transport.hpp"

#include <openssl/err.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace fairgate::http {

namespace {

std::string complaint(int error_number) {
    const std::string said = last_tls_complaint();
    return error_number == ENOENT || error_number == EACCES
               ? std::generic_category().message(error_number)
               : said;
}

/// OpenSSL would ask the terminal for the password of an encrypted key, and wait.
int no_password(char*, int, int, void*) { return 0; }

int choose_http1(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered, unsigned int offered_size, void*) {
    unsigned char* found = nullptr;
    const int result = SSL_select_next_proto(
        &found, size, alpn_http1.data(), alpn_http1.size(), offered, offered_size
    );
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

TlsServer::TlsServer(std::string certificate_file, std::string key_file)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {}

Result<TlsServer> TlsServer::load(std::string certificate_file, std::string key_file) {
    TlsServer server(std::move(certificate_file), std::move(key_file));
    server.changed();
    if (auto read = server.read(); !read) {
        return read.error();
    }
    return server;
}

Result<void> TlsServer::read() {
    auto context = make_tls_context(TLS_server_method());
    SSL_CTX_set_default_passwd_cb(context.get(), &no_password);
    SSL_CTX_set_alpn_select_cb(context.get(), &choose_http1, nullptr);
    ERR_clear_error();
    errno = 0;
    if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file_.c_str()) != 1) {
        return bad_certificate_file(certificate_file_, complaint(errno));
    }
    errno = 0;
    if (SSL_CTX_use_PrivateKey_file(context.get(), key_file_.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context.get()) != 1) {
        return bad_certificate_file(key_file_, complaint(errno));
    }
    context_ = std::move(context);
    return {};
}

bool TlsServer::changed() {
    std::error_code missing;
    const auto certificate = std::filesystem::last_write_time(certificate_file_, missing);
    const auto key = std::filesystem::last_write_time(key_file_, missing);
    const bool differs = certificate != seen_certificate_ || key != seen_key_;
    seen_certificate_ = certificate;
    seen_key_ = key;
    return differs;
}

boost::asio::awaitable<std::unique_ptr<Transport>> TlsServer::accept(
    Socket socket, Instant until, const std::function<void(const Error&)>& on_failure
) {
    if (changed()) {
        auto reread = read();
        if (!reread && on_failure) {
            Error error = reread.error();
            error.state = "the certificate read before is still shown";
            on_failure(error);
        }
    }
    auto transport = make_tls_transport(std::move(socket), context_);
    transport->deadline(until);
    const auto failure = co_await transport->handshake(TlsTransport::Role::server);
    if (failure) {
        co_return nullptr;
    }
    transport->deadline(Instant::max());
    co_return std::move(transport);
}

}  // namespace fairgate::http
