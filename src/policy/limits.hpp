#pragma once

#include "model/account.hpp"
#include "model/limit.hpp"
#include "policy/name_pattern.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::policy {

using fairgate::unlimited;

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
