#pragma once

#include <span>
#include <string>

namespace fairgate::api {

struct Route;

/// The OpenAPI 3.1 description of the routes, indented, the same for the same routes.
std::string openapi(std::span<const Route> routes);

/// That of all routes.
std::string openapi();

}  // namespace fairgate::api
