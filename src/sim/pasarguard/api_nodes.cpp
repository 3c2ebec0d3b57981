#include "sim/pasarguard/api.hpp"

namespace fairgate::sim::pasarguard {

namespace json = boost::json;

namespace {

bool is_live(const Node& node) {
    return node.status != NodeStatus::disabled && node.status != NodeStatus::limited;
}

Answer<Node*> node_of(World& world, const Call& call) {
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

Answer<http::Response> list_nodes(World& world, const Call& call) {
    json::array nodes;
    const auto status = call.parameter("status");
    for (const auto& [id, node] : world.panel.nodes()) {
        if (!status || *status == to_text(node.status)) {
            nodes.emplace_back(to_json(node, world.panel));
        }
    }
    const std::size_t total = nodes.size();
    return json_response(200, json::object{{"nodes", std::move(nodes)}, {"total", total}});
}

Answer<http::Response> list_nodes_simply(World& world, const Call&) {
    json::array nodes;
    for (const auto& [id, node] : world.panel.nodes()) {
        nodes.emplace_back(
            json::object{{"id", id}, {"name", node.name}, {"status", to_text(node.status)}}
        );
    }
    const std::size_t total = nodes.size();
    return json_response(200, json::object{{"nodes", std::move(nodes)}, {"total", total}});
}

Answer<http::Response> get_node(World& world, const Call& call) {
    auto node = node_of(world, call);
    return node ? Answer<http::Response>(json_response(200, to_json(**node, world.panel)))
                : node.error();
}

Answer<http::Response> realtime_stats(World& world, const Call& call) {
    auto node = node_of(world, call);
    if (!node || !is_live(**node)) {
        return Refusal{404, "Node not found"};
    }
    if (!(*node)->reachable || (*node)->stats_time_out) {
        return Refusal{408, "Timeout"};
    }
    const auto uptime =
        std::chrono::floor<std::chrono::seconds>(call.now - (*node)->core_started());
    return json_response(
        200,
        json::object{
            {"mem_total", 1},
            {"mem_used", 1},
            {"cpu_cores", 2},
            {"cpu_usage", 1.5},
            {"uptime", uptime.count()},
        }
    );
}

/// What restarts a core cuts everybody: no client that means well calls these.
Answer<http::Response> restart(World& world, const Call& call) {
    auto node = node_of(world, call);
    if (!node) {
        return node.error();
    }
    world.panel.restart_core(**node, call.now);
    return json_response(200, json::object());
}

json::object ips_of(const Node& node, std::int64_t user_id, TimePoint now) {
    json::object ips;
    for (const auto& [address, seen] : node.online(user_id, now)) {
        ips[address] = seen;
    }
    return ips;
}

/// 5.0 and later name the user by id, earlier ones by name.
Answer<User*> asked_user(World& world, const Call& call) {
    const std::string& text = call.arguments.at("user");
    User* user = nullptr;
    if (world.panel.release() < Release::v5_0) {
        user = world.panel.find_user(text);
    } else {
        const auto id = call.argument_number("user");
        if (!id) {
            return id.error();
        }
        const auto found = world.panel.users().find(*id);
        user = found == world.panel.users().end() ? nullptr : &found->second;
    }
    if (user == nullptr) {
        return Refusal{404, "User not found"};
    }
    return user;
}

Answer<http::Response> online_everywhere(World& world, const Call& call) {
    auto user = asked_user(world, call);
    if (!user) {
        return user.error();
    }
    json::object nodes;
    for (const auto& [id, node] : world.panel.nodes()) {
        const bool answers = is_live(node) && node.reachable && !node.stats_time_out;
        if (!answers || !world.core.stats_user_online) {
            continue;
        }
        json::object ips = ips_of(node, (*user)->id, call.now);
        if (!ips.empty()) {
            nodes[std::to_string(id)] = json::object{{"ips", std::move(ips)}};
        }
    }
    return json_response(200, json::object{{"nodes", std::move(nodes)}});
}

Answer<http::Response> online_on_node(World& world, const Call& call) {
    auto node = node_of(world, call);
    auto user = asked_user(world, call);
    if (!node || !user) {
        return node ? user.error() : node.error();
    }
    if ((*node)->stats_time_out) {
        return Refusal{408, "Timeout"};
    }
    json::object ips = ips_of(**node, (*user)->id, call.now);
    if (ips.empty() || !world.core.stats_user_online) {
        return Refusal{404, "Node unavailable or user not found"};
    }
    return json_response(200, json::object{{"ips", std::move(ips)}});
}

Answer<http::Response> list_cores(World& world, const Call&) {
    return json_response(
        200, json::object{{"count", 1}, {"cores", json::array{to_json(world.core, world.panel)}}}
    );
}

Answer<http::Response> system_of(World& world, const Call&) {
    return json_response(
        200,
        json::object{
            {"version", version_of(world.panel.release())},
            {"mem_total", 1},
            {"mem_used", 1},
            {"cpu_cores", 2},
            {"cpu_usage", 1.0},
            {"total_user", world.panel.users().size()},
            {"online_users", 0},
            {"incoming_bandwidth", 0},
            {"outgoing_bandwidth", 0},
        }
    );
}

}  // namespace

std::vector<Route> node_routes() {
    return {
        {"GET", "/api/node/online_stats/{user}/ip", "nodes.stats", Access::read, online_everywhere},
        {"GET", "/api/node/{id}/online_stats/{user}/ip", "nodes.stats", Access::read, online_on_node
        },
        {"GET", "/api/nodes", "nodes.read", Access::read, list_nodes},
        {"GET", "/api/nodes/simple", "nodes.read", Access::read, list_nodes_simply},
        {"GET", "/api/node/{id}", "nodes.read", Access::read, get_node},
        {"GET", "/api/node/{id}/realtime_stats", "nodes.stats", Access::read, realtime_stats},
        {"POST", "/api/node/{id}/reconnect", "nodes.update", Access::write, restart},
        {"PUT", "/api/node/{id}/sync", "nodes.update", Access::write, restart},
        {"GET", "/api/cores", "cores.read", Access::read, list_cores},
        {"GET", "/api/system", "system.read", Access::read, system_of},
    };
}

}  // namespace fairgate::sim::pasarguard
