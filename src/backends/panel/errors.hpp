#pragma once

#include "base/error.hpp"

#include <chrono>
#include <string>
#include <string_view>

/// What can go wrong with any panel that speaks FastAPI's language (PasarGuard, Marzban): the same
/// causes with each product's own codes. A status that the panel answered with is the code itself:
/// FG-PG-404. What never came to an answer keeps its FG-NET code.
namespace fairgate::backends::panel {

/// What tells one product's errors from another's.
struct Product {
    std::string_view area;  ///< "PG": the second part of its codes
    std::string_view name;  ///< "PasarGuard"
    /// What a login refused with 400 or more means there.
    Error (*refused_login)(int status, std::string_view cause) = nullptr;
};

Error product_error(
    const Product& product, std::string_view number, std::string what, std::string_view cause
);

/// An answer of 300 or more. `call` is the method and path, without query. A redirection is
/// not_understood(): we ask for exactly what we need.
Error refused(const Product& product, int status, std::string_view call, std::string_view cause);

Error login_refused(const Product& product, std::string_view cause);        // 001
Error fresh_token_refused(const Product& product, std::string_view cause);  // 004
Error api_key_refused(const Product& product, std::string_view cause);      // 005
Error no_credentials(const Product& product, std::string_view next);        // 006
Error login_paused(const Error& because, std::chrono::seconds left);        // keeps its code

Error not_understood(const Product& product, std::string_view call, std::string_view why);  // 010
Error unknown_version(const Product& product, std::string_view text);                       // 011

Error partial_list(const Product& product, std::size_t missing, std::size_t known);          // 021
Error pages_move(const Product& product, std::string_view what);                             // 022
Error bad_image(const Product& product, std::string_view which, const Error& why);           // 023
Error not_carried_out(const Product& product, std::string_view what, std::string_view now);  // 024
Error not_supported(const Product& product, std::string_view action);                        // 025

Error stream_ended(const Product& product, std::string_view node, std::string_view why);   // 030
Error stream_silent(const Product& product, std::string_view node, std::string_view why);  // 031
Error node_gone(const Product& product, std::string_view node);                            // 033

/// The status that a panel's code stands for; 0 for a code that is none.
int status_of(const Error& error);
/// Whether the panel itself says that this user does not exist. A 404 of a proxy or of an unknown
/// route is something else: nothing follows from it about the user.
bool is_missing_user(const Error& error);
/// The panel (or a proxy) does not know the route.
bool is_missing_route(const Error& error);
bool is_forbidden(const Error& error);
/// May pass by itself: 408, 429, 5xx, and what FG-NET says of connections.
bool is_passing(const Error& error);

}  // namespace fairgate::backends::panel
