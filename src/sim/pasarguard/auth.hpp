#pragma once

#include "base/clock.hpp"
#include "http/message.hpp"
#include "sim/panel/tokens.hpp"
#include "sim/pasarguard/panel_state.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate::sim::pasarguard {

/// Who may come in: bearer tokens that end, and API keys (5.1 and later) that do not.
class Auth : public panel::Tokens {
public:
    using Tokens::Tokens;

    /// POST /api/admin/token, the form already read.
    Answer<std::string> login(
        PanelState& panel, std::string_view username, std::string_view password, TimePoint now
    );
    std::string add_api_key(std::int64_t admin_id);

    /// The administrator a request comes from; 401 for anything else, 403 when it is disabled.
    Answer<Admin*> who(PanelState& panel, const http::Headers& headers, TimePoint now) const;

    void revoke_api_keys() { keys_.clear(); }

private:
    std::optional<std::int64_t> admin_of_key(const PanelState& panel, const http::Headers& headers)
        const;

    std::map<std::string, std::int64_t, std::less<>> keys_;
};

/// 403 unless the administrator's role has the permission at all; 403 for a write by one that is
/// limited.
enum class Access { read, write };
Answer<> check_permission(
    const Admin& admin, std::string_view permission, Access access, Release release
);

/// How far the permission reaches; none when it is not there.
Scope scope_of(const Admin& admin, std::string_view permission);

}  // namespace fairgate::sim::pasarguard
