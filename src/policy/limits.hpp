#pragma once

#include "base/error.hpp"
#include "model/account.hpp"
#include "model/limit.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::policy {

using fairgate::unlimited;

/// A pattern over account names: "vip_*", "*_family", "re:^user[0-9]+$".
class NamePattern {
public:
    /// Stands for the digits in a name that say how many devices it may use: "*.{devices}.User".
    static constexpr std::string_view devices_word = "{devices}";

    /// Text with '*' and '?' and at most one devices_word, or a regular expression (ECMAScript)
    /// behind "re:".
    static Result<NamePattern> parse(std::string_view text);
    bool matches(std::string_view name) const;
    const std::string& text() const { return text_; }
    /// Whether the number of devices stands in the names.
    bool tells_devices() const { return tells_devices_; }
    /// What the name says, from 1 to 10000; nothing where it does not match or says another number.
    std::optional<int> devices_in(std::string_view name) const;

private:
    std::string text_;
    std::optional<std::regex> regex_;
    bool tells_devices_ = false;
};

struct PatternLimit {
    NamePattern pattern;
    int devices = 0;  ///< unless the pattern tells it

    /// The limit of accounts of this name; nothing where the pattern is not about them.
    std::optional<int> devices_for(std::string_view name) const;
};

/// All limits an operator has set. The first that is set wins: the account's own, a pattern (the
/// first that matches), its group (the most generous of several), its owner, the panel's field,
/// the general limit.
struct LimitBook {
    /// Asked by parts of a line as well as by strings.
    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const {
            return std::hash<std::string_view>{}(name);
        }
    };
    boost::unordered_flat_map<std::string, int, NameHash, std::equal_to<>> accounts;
    std::vector<PatternLimit> patterns;
    std::map<std::string, int, std::less<>> groups;
    std::map<std::string, int, std::less<>> owners;
    bool use_panel_field = true;
    int general = 2;

    /// The limit in force, with the ones that lost.
    DeviceLimit resolve(const AccountFacts& facts) const;
    /// Only the number, for an account of which nothing but the name is known.
    int devices_for(std::string_view name) const;
};

}  // namespace fairgate::policy
