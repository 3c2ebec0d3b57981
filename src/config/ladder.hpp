#pragma once

#include "base/error.hpp"
#include "config/settings.hpp"

#include <string>
#include <vector>

namespace fairgate::config {

/// As the file writes it: "warn", "10m", "forever", "revoke".
std::string step_text(const LadderStep& step);
std::vector<std::string> step_texts(const LadderSettings& ladder);

/// `rest` with these steps, checked as a ladder of the file. FG-CFG-004, -006, -008, -010.
Result<LadderSettings> with_steps(LadderSettings rest, const std::vector<std::string>& steps);

}  // namespace fairgate::config
