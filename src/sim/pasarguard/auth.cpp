#include "sim/pasarguard/auth.hpp"

namespace fairgate::sim::pasarguard {

namespace {

/// The panel's tolerance when it checks a token's end.
constexpr std::chrono::seconds leeway{5};

Refusal not_validated() { return {401, "Could not validate credentials"}; }

}  // namespace

std::string Auth::nonce() {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (int i = 0; i < 32; ++i) {
        text += hex[random_() % hex.size()];
    }
    return text;
}

Answer<std::string> Auth::login(
    PanelState& panel, std::string_view username, std::string_view password, TimePoint now
) {
    const Admin* admin = panel.find_admin(username);
    if (admin == nullptr || admin->password != password) {
        return Refusal{401, "Incorrect username or password"};
    }
    if (admin->from_environment) {
        return Refusal{400, "env admin not allowed in production"};
    }
    if (admin->is_disabled) {
        return Refusal{403, "your account has been disabled"};
    }
    Token token{admin->id, now, std::nullopt};
    if (token_lifetime) {
        token.expires = now + *token_lifetime;
    }
    // Three parts, as a JWT has, so that what redacts tokens meets their real shape.
    std::string text = "eyJhbGciOiJIUzI1NiJ9." + nonce() + "." + nonce();
    tokens_.emplace(text, token);
    return Answer<std::string>(std::move(text));
}

std::string Auth::add_api_key(std::int64_t admin_id) {
    std::string key = "pg_key_" + nonce();
    keys_.emplace(key, admin_id);
    return key;
}

std::optional<std::int64_t> Auth::admin_of(
    const PanelState& panel, const http::Headers& headers, TimePoint now
) const {
    const std::string_view authorization = headers.get("Authorization").value_or("");
    std::string_view key = headers.get("X-Api-Key").value_or("");
    if (authorization.starts_with("ApiKey ")) {
        key = authorization.substr(7);
    }
    if (const auto found = keys_.find(key);
        found != keys_.end() && panel.release() >= Release::v5_1) {
        return found->second;
    }
    if (!authorization.starts_with("Bearer ")) {
        return std::nullopt;
    }
    const auto token = tokens_.find(authorization.substr(7));
    if (token == tokens_.end()) {
        return std::nullopt;
    }
    if (token->second.expires && now > *token->second.expires + leeway) {
        return std::nullopt;
    }
    return token->second.admin_id;
}

Answer<Admin*> Auth::who(PanelState& panel, const http::Headers& headers, TimePoint now) const {
    const auto id = admin_of(panel, headers, now);
    const auto admin = id ? panel.admins().find(*id) : panel.admins().end();
    if (admin == panel.admins().end()) {
        return not_validated();
    }
    Admin& found = admin->second;
    const std::string_view authorization = headers.get("Authorization").value_or("");
    if (found.password_reset_at && authorization.starts_with("Bearer ")) {
        const auto token = tokens_.find(authorization.substr(7));
        if (token != tokens_.end() && token->second.issued < *found.password_reset_at) {
            return not_validated();
        }
    }
    if (found.is_disabled) {
        return Refusal{403, "your account has been disabled"};
    }
    return &found;
}

Scope scope_of(const Admin& admin, std::string_view permission) {
    if (admin.role.is_owner) {
        return Scope::all;
    }
    const auto found = admin.role.permissions.find(permission);
    return found == admin.role.permissions.end() ? Scope::none : found->second;
}

Answer<> check_permission(
    const Admin& admin, std::string_view permission, Access access, Release release
) {
    Scope scope = scope_of(admin, permission);
    if (scope == Scope::none && permission.ends_with(".read")) {
        scope = scope_of(admin, std::string(permission) + "_simple");
    }
    if (scope == Scope::none) {
        if (release < Release::v5_0) {  // before there were roles: sudo or not
            return Refusal{403, "You're not allowed"};
        }
        return Refusal{403, boost::json::string("Permission denied: " + std::string(permission))};
    }
    if (access == Access::write && admin.is_limited) {
        return Refusal{403, "Admin is limited — write actions blocked"};
    }
    return {};
}

}  // namespace fairgate::sim::pasarguard
