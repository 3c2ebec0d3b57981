#include "sim/pasarguard/api.hpp"

#include "sim/panel/routes.hpp"

#include <optional>

namespace fairgate::sim::pasarguard {

namespace {

using panel::Arguments;
using panel::match;

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
    Call call(panel::take_apart(request, now));
    if (auto redirect = panel::redirect_of(call)) {
        return *std::move(redirect);
    }
    auto answered = dispatch(world, std::move(call));
    return answered ? *std::move(answered) : refusal_response(answered.error());
}

bool asks_for_log(const http::Request& request) {
    const panel::Call call = panel::take_apart(request, TimePoint{});
    return call.method == "GET" && match("/api/node/{id}/logs", call.path);
}

Answer<Node*> open_log(World& world, const http::Request& request, TimePoint now) {
    world.panel.run_jobs(now);
    Call call(panel::take_apart(request, now));
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
