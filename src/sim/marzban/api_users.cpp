#include "sim/marzban/api.hpp"
#include "sim/marzban/user_rules.hpp"
#include "sim/marzban/wire.hpp"

#include <boost/json/array.hpp>

namespace fairgate::sim::marzban {

namespace json = boost::json;

namespace {

http::Response shown(World& world, const User& user) {
    return json_response(200, to_json(user, world.panel));
}

/// 404, and 403 for a user of somebody else.
Answer<User*> user_of(World& world, const Call& call) {
    User* user = world.panel.find_user(call.arguments.at("username"));
    if (user == nullptr) {
        return Refusal{404, "User not found"};
    }
    if (!call.admin->is_sudo && user->admin_id != call.admin->id) {
        return Refusal{403, "You're not allowed"};
    }
    return user;
}

Answer<http::Response> get_user(World& world, const Call& call) {
    auto user = user_of(world, call);
    return user ? Answer<http::Response>(shown(world, **user)) : user.error();
}

Answer<UserPatch> patch_of(const Call& call) {
    auto body = call.json_body();
    if (!body) {
        return body.error();
    }
    return read_patch(*body);
}

Answer<http::Response> put_user(World& world, const Call& call) {
    auto user = user_of(world, call);
    if (!user) {
        return user.error();
    }
    auto patch = patch_of(call);
    if (!patch) {
        return patch.error();
    }
    if (auto done = world.panel.modify(**user, *patch, call.now); !done) {
        return done.error();
    }
    return shown(world, **user);
}

Answer<http::Response> delete_user(World& world, const Call& call) {
    auto user = user_of(world, call);
    if (!user) {
        return user.error();
    }
    world.panel.delete_user((*user)->id, call.now);
    return json_response(200, json::object{{"detail", "User successfully deleted"}});
}

Answer<http::Response> reset_user(World& world, const Call& call) {
    auto user = user_of(world, call);
    if (!user) {
        return user.error();
    }
    world.panel.reset(**user, call.now);
    return shown(world, **user);
}

Answer<http::Response> revoke_sub(World& world, const Call& call) {
    auto user = user_of(world, call);
    if (!user) {
        return user.error();
    }
    world.panel.revoke_subscription(**user, call.now);
    return shown(world, **user);
}

Answer<http::Response> active_next(World& world, const Call& call) {
    auto user = user_of(world, call);
    if (!user) {
        return user.error();
    }
    if (!(*user)->next_plan) {
        return Refusal{404, "User doesn't have next plan"};
    }
    world.panel.start_next_plan(**user, call.now);
    return shown(world, **user);
}

Answer<http::Response> set_owner(World& world, const Call& call) {
    auto user = user_of(world, call);
    if (!user) {
        return user.error();
    }
    const Admin* admin = world.panel.find_admin(call.parameter("admin_username").value_or(""));
    if (admin == nullptr) {
        return Refusal{404, "Admin not found"};
    }
    (*user)->admin_id = admin->id;
    return shown(world, **user);
}

Answer<http::Response> reset_all(World& world, const Call& call) {
    world.panel.reset_all(call.now);
    return json_response(200, json::object{{"detail", "Users successfully reset."}});
}

Answer<http::Response> create_user(World& world, const Call& call) {
    auto body = call.json_body();
    if (!body) {
        return body.error();
    }
    const json::value* name = body->if_contains("username");
    if (name == nullptr || !name->is_string()) {
        return invalid_field("username", "Field required");
    }
    if (!is_username(name->get_string())) {
        return invalid_field(
            "username",
            "Username only can be 3 to 32 characters and contain a-z, 0-9, and underscores in "
            "between."
        );
    }
    auto patch = read_patch(*body);
    if (!patch) {
        return patch.error();
    }
    if (patch->proxies.empty()) {
        return invalid_field("proxies", "Each user needs at least one proxy");
    }
    User user;
    user.username = std::string(name->get_string());
    user.admin_id = call.admin->id;
    user.proxies.clear();
    auto applied =
        apply_patch(user, *patch, world.panel.inbounds(), world.panel.release(), call.now);
    if (!applied) {
        return applied.error();
    }
    user.edit_at.reset();
    if (world.panel.find_user(user.username) != nullptr) {
        return Refusal{409, "User already exists"};
    }
    return shown(world, world.panel.add_user(user, call.now));
}

json::array usages_of(World& world, const std::map<std::int64_t, std::int64_t>& by_node) {
    const auto of = [&by_node](std::int64_t id) {
        const auto found = by_node.find(id);
        return found == by_node.end() ? std::int64_t{0} : found->second;
    };
    json::array usages;
    usages.emplace_back(
        json::object{{"node_id", nullptr}, {"node_name", "Master"}, {"used_traffic", of(0)}}
    );
    for (const auto& [id, node] : world.panel.nodes()) {
        usages.emplace_back(
            json::object{{"node_id", id}, {"node_name", node.name}, {"used_traffic", of(id)}}
        );
    }
    return usages;
}

Answer<http::Response> user_usage(World& world, const Call& call) {
    auto user = user_of(world, call);
    if (!user) {
        return user.error();
    }
    return json_response(
        200,
        json::object{
            {"username", (*user)->username}, {"usages", usages_of(world, (*user)->usage_by_node)}
        }
    );
}

Answer<http::Response> users_usage(World& world, const Call& call) {
    std::map<std::int64_t, std::int64_t> sum;
    for (const auto& [id, user] : world.panel.users()) {
        if (call.admin->is_sudo || user.admin_id == call.admin->id) {
            for (const auto& [node, bytes] : user.usage_by_node) {
                sum[node] += bytes;
            }
        }
    }
    return json_response(200, json::object{{"usages", usages_of(world, sum)}});
}

}  // namespace

std::vector<Route> user_routes() {
    return {
        {"GET", "/api/users", Needs::admin, list_users},
        {"GET", "/api/users/usage", Needs::admin, users_usage},
        {"POST", "/api/users/reset", Needs::sudo, reset_all},
        {"POST", "/api/user", Needs::admin, create_user},
        {"GET", "/api/user/{username}", Needs::admin, get_user},
        {"PUT", "/api/user/{username}", Needs::admin, put_user},
        {"DELETE", "/api/user/{username}", Needs::admin, delete_user},
        {"POST", "/api/user/{username}/reset", Needs::admin, reset_user},
        {"POST", "/api/user/{username}/revoke_sub", Needs::admin, revoke_sub},
        {"POST", "/api/user/{username}/active-next", Needs::admin, active_next, Release::v0_8},
        {"PUT", "/api/user/{username}/set-owner", Needs::sudo, set_owner},
        {"GET", "/api/user/{username}/usage", Needs::admin, user_usage},
    };
}

}  // namespace fairgate::sim::marzban
