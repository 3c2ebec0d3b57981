#pragma once

#include "http/message.hpp"
#include "sim/panel/call.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate::sim::panel {

using Arguments = std::map<std::string, std::string, std::less<>>;

/// What stands for the {…} of "/api/user/{username}/reset" in a path; nothing when it is another.
std::optional<Arguments> match(std::string_view pattern, std::string_view path);

/// 307 to the path without the slash at its end, where it has one.
std::optional<http::Response> redirect_of(const Call& call);

}  // namespace fairgate::sim::panel
