#pragma once

#include "config/load.hpp"

#include <string>

namespace fairgate::cli {

/// Shows a long text with $PAGER, or `less -FRX`; false when there is none or it is turned off
/// (PAGER empty or "cat").
bool page(const std::string& text, const config::Environment& environment);

}  // namespace fairgate::cli
