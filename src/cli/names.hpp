#pragma once

#include "logs/account_name.hpp"
#include "logs/log_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fairgate::cli {

/// Words of the command line as values; the parser has checked that they are known.
logs::Names names_of(std::string_view word);
logs::Decoration decoration_of(std::string_view word);

/// "a,b" as a list.
std::vector<std::string> comma_list(std::string_view text);

}  // namespace fairgate::cli
