#pragma once

#include "api/route.hpp"

#include <span>
#include <string>

namespace fairgate::api {

/// The OpenAPI 3.1 description of the routes, indented, the same for the same routes.
std::string openapi(std::span<const Route> routes);

}  // namespace fairgate::api
