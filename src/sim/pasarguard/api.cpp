#include "sim/pasarguard/api.hpp"

#include <optional>

namespace fairgate::sim::pasarguard {

namespace {

using Arguments = std::map<std::string, std::string, std::less<>>;

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

const std::vector<Route>& all_routes() {
    static const std::vector<Route> routes = [] {
        std::vector<Route> all;
        for (auto area : {user_routes(), group_routes(), node_routes(), admin_routes()}) {
            all.insert(all.end(), area.begin(), area.end());
        }
        return all;
    }();
    return routes;
}

struct Found {
    const Route* route = nullptr;
    Arguments arguments;
    bool other_method = false;
};

Found find_route(std::string_view method, std::string_view path, Release release) {
    Found found;
    for (const Route& route : all_routes()) {
        auto arguments = match(route.pattern, path);
        if (!arguments || release < route.since) {
            continue;
        }
        if (route.method == method) {
            found.route = &route;
            found.arguments = *std::move(arguments);
            return found;
        }
        found.other_method = true;
    }
    return found;
}

Answer<http::Response> dispatch(World& world, Call call) {
    Found found = find_route(call.method, call.path, world.panel.release());
    if (found.route == nullptr) {
        return found.other_method ? Refusal{405, "Method Not Allowed"} : Refusal{404, "Not Found"};
    }
    call.arguments = std::move(found.arguments);
    if (!found.route->permission.empty()) {
        auto admin = world.auth.who(world.panel, call.headers, call.now);
        if (!admin) {
            return admin.error();
        }
        call.admin = *admin;
        if (found.route->permission != "-") {
            auto allowed = check_permission(
                **admin, found.route->permission, found.route->access, world.panel.release()
            );
            if (!allowed) {
                return allowed.error();
            }
        }
    }
    return found.route->handle(world, call);
}

}  // namespace

http::Response answer(World& world, const http::Request& request, TimePoint now) {
    world.panel.run_jobs(now);
    Call call = take_apart(request, now);
    if (call.path.size() > 1 && call.path.ends_with('/')) {
        http::Response redirect;
        redirect.status = 307;
        redirect.headers.set("Location", call.path.substr(0, call.path.size() - 1));
        return redirect;
    }
    auto answered = dispatch(world, std::move(call));
    return answered ? *std::move(answered) : refusal_response(answered.error());
}

bool asks_for_log(const http::Request& request) {
    const Call call = take_apart(request, TimePoint{});
    return call.method == "GET" && match("/api/node/{id}/logs", call.path);
}

Answer<Node*> open_log(World& world, const http::Request& request, TimePoint now) {
    world.panel.run_jobs(now);
    Call call = take_apart(request, now);
    call.arguments = match("/api/node/{id}/logs", call.path).value_or(Arguments{});
    auto admin = world.auth.who(world.panel, call.headers, now);
    if (!admin) {
        return admin.error();
    }
    auto allowed = check_permission(**admin, "nodes.logs", Access::read, world.panel.release());
    if (!allowed) {
        return allowed.error();
    }
    const auto id = call.argument_number("id");
    if (!id) {
        return id.error();
    }
    const auto node = world.panel.nodes().find(*id);
    if (node == world.panel.nodes().end() || node->second.status == NodeStatus::disabled ||
        node->second.status == NodeStatus::limited) {
        return Refusal{404, "Node not found"};
    }
    return &node->second;
}

}  // namespace fairgate::sim::pasarguard
