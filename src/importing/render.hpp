#pragma once

#include "importing/plan.hpp"

#include <functional>
#include <string>

namespace fairgate::importing {

/// accounts_too: also limits and exemptions of single accounts, for a file that stands alone.
enum class Extent { settings, accounts_too };

/// Where the file of a secret is, by the secret's name.
using SecretPlace = std::function<std::string(const std::string&)>;

/// The plan as a file of Fairgate's configuration.
std::string to_toml(const Plan& plan, const SecretPlace& place, Extent extent);
/// The same, with secrets in files in `folder`.
std::string to_toml(const Plan& plan, const std::string& folder, Extent extent);

/// "imported-pg-limiter.toml"
std::string file_name(Peer peer);

}  // namespace fairgate::importing
