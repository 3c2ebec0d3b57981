#pragma once

#include <string>

namespace fairgate::cli {

/// Shows a long text with $PAGER, or `less -FRX`; false when there is none or it is turned off
/// (PAGER empty or "cat").
bool page(const std::string& text);

}  // namespace fairgate::cli
