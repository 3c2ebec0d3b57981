#include "sim/marzban/auth.hpp"

namespace fairgate::sim::marzban {

Answer<std::string> Auth::login(
    PanelState& panel, std::string_view username, std::string_view password, TimePoint now
) {
    const Admin* admin = panel.find_admin(username);
    if (admin == nullptr || admin->password != password) {
        return Refusal{401, "Incorrect username or password"};
    }
    return issue(admin->id, now);
}

Admin* Auth::owner_of(PanelState& panel, std::string_view text, TimePoint now) const {
    const Token* token = find(text, now, Duration::zero());
    const auto admin =
        token == nullptr ? panel.admins().end() : panel.admins().find(token->admin_id);
    if (admin == panel.admins().end()) {
        return nullptr;
    }
    const auto reset = admin->second.password_reset_at;
    const bool outdated = reset && !admin->second.from_environment && token->issued < *reset;
    return outdated ? nullptr : &admin->second;
}

Answer<Admin*> Auth::who(PanelState& panel, const http::Headers& headers, TimePoint now) const {
    const auto token = bearer_of(headers);
    if (!token) {
        return Refusal{401, "Not authenticated"};
    }
    Admin* admin = owner_of(panel, *token, now);
    if (admin == nullptr) {
        return Refusal{401, "Could not validate credentials"};
    }
    return admin;
}

std::optional<std::string_view> bearer_of(const http::Headers& headers) {
    constexpr std::string_view scheme = "bearer ";
    const std::string_view field = headers.get("Authorization").value_or("");
    if (field.size() <= scheme.size() || !http::same_name(field.substr(0, scheme.size()), scheme)) {
        return std::nullopt;
    }
    return field.substr(scheme.size());
}

}  // namespace fairgate::sim::marzban
