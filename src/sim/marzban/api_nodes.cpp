#include "sim/marzban/api.hpp"
#include "sim/marzban/wire.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace fairgate::sim::marzban {

namespace json = boost::json;

namespace {

http::Response empty_object() { return json_response(200, json::object()); }

Answer<Core*> node_of(World& world, const Call& call) {
    const auto id = call.argument_number("id");
    if (!id) {
        return id.error();
    }
    const auto node = world.panel.nodes().find(*id);
    if (node == world.panel.nodes().end()) {
        return Refusal{404, "Node not found"};
    }
    return &node->second;
}

Answer<http::Response> list_nodes(World& world, const Call&) {
    json::array nodes;
    for (const auto& [id, node] : world.panel.nodes()) {
        nodes.emplace_back(to_json(node));
    }
    return json_response(200, nodes);
}

Answer<http::Response> get_node(World& world, const Call& call) {
    auto node = node_of(world, call);
    return node ? Answer<http::Response>(json_response(200, to_json(**node))) : node.error();
}

Answer<http::Response> reconnect(World& world, const Call& call) {
    auto node = node_of(world, call);
    if (!node) {
        return node.error();
    }
    world.panel.reconnect_node(**node, call.now);
    return json_response(200, json::object{{"detail", "Reconnection task scheduled"}});
}

Answer<http::Response> delete_node(World& world, const Call& call) {
    auto node = node_of(world, call);
    if (!node) {
        return node.error();
    }
    world.panel.delete_node((*node)->id);
    return empty_object();
}

Answer<http::Response> nodes_usage(World& world, const Call&) {
    json::array usages;
    usages.emplace_back(
        json::object{{"node_id", nullptr}, {"node_name", "Master"}, {"uplink", 0}, {"downlink", 0}}
    );
    for (const auto& [id, node] : world.panel.nodes()) {
        usages.emplace_back(
            json::object{{"node_id", id}, {"node_name", node.name}, {"uplink", 0}, {"downlink", 0}}
        );
    }
    return json_response(200, json::object{{"usages", std::move(usages)}});
}

Answer<http::Response> core_of(World& world, const Call&) {
    return json_response(
        200,
        json::object{
            {"version", panel::version_of(world.panel.core().xray)},
            {"started", world.panel.core().started},
            {"logs_websocket", "/api/core/logs"},
        }
    );
}

Answer<http::Response> core_config(World& world, const Call&) {
    return json_response(200, to_json(world.panel.config(), world.panel.inbounds()));
}

Answer<http::Response> put_core_config(World& world, const Call& call) {
    auto body = call.json_body();
    if (!body) {
        return body.error();
    }
    world.panel.restart_all_cores(call.now);
    return json_response(200, *body);
}

Answer<http::Response> restart_core(World& world, const Call& call) {
    world.panel.restart_all_cores(call.now);
    return empty_object();
}

Answer<http::Response> system_of(World& world, const Call& call) {
    const auto count = [&](auto fits) {
        const auto& users = world.panel.users();
        return std::count_if(users.begin(), users.end(), [&](const auto& each) {
            return fits(each.second);
        });
    };
    json::object system{
        {"version", version_of(world.panel.release())},
        {"mem_total", 1},
        {"mem_used", 1},
        {"cpu_cores", 2},
        {"cpu_usage", 1.0},
        {"total_user", world.panel.users().size()},
        {"online_users", count([&](const User& user) {
             return user.online_at && call.now - *user.online_at < std::chrono::hours(24);
         })},
        {"incoming_bandwidth", 0},
        {"outgoing_bandwidth", 0},
    };
    for (const UserStatus status :
         {UserStatus::active,
          UserStatus::on_hold,
          UserStatus::disabled,
          UserStatus::expired,
          UserStatus::limited}) {
        system["users_" + std::string(to_text(status))] =
            count([status](const User& user) { return user.status == status; });
    }
    return json_response(200, system);
}

Answer<http::Response> inbounds_of(World& world, const Call&) {
    return json_response(200, to_json(world.panel.inbounds()));
}

}  // namespace

std::vector<Route> node_routes() {
    return {
        {"GET", "/api/nodes", Needs::sudo, list_nodes},
        {"GET", "/api/nodes/usage", Needs::sudo, nodes_usage},
        {"GET", "/api/node/{id}", Needs::sudo, get_node},
        {"DELETE", "/api/node/{id}", Needs::sudo, delete_node},
        {"POST", "/api/node/{id}/reconnect", Needs::sudo, reconnect},
        {"GET", "/api/core", Needs::admin, core_of},
        {"GET", "/api/core/config", Needs::sudo, core_config},
        {"PUT", "/api/core/config", Needs::sudo, put_core_config},
        {"POST", "/api/core/restart", Needs::sudo, restart_core},
        {"GET", "/api/system", Needs::admin, system_of},
        {"GET", "/api/inbounds", Needs::admin, inbounds_of},
    };
}

}  // namespace fairgate::sim::marzban
