#pragma once

#include "base/error.hpp"
#include "http/tls_transport.hpp"
#include "pki/authority.hpp"

#include <string>

namespace fairgate::link {

/// The name every hub's certificate bears: agents know their hub by its authority, not by where it
/// is, so that it may move.
inline constexpr const char* hub_name = "hub.fairgate.internal";

/// TLS 1.3 and nothing older. Asks for the other's certificate and lets everybody in: who shows
/// none, or a bad one, is told so in words by whoever reads the first message
/// (Authority::check_client), and until then is given nothing.
Result<http::TlsContext> server_context(const pki::Identity& identity);

/// The certificate the other side showed; PEM, empty if none. It is proven that the other side has
/// its key, and nothing else.
std::string shown_certificate(SSL* connection);

/// Believes a server only if its certificate bears hub_name and is signed by the authority of this
/// fingerprint, which it shows too. The clock is not asked: on a node it may be wrong, which is
/// what the hub has to be told. `own` may be empty: before joining.
Result<http::TlsContext> client_context(
    const std::string& authority_fingerprint, const pki::Identity& own
);

}  // namespace fairgate::link
