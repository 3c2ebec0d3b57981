#pragma once

#include "enforcement/address_blocker.hpp"

#include <string>
#include <string_view>
#include <vector>

// Our rules in the words of ufw(8).

namespace fairgate::enforcement::ufw {

struct AddedRule {
    enum class Owner { us, the_operator };
    Owner owner = Owner::us;  ///< told by its comment
    Block block;
};

/// Reads `ufw show added`: the rules that say what one of ours would, whoever made them.
std::vector<AddedRule> read_added(std::string_view text);

/// "reject from 203.0.113.7", "reject proto tcp from 203.0.113.7 port 50000 to any port 443": what
/// stands behind `ufw`, `ufw prepend` and `ufw delete`.
std::vector<std::string> rule_words(const Denial& denial);

}  // namespace fairgate::enforcement::ufw
