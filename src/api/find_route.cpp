#include "api/find_route.hpp"

#include "api/problem.hpp"
#include "http/uri.hpp"

#include <algorithm>

namespace fairgate::api {

namespace {

std::vector<std::string_view> parts_of(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const std::size_t end = std::min(path.find('/'), path.size());
        parts.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return parts;
}

bool is_name(std::string_view part) { return part.starts_with('{'); }

struct Match {
    std::vector<std::string> values;
    std::size_t written_out = 0;
};

std::optional<Match> match(std::string_view pattern, const std::vector<std::string_view>& asked) {
    const auto parts = parts_of(pattern);
    if (parts.size() != asked.size()) {
        return std::nullopt;
    }
    Match found;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto value = http::percent_decode(asked[i]);
        if (!value || value->empty()) {
            return std::nullopt;
        }
        if (is_name(parts[i])) {
            found.values.push_back(*std::move(value));
        } else if (parts[i] == *value) {
            ++found.written_out;
        } else {
            return std::nullopt;
        }
    }
    return found;
}

}  // namespace

Result<Found> find_route(
    std::span<const Route> routes, std::string_view method, std::string_view path
) {
    const auto asked = path.starts_with('/') ? parts_of(path) : std::vector<std::string_view>();
    Found best;
    std::size_t most = 0;
    bool path_known = false;
    for (const Route& route : routes) {
        auto found = match(route.path, asked);
        if (!found) {
            continue;
        }
        path_known = true;
        const bool right_method = to_text(route.method) == method;
        if (right_method && (best.route == nullptr || found->written_out > most)) {
            most = found->written_out;
            best = {&route, std::move(found->values)};
        }
    }
    if (best.route != nullptr) {
        return best;
    }
    return path_known ? wrong_method(method, allowed_methods(routes, path)) : no_such_path(path);
}

std::string allowed_methods(std::span<const Route> routes, std::string_view path) {
    const auto asked = parts_of(path);
    std::string methods;
    for (const Route& route : routes) {
        const std::string name(to_text(route.method));
        if (match(route.path, asked) && methods.find(name) == std::string::npos) {
            methods += (methods.empty() ? "" : ", ") + name;
        }
    }
    return methods;
}

}  // namespace fairgate::api
