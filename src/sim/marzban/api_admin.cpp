#include "sim/marzban/api.hpp"
#include "sim/marzban/wire.hpp"

#include <boost/json/array.hpp>

namespace fairgate::sim::marzban {

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

Answer<http::Response> who_am_i(World&, const Call& call) {
    return json_response(200, to_json(*call.admin));
}

Answer<http::Response> list_admins(World& world, const Call&) {
    json::array admins;
    for (const auto& [id, admin] : world.panel.admins()) {
        if (!admin.from_environment) {
            admins.emplace_back(to_json(admin));
        }
    }
    return json_response(200, admins);
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
        {"POST", "/api/admin/token", Needs::nobody, token},
        {"GET", "/api/admin", Needs::admin, who_am_i},
        {"GET", "/api/admins", Needs::sudo, list_admins},
        {"POST", "/api/admin/{username}/users/activate", Needs::sudo, activate_users},
        {"POST", "/api/admin/{username}/users/disable", Needs::sudo, disable_users},
    };
}

}  // namespace fairgate::sim::marzban
