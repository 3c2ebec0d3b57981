#pragma once

#include "api/route.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::api {

struct Found {
    const Route* route = nullptr;
    std::vector<std::string> values;  ///< what stands for each {name}
};

/// The route for a path below /api/v1, still encoded. A part that is written out wins over
/// {name}. FG-API-404, or FG-API-405 when the path is there for other methods.
Result<Found> find_route(
    std::span<const Route> routes, std::string_view method, std::string_view path
);

/// "GET, PUT": what the path may be asked with.
std::string allowed_methods(std::span<const Route> routes, std::string_view path);

}  // namespace fairgate::api
