#pragma once

#include "config/settings.hpp"

#include <string>

namespace fairgate::config {

/// The pattern as one text: "vip_*", or a regular expression behind "re:".
std::string pattern_text(const NameText& pattern);

}  // namespace fairgate::config
