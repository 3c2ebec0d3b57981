#pragma once

#include "logs/access_line.hpp"

#include <string_view>

namespace fairgate::cli {

/// Why a line is not counted, as a person would say it; "" for none.
std::string_view meaning(logs::Skip skip);

}  // namespace fairgate::cli
