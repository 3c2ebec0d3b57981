#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "setup/reach.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::setup {

struct CoreAccess {
    std::string api;
    std::string config;
    std::vector<std::string> inbounds;
};

struct CoreTested {
    std::string product;  ///< "Xray 25.6.7 or newer at http://127.0.0.1:10085"
    std::optional<Error> failed;
    /// What it takes to block there: a file or tags. The core itself was reached.
    std::optional<Error> cannot_block;
};

/// Asks a core's API what Fairgate needs of it, and changes nothing there.
CoreTested test_core(
    const CoreAccess& access, const TestSettings& settings, const Clock& clock, const Tell& tell
);

}  // namespace fairgate::setup
