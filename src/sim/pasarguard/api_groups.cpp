#include "sim/pasarguard/api.hpp"

namespace fairgate::sim::pasarguard {

namespace json = boost::json;

namespace {

Answer<http::Response> list_groups(World& world, const Call&) {
    json::array groups;
    for (const auto& [id, group] : world.panel.groups()) {
        groups.emplace_back(to_json(group, world.panel));
    }
    const std::size_t total = groups.size();
    return json_response(200, json::object{{"groups", std::move(groups)}, {"total", total}});
}

Answer<http::Response> list_groups_simply(World& world, const Call&) {
    json::array groups;
    for (const auto& [id, group] : world.panel.groups()) {
        groups.emplace_back(json::object{{"id", id}, {"name", group.name}});
    }
    const std::size_t total = groups.size();
    return json_response(200, json::object{{"groups", std::move(groups)}, {"total", total}});
}

struct GroupOrder {
    std::vector<std::int64_t> group_ids;
    GroupSelector selector;
};

Answer<GroupOrder> read_order(const Call& call) {
    auto body = call.json_body();
    if (!body) {
        return body.error();
    }
    GroupOrder order;
    for (auto [field, ids] :
         {std::pair{"group_ids", &order.group_ids},
          std::pair{"users", &order.selector.users},
          std::pair{"admins", &order.selector.admins},
          std::pair{"has_group_ids", &order.selector.has_group_ids}}) {
        auto read = read_ids(*body, field);
        if (!read) {
            return read.error();
        }
        *ids = *std::move(read);
    }
    if (order.group_ids.empty()) {
        return invalid_field("group_ids", "List should have at least 1 item");
    }
    return order;
}

Answer<http::Response> done_on(Answer<std::size_t> users) {
    if (!users) {
        return users.error();
    }
    const std::string detail =
        "operation has been successfuly done on " + std::to_string(*users) + " users";
    return json_response(200, json::object{{"detail", detail}});
}

Answer<http::Response> bulk_add(World& world, const Call& call) {
    auto order = read_order(call);
    if (!order) {
        return order.error();
    }
    return done_on(world.panel.add_to_groups(order->group_ids, order->selector, call.now));
}

Answer<http::Response> bulk_remove(World& world, const Call& call) {
    auto order = read_order(call);
    if (!order) {
        return order.error();
    }
    return done_on(world.panel.remove_from_groups(order->group_ids, order->selector, call.now));
}

}  // namespace

std::vector<Route> group_routes() {
    return {
        {"GET", "/api/groups", "groups.read", Access::read, list_groups},
        {"GET", "/api/groups/simple", "groups.read", Access::read, list_groups_simply},
        {"POST", "/api/groups/bulk/add", "groups.update", Access::write, bulk_add},
        {"POST", "/api/groups/bulk/remove", "groups.update", Access::write, bulk_remove},
    };
}

}  // namespace fairgate::sim::pasarguard
