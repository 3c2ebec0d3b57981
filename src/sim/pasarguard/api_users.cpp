#include "sim/pasarguard/api.hpp"
#include "sim/pasarguard/user_list.hpp"

namespace fairgate::sim::pasarguard {

namespace json = boost::json;

namespace {

http::Response shown(World& world, const User& user) {
    return json_response(200, to_json(user, world.panel));
}

Answer<http::Response> get_user(World& world, const Call& call) {
    auto user = user_of(world, call, "users.read");
    return user ? Answer<http::Response>(shown(world, **user)) : user.error();
}

Answer<http::Response> put_user(World& world, const Call& call) {
    if (call.admin->role.requires_template) {
        return Refusal{403, "Permission denied: template required"};
    }
    auto user = user_of(world, call, "users.update");
    if (!user) {
        return user.error();
    }
    auto body = call.json_body();
    if (!body) {
        return body.error();
    }
    auto patch = read_patch(*body);
    if (!patch) {
        return patch.error();
    }
    if (patch->next_plan && !call.admin->role.may_use_next_plan) {
        return Refusal{403, "Permission denied: next plan"};
    }
    if (auto done = world.panel.modify(**user, *patch, call.now); !done) {
        return done.error();
    }
    return shown(world, **user);
}

Answer<http::Response> put_disabled(World& world, const Call& call) {
    auto user = user_of(world, call, "users.update");
    if (!user) {
        return user.error();
    }
    auto body = call.json_body();
    if (!body) {
        return body.error();
    }
    const json::value* disabled = body->if_contains("disabled");
    if (disabled == nullptr || !disabled->is_bool()) {
        return invalid_field("disabled", "Field required");
    }
    if (disabled->get_bool()) {
        world.panel.set_disabled(**user, call.now);
    } else {
        world.panel.set_enabled(**user, call.now);
    }
    return shown(world, **user);
}

Answer<http::Response> delete_user(World& world, const Call& call) {
    auto user = user_of(world, call, "users.delete");
    if (!user) {
        return user.error();
    }
    world.panel.delete_user((*user)->id, call.now);
    http::Response response;
    response.status = 204;
    return response;
}

Answer<http::Response> reset_user(World& world, const Call& call) {
    auto user = user_of(world, call, "users.reset_usage");
    if (!user) {
        return user.error();
    }
    world.panel.reset(**user, call.now);
    return shown(world, **user);
}

Answer<http::Response> revoke_sub(World& world, const Call& call) {
    auto user = user_of(world, call, "users.revoke_sub");
    return user ? Answer<http::Response>(shown(world, **user)) : user.error();
}

Answer<http::Response> active_next(World& world, const Call& call) {
    auto user = user_of(world, call, "users.update");
    if (!user) {
        return user.error();
    }
    if (!(*user)->next_plan) {
        return Refusal{404, "User doesn't have next plan"};
    }
    world.panel.start_next_plan(**user, call.now);
    return shown(world, **user);
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
    auto groups = read_ids(*body, "group_ids");
    if (!groups || groups->empty()) {
        return groups ? invalid_field("group_ids", "you must select at least one group")
                      : groups.error();
    }
    if (world.panel.find_user(name->get_string()) != nullptr) {
        return Refusal{409, "User already exists"};
    }
    User user;
    user.username = std::string(name->get_string());
    user.group_ids = *groups;
    user.admin_id = call.admin->id;
    return json_response(201, to_json(world.panel.add_user(user, call.now), world.panel));
}

Answer<std::vector<std::int64_t>> read_batch(const Call& call) {
    auto body = call.json_body();
    if (!body) {
        return body.error();
    }
    auto ids = read_ids(*body, "ids");
    if (ids && ids->empty()) {
        return invalid_field("ids", "List should have at least 1 item after validation, not 0");
    }
    return ids;
}

Answer<http::Response> changed(Answer<std::vector<std::string>> names) {
    if (!names) {
        return names.error();
    }
    json::array users;
    for (const std::string& name : *names) {
        users.emplace_back(name);
    }
    const std::size_t count = users.size();
    return json_response(200, json::object{{"users", std::move(users)}, {"count", count}});
}

Answer<http::Response> bulk_disable(World& world, const Call& call) {
    auto ids = read_batch(call);
    return ids ? changed(world.panel.bulk_disable(*ids, call.now)) : ids.error();
}

Answer<http::Response> bulk_enable(World& world, const Call& call) {
    auto ids = read_batch(call);
    return ids ? changed(world.panel.bulk_enable(*ids, call.now)) : ids.error();
}

/// A call on one user, in its three spellings.
void add_forms(
    std::vector<Route>& routes, std::string_view method, const char* suffix, Route like
) {
    for (const char* form : {"by-id/{id}", "by-username/{username}", "{username}"}) {
        like.method = method;
        like.pattern = std::string("/api/user/") + form + suffix;
        routes.push_back(like);
    }
}

}  // namespace

Answer<User*> user_of(World& world, const Call& call, std::string_view permission) {
    User* user = nullptr;
    if (const auto name = call.arguments.find("username"); name != call.arguments.end()) {
        user = world.panel.find_user(name->second);
    } else {
        const auto id = call.argument_number("id");
        if (!id) {
            return id.error();
        }
        const auto found = world.panel.users().find(*id);
        user = found == world.panel.users().end() ? nullptr : &found->second;
    }
    const Scope scope = scope_of(*call.admin, permission);
    const bool reaches =
        scope == Scope::all || (user != nullptr && user->admin_id == call.admin->id);
    if (user == nullptr || !reaches) {
        return Refusal{404, "User not found"};
    }
    return user;
}

std::vector<Route> user_routes() {
    std::vector<Route> routes{
        {"GET", "/api/users", "users.read", Access::read, list_users},
        {"GET", "/api/users/simple", "users.read", Access::read, list_users_simply},
        {"POST", "/api/users/bulk/disable", "users.update", Access::write, bulk_disable},
        {"POST", "/api/users/bulk/enable", "users.update", Access::write, bulk_enable},
        {"POST", "/api/user", "users.create", Access::write, create_user},
    };
    const auto read = [](Handler handle) {
        return Route{"", "", "users.read", Access::read, handle};
    };
    const auto write = [](std::string_view permission, Handler handle) {
        return Route{"", "", permission, Access::write, handle};
    };
    Route disabled = write("users.update", put_disabled);
    disabled.since = Release::v5_0;
    add_forms(routes, "GET", "", read(get_user));
    add_forms(routes, "PUT", "", write("users.update", put_user));
    add_forms(routes, "PUT", "/disabled", disabled);
    add_forms(routes, "DELETE", "", write("users.delete", delete_user));
    add_forms(routes, "POST", "/reset", write("users.reset_usage", reset_user));
    add_forms(routes, "POST", "/revoke_sub", write("users.revoke_sub", revoke_sub));
    add_forms(routes, "POST", "/active_next", write("users.update", active_next));
    return routes;
}

}  // namespace fairgate::sim::pasarguard
