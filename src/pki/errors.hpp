#pragma once

#include "base/error.hpp"

#include <string_view>

namespace fairgate::pki {

/// FG-PKI-001: the certificate's library refused; for a fault nobody can foresee.
Error cannot_make(std::string_view what);
/// FG-PKI-002: the authority's files are not what was written.
Error bad_authority(std::string_view where, std::string_view why);
/// FG-PKI-003: what is to be signed is no request, or is not signed by its own key.
Error bad_request(std::string_view why);
/// FG-PKI-004: the certificate is not one of ours, is over, or is for something else.
Error bad_certificate(std::string_view why);
/// FG-PKI-005: a file that cannot be read or written.
Error bad_file(std::string_view path, std::string_view why);
/// FG-PKI-006: text that is no token.
Error bad_token(std::string_view why);

}  // namespace fairgate::pki
