#pragma once

#include "base/clock.hpp"
#include "http/message.hpp"
#include "sim/pasarguard/panel_state.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace fairgate::sim::pasarguard {

/// Who may come in: bearer tokens that end, and API keys (5.1 and later) that do not.
class Auth {
public:
    explicit Auth(std::uint64_t seed) : random_(seed) {}

    /// How long a token lives; none: for ever.
    std::optional<Duration> token_lifetime = std::chrono::hours(24);

    /// POST /api/admin/token, the form already read.
    Answer<std::string> login(
        PanelState& panel, std::string_view username, std::string_view password, TimePoint now
    );
    std::string add_api_key(std::int64_t admin_id);

    /// The administrator a request comes from; 401 for anything else, 403 when it is disabled.
    Answer<Admin*> who(PanelState& panel, const http::Headers& headers, TimePoint now) const;

    void end_all_tokens() { tokens_.clear(); }
    void revoke_api_keys() { keys_.clear(); }

private:
    struct Token {
        std::int64_t admin_id = 0;
        TimePoint issued;
        std::optional<TimePoint> expires;
    };

    std::optional<std::int64_t> admin_of(
        const PanelState& panel, const http::Headers& headers, TimePoint now
    ) const;
    std::string nonce();

    std::mt19937_64 random_;
    std::map<std::string, Token, std::less<>> tokens_;
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
