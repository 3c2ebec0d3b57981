#pragma once

#include "backends/xray/releases.hpp"
#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::xray {

/// Why nobody can be blocked at a core of these abilities, with what the configuration adds to
/// them; nothing when accounts can be. FG-XRY-004, 005 or 013.
std::optional<Error> hindrance(
    std::string_view place,
    const Abilities& abilities,
    const std::string& accounts_file,
    const std::vector<std::string>& inbounds
);

}  // namespace fairgate::backends::xray
