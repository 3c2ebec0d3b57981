#pragma once

#include "backends/panel/probe_step.hpp"
#include "control/check.hpp"

#include <string>
#include <vector>

namespace fairgate::daemon {

/// The steps of a panel's connection test, as `doctor` shows them.
std::vector<control::Check> checks_of(
    const std::string& backend, const std::vector<backends::panel::ProbeStep>& steps
);

}  // namespace fairgate::daemon
