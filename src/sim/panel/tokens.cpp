#include "sim/panel/tokens.hpp"

namespace fairgate::sim::panel {

std::string Tokens::nonce() {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (int i = 0; i < 32; ++i) {
        text += hex[random_() % hex.size()];
    }
    return text;
}

std::string Tokens::issue(std::int64_t admin_id, TimePoint now) {
    Token token{admin_id, now, std::nullopt};
    if (token_lifetime) {
        token.expires = now + *token_lifetime;
    }
    // Three parts, as a JWT has, so that what redacts tokens meets their real shape.
    std::string text = "eyJhbGciOiJIUzI1NiJ9." + nonce() + "." + nonce();
    tokens_.emplace(text, token);
    return text;
}

const Tokens::Token* Tokens::find(std::string_view text, TimePoint now, Duration leeway) const {
    const auto token = tokens_.find(text);
    const bool there = token != tokens_.end();
    if (!there || (token->second.expires && now > *token->second.expires + leeway)) {
        return nullptr;
    }
    return &token->second;
}

}  // namespace fairgate::sim::panel
