#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace fairgate::sim::panel {

/// Bearer tokens that were given out, and when they end.
class Tokens {
public:
    struct Token {
        std::int64_t admin_id = 0;
        TimePoint issued;
        std::optional<TimePoint> expires;
    };

    explicit Tokens(std::uint64_t seed) : random_(seed) {}

    /// How long a token lives; none: for ever.
    std::optional<Duration> token_lifetime = std::chrono::hours(24);

    void end_all_tokens() { tokens_.clear(); }

protected:
    std::string issue(std::int64_t admin_id, TimePoint now);
    /// A token that has not ended, with the panel's tolerance.
    const Token* find(std::string_view text, TimePoint now, Duration leeway) const;
    std::string nonce();

private:
    std::mt19937_64 random_;
    std::map<std::string, Token, std::less<>> tokens_;
};

}  // namespace fairgate::sim::panel
