#pragma once

#include "http/client.hpp"

#include <openssl/x509.h>

#include <string>
#include <string_view>

namespace fairgate::http {

/// SHA-256 of the whole certificate, 64 lower-case hexadecimal digits.
std::string fingerprint(const X509* certificate);

/// The same from what a person typed: upper case, colons and spaces are forgiven. Empty if it is
/// not a SHA-256 fingerprint.
std::string parse_fingerprint(std::string_view text);

/// "CN=panel, issued by CN=Example CA, valid 2026-01-01 to 2026-03-31", for a person.
std::string describe(X509* certificate);

/// All of that, taken apart.
ShownCertificate shown(X509* certificate);

/// The names it is for: "panel.example.com, *.example.com, 192.0.2.1", at most the first six.
std::string names_of(X509* certificate);

}  // namespace fairgate::http
