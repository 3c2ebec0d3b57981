#pragma once

#include "http/socket.hpp"
#include "http/transport.hpp"

#include <boost/asio/awaitable.hpp>
#include <openssl/ssl.h>

#include <array>
#include <memory>
#include <string>

namespace fairgate::http {

/// What connections of one kind share; freed with the last of them.
using TlsContext = std::shared_ptr<SSL_CTX>;

/// TLS 1.2 and later. Holds no certificates and no authorities yet: those cost memory, and who
/// needs them loads them.
TlsContext make_tls_context(const SSL_METHOD* method);

/// The one protocol we offer and take (RFC 7301 3.1: length and name).
inline constexpr std::array<unsigned char, 9> alpn_http1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
/// Of clients that speak HTTP/2 and nothing else.
inline constexpr std::array<unsigned char, 3> alpn_http2{2, 'h', '2'};

/// A connection that has yet to shake hands. Nothing else may be done with it before.
class TlsTransport : public Transport {
public:
    enum class Role { client, server };
    virtual boost::asio::awaitable<boost::system::error_code> handshake(Role role) = 0;
    virtual SSL* native() = 0;
};

std::unique_ptr<TlsTransport> make_tls_transport(Socket socket, const TlsContext& context);

/// What OpenSSL last complained of, for a person; empties its list.
std::string last_tls_complaint();

}  // namespace fairgate::http
