#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// What can go wrong with a PasarGuard panel. A status that the panel answered with is the code
/// itself: FG-PG-404. What never came to an answer keeps its FG-NET code.
namespace fairgate::backends::pasarguard {

/// An answer of 300 or more. `call` is the method and path, without query. A redirection is
/// FG-PG-010: we ask for exactly what we need.
Error refused(int status, std::string_view call, std::string_view cause);

Error login_refused(std::string_view cause);                          // FG-PG-001
Error environment_admin(std::string_view cause);                      // FG-PG-002
Error admin_disabled(std::string_view cause);                         // FG-PG-003
Error fresh_token_refused(std::string_view cause);                    // FG-PG-004
Error api_key_refused(std::string_view cause);                        // FG-PG-005
Error no_credentials();                                               // FG-PG-006
Error login_paused(const Error& because, std::chrono::seconds left);  // keeps its code

Error not_understood(std::string_view call, std::string_view why);  // FG-PG-010
Error unknown_version(std::string_view text);                       // FG-PG-011
Error version_too_old(std::string_view text);                       // FG-PG-012
Error key_needs_newer_panel(std::string_view text);                 // FG-PG-013

Error empty_selector(std::string_view call);                         // FG-PG-020
Error partial_list(std::size_t missing, std::size_t known);          // FG-PG-021
Error pages_move(std::string_view what);                             // FG-PG-022
Error bad_image(std::string_view which, const Error& why);           // FG-PG-023
Error not_carried_out(std::string_view what, std::string_view now);  // FG-PG-024
Error not_supported(std::string_view action);                        // FG-PG-025
Error nobody_visible(std::int64_t user);                             // FG-PG-027
Error no_restricted_group(std::string_view group);                   // FG-PG-026

Error stream_ended(std::string_view node, std::string_view why);        // FG-PG-030
Error stream_silent(std::string_view node, std::string_view why);       // FG-PG-031
Error stream_error_text(std::string_view node, std::string_view text);  // FG-PG-032
Error node_gone(std::string_view node);                                 // FG-PG-033

/// Whether the panel itself says that this user does not exist. A 404 of a proxy or of an unknown
/// route is something else: nothing follows from it about the user.
bool is_missing_user(const Error& error);
bool is_missing_group(const Error& error);
/// The panel (or a proxy) does not know the route.
bool is_missing_route(const Error& error);
bool is_forbidden(const Error& error);
/// May pass by itself: 408, 5xx, and what FG-NET says of connections.
bool is_passing(const Error& error);

}  // namespace fairgate::backends::pasarguard
