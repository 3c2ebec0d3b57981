#pragma once

#include "backends/panel/errors.hpp"
#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// What can go wrong with a PasarGuard panel, besides what all panels have in common.
namespace fairgate::backends::pasarguard {

/// 400: FG-PG-002 for the administrator of the environment. 401: FG-PG-001. 403: FG-PG-003.
Error refused_login(int status, std::string_view cause);

inline constexpr panel::Product product{"PG", "PasarGuard", refused_login};

using panel::is_forbidden;
using panel::is_missing_route;
using panel::is_missing_user;
using panel::is_passing;

inline Error refused(int status, std::string_view call, std::string_view cause) {
    return panel::refused(product, status, call, cause);
}
Error environment_admin(std::string_view cause);  // FG-PG-002
Error admin_disabled(std::string_view cause);     // FG-PG-003

inline Error not_understood(std::string_view call, std::string_view why) {
    return panel::not_understood(product, call, why);
}
inline Error unknown_version(std::string_view text) {
    return panel::unknown_version(product, text);
}
Error version_too_old(std::string_view text);        // FG-PG-012
Error key_needs_newer_panel(std::string_view text);  // FG-PG-013

Error empty_selector(std::string_view call);  // FG-PG-020
inline Error bad_image(std::string_view which, const Error& why) {
    return panel::bad_image(product, which, why);
}
inline Error not_carried_out(std::string_view what, std::string_view now) {
    return panel::not_carried_out(product, what, now);
}
Error no_restricted_group(std::string_view group);  // FG-PG-026
Error nobody_visible(std::int64_t user);            // FG-PG-027

inline Error stream_ended(std::string_view node, std::string_view why) {
    return panel::stream_ended(product, node, why);
}
Error stream_error_text(std::string_view node, std::string_view text);  // FG-PG-032

bool is_missing_group(const Error& error);

}  // namespace fairgate::backends::pasarguard
