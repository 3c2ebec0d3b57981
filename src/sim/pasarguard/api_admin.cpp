#include "sim/pasarguard/api.hpp"

namespace fairgate::sim::pasarguard {

namespace json = boost::json;

namespace {

Answer<http::Response> token(World& world, const Call& call) {
    auto form = panel::login_form(call);
    if (!form) {
        return form.error();
    }
    auto issued = world.auth.login(world.panel, form->username, form->password, call.now);
    if (!issued) {
        return issued.error();
    }
    return json_response(200, json::object{{"access_token", *issued}, {"token_type", "bearer"}});
}

Answer<http::Response> who_am_i(World& world, const Call& call) {
    return json_response(200, to_json(*call.admin, world.panel));
}

Answer<http::Response> list_admins(World& world, const Call&) {
    json::array admins;
    for (const auto& [id, admin] : world.panel.admins()) {
        admins.emplace_back(to_json(admin, world.panel));
    }
    const std::size_t total = admins.size();
    return json_response(200, json::object{{"admins", std::move(admins)}, {"total", total}});
}

Answer<Admin*> admin_of(World& world, const Call& call) {
    Admin* admin = world.panel.find_admin(call.arguments.at("username"));
    if (admin == nullptr) {
        return Refusal{404, "Admin not found"};
    }
    return admin;
}

Answer<http::Response> activate_users(World& world, const Call& call) {
    auto admin = admin_of(world, call);
    if (!admin) {
        return admin.error();
    }
    world.panel.activate_all_of((*admin)->id, call.now);
    return json_response(200, json::object{{"detail", "Users successfully activated"}});
}

Answer<http::Response> disable_users(World& world, const Call& call) {
    auto admin = admin_of(world, call);
    if (!admin) {
        return admin.error();
    }
    world.panel.disable_all_of((*admin)->id, call.now);
    return json_response(200, json::object{{"detail", "Users successfully disabled"}});
}

}  // namespace

std::vector<Route> admin_routes() {
    return {
        {"POST", "/api/admin/token", "", Access::read, token},
        {"GET", "/api/admin", "-", Access::read, who_am_i},
        {"GET", "/api/admins", "admins.read", Access::read, list_admins},
        {"POST",
         "/api/admin/{username}/users/activate",
         "users.update",
         Access::write,
         activate_users},
        {"POST", "/api/admin/{username}/users/disable", "users.update", Access::write, disable_users
        },
    };
}

}  // namespace fairgate::sim::pasarguard
