#pragma once

#include "pki/openssl.hpp"

#include <string>

namespace fairgate::pki {

/// What a certificate may be used for.
enum class Use { authority, server, client };

/// What is to stand in a certificate.
struct Wanted {
    std::string subject;
    EVP_PKEY* key = nullptr;     ///< whose it is
    X509* issuer = nullptr;      ///< null: itself
    EVP_PKEY* signer = nullptr;  ///< the issuer's key
    TimePoint from;
    TimePoint until;
    Use use = Use::client;
};

/// Null if OpenSSL refuses.
Certificate issue(const Wanted& wanted);

}  // namespace fairgate::pki
