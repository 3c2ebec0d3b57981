#pragma once

// For the files of this folder: what OpenSSL hands out, with an owner.

#include "base/clock.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace fairgate::pki {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Request = std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

/// A key on the curve P-256; null if OpenSSL refuses.
Key make_key();

Key read_key(std::string_view pem);
Certificate read_certificate(std::string_view pem);
Request read_request(std::string_view pem);

std::string pem_of(EVP_PKEY* key);
std::string pem_of(X509* certificate);
std::string pem_of(X509_REQ* request);

/// Hexadecimal digits, lower case; of a serial and of SHA-256 of the whole certificate.
std::string serial_of(const X509* certificate);
std::string fingerprint_of(const X509* certificate);
/// The common name; empty if there is none or it holds control characters.
std::string name_of(const X509* certificate);
/// Far in the past if it cannot be read.
TimePoint begin_of(const X509* certificate);
TimePoint end_of(const X509* certificate);

/// What OpenSSL last complained of; empties its list.
std::string last_complaint();

}  // namespace fairgate::pki
