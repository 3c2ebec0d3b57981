#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "control/asker.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Tokens of the API: "fg_<id>_<secret>". The id is public and names the token in the audit; of
/// the secret only its SHA-256 is kept.
namespace fairgate::control {

using Digest = std::array<std::uint8_t, 32>;

struct Token {
    std::string id;
    Scope scope = Scope::admin;
    Digest digest{};
    std::optional<TimePoint> expires;
};

/// The tokens that may ask.
class TokenTable {
public:
    /// One token a line, '#' begins a comment:
    ///     fg_<id>_<secret> [scope] [expiry]                  as it is given to whoever uses it
    ///     fg_<id> sha256:<64 hex digits> [scope] [expiry]    without the secret
    /// Without a scope it is admin. FG-AUTH-004 names `file` and the line, never its text.
    static Result<TokenTable> parse(std::string_view text, const std::string& file);

    bool empty() const { return tokens_.empty(); }

    /// The token that was shown. FG-AUTH-001 alike for an unknown id, a wrong secret, an expired
    /// token and text that is no token. The time it takes does not tell them apart by secret.
    Result<Token> find(std::string_view shown, TimePoint now) const;

private:
    std::vector<Token> tokens_;
};

/// A new token with 32 random bytes as its secret.
std::string make_token(const std::string& id);

Digest digest_of(std::string_view text);

}  // namespace fairgate::control
