#pragma once

#include "api/route.hpp"

#include <vector>

// The parts of the table of routes, one file for each group; joined in routes.cpp.
namespace fairgate::api {

std::vector<Route> everyday_routes();
std::vector<Route> account_routes();
std::vector<Route> session_routes();
std::vector<Route> limit_routes();
std::vector<Route> exception_routes();
std::vector<Route> mode_routes();
std::vector<Route> ladder_routes();
std::vector<Route> decision_routes();
std::vector<Route> block_routes();
std::vector<Route> node_routes();
std::vector<Route> running_routes();

/// How many rows a list gives at once: 50 if not said, 1 to 1000. FG-API-400.
Result<std::size_t> page_size(std::optional<int> limit);

/// A time said in whole seconds, up to ten years. FG-CTL-004.
Result<std::optional<Duration>> length_of(std::optional<std::int64_t> seconds);

}  // namespace fairgate::api
