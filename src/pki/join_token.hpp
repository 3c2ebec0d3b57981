#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace fairgate::pki {

/// What lets one machine join once: a secret, whom to believe, and where to go.
///
///     fgj1.<secret, 43 characters>.<SHA-256 of the authority's certificate,
///     43>@hub.example.com:8470
struct JoinToken {
    std::string secret;       ///< 32 random bytes, base64url
    std::string fingerprint;  ///< 64 hexadecimal digits
    std::string address;      ///< "host:port"

    bool operator==(const JoinToken&) const = default;
};

/// With a new secret of 256 bits. FG-PKI-001 if there is no randomness.
Result<JoinToken> make_token(std::string fingerprint, std::string address);
std::string to_text(const JoinToken& token);
/// FG-PKI-006
Result<JoinToken> parse_token(std::string_view text);

/// What is kept of a secret: SHA-256, 64 hexadecimal digits. A secret of 256 random bits needs no
/// salt and no slow hash.
std::string hash_of_secret(std::string_view secret);
/// Takes as long whether they agree or not.
bool is_secret(std::string_view secret, std::string_view hash);

}  // namespace fairgate::pki
