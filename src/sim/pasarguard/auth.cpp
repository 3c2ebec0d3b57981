#include "sim/pasarguard/auth.hpp"

namespace fairgate::sim::pasarguard {

namespace {

/// The panel's tolerance when it checks a token's end.
constexpr std::chrono::seconds leeway{5};

Refusal not_validated() { return {401, "Could not validate credentials"}; }

}  // namespace

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
    return issue(admin->id, now);
}

std::string Auth::add_api_key(std::int64_t admin_id) {
    std::string key = "pg_key_" + nonce();
    keys_.emplace(key, admin_id);
    return key;
}

std::optional<std::int64_t> Auth::admin_of_key(
    const PanelState& panel, const http::Headers& headers
) const {
    const std::string_view authorization = headers.get("Authorization").value_or("");
    std::string_view key = headers.get("X-Api-Key").value_or("");
    if (authorization.starts_with("ApiKey ")) {
        key = authorization.substr(7);
    }
    const auto found = keys_.find(key);
    if (found == keys_.end() || panel.release() < Release::v5_1) {
        return std::nullopt;
    }
    return found->second;
}

Answer<Admin*> Auth::who(PanelState& panel, const http::Headers& headers, TimePoint now) const {
    const std::string_view authorization = headers.get("Authorization").value_or("");
    auto id = admin_of_key(panel, headers);
    const Token* token = nullptr;
    if (!id && authorization.starts_with("Bearer ")) {
        token = find(authorization.substr(7), now, leeway);
        id = token == nullptr ? std::nullopt : std::optional(token->admin_id);
    }
    const auto admin = id ? panel.admins().find(*id) : panel.admins().end();
    if (admin == panel.admins().end()) {
        return not_validated();
    }
    Admin& found = admin->second;
    if (token != nullptr && found.password_reset_at && token->issued < *found.password_reset_at) {
        return not_validated();
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
