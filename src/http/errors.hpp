#pragma once

#include "base/error.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace fairgate::http {

// What can go wrong between two machines, one function and one code each. `place` is where we
// wanted to go ("https://panel.example.com:8443"), never a whole URL: paths may hold tokens.

Error bad_address(std::string_view address, std::string_view why);  // FG-NET-001
Error cannot_resolve(std::string_view place, std::string_view host, std::string_view why);  // 002
/// 003 refused, 004 no way there, 005 timed out: by what the system said.
Error cannot_connect(std::string_view place, const boost::system::error_code& failure);
Error no_answer(std::string_view place, std::chrono::milliseconds waited);  // FG-NET-006
Error not_trusted(
    std::string_view place, std::string_view why, std::string_view fingerprint
);  // 007
/// 008: a good certificate, for others.
Error name_mismatch(
    std::string_view place,
    std::string_view host,
    std::string_view names,
    std::string_view fingerprint
);
/// 009
Error pin_mismatch(
    std::string_view place, std::string_view certificate, std::string_view fingerprint
);
Error tls_failed(std::string_view place, std::string_view why);   // FG-NET-010
Error not_http(std::string_view place, std::string_view why);     // FG-NET-011
Error body_too_large(std::string_view place, std::size_t limit);  // FG-NET-012
/// 013: the connection ended before the answer was whole.
Error closed_early(std::string_view place, const boost::system::error_code& failure);
Error bad_request(std::string_view place, std::string_view why);                // FG-NET-015
Error fell_silent(std::string_view place, std::chrono::milliseconds patience);  // FG-NET-016
/// 018: a proxy that does not take us on. `proxy` without its user and password.
Error proxy_refused(std::string_view proxy, std::string_view why);
Error bad_proxy(std::string_view why);  // FG-NET-019
Error bad_pin();                        // FG-NET-017
/// 025: a file of certificates or a key that cannot be used.
Error bad_certificate_file(std::string_view file, std::string_view why);

Error bad_listen_address(std::string_view address, std::string_view why);  // FG-NET-020
Error cannot_listen(std::string_view address, const boost::system::error_code& failure);  // 021-024
Error handler_failed(std::string_view request, std::string_view why, std::string_view id);  // 026
/// 028: bytes after the handshake that are no WebSocket's, or a handshake that is not ours.
Error not_websocket(std::string_view place, std::string_view why);
/// 027
Error cannot_make_certificate(std::string_view why);

}  // namespace fairgate::http
