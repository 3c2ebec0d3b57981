#include "sim/panel/routes.hpp"

namespace fairgate::sim::panel {

std::optional<Arguments> match(std::string_view pattern, std::string_view path) {
    Arguments arguments;
    while (true) {
        const std::string_view wanted = pattern.substr(0, pattern.find('/', 1));
        const std::string_view given = path.substr(0, path.find('/', 1));
        if (wanted.starts_with("/{")) {
            if (given.size() < 2) {
                return std::nullopt;
            }
            arguments.emplace(wanted.substr(2, wanted.size() - 3), given.substr(1));
        } else if (wanted != given) {
            return std::nullopt;
        }
        pattern.remove_prefix(wanted.size());
        path.remove_prefix(given.size());
        if (pattern.empty() || path.empty()) {
            break;
        }
    }
    return pattern.empty() && path.empty() ? std::optional(arguments) : std::nullopt;
}

std::optional<http::Response> redirect_of(const Call& call) {
    if (call.path.size() < 2 || !call.path.ends_with('/')) {
        return std::nullopt;
    }
    http::Response redirect;
    redirect.status = 307;
    redirect.headers.set("Location", call.path.substr(0, call.path.size() - 1));
    return redirect;
}

}  // namespace fairgate::sim::panel
