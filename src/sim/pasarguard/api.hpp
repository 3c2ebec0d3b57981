#pragma once

#include "http/message.hpp"
#include "sim/pasarguard/auth.hpp"
#include "sim/pasarguard/call.hpp"
#include "sim/pasarguard/panel_state.hpp"
#include "sim/pasarguard/wire.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fairgate::sim::pasarguard {

/// Everything that answers: the panel's data, who may come in, and the one core's configuration.
struct World {
    PanelState& panel;
    Auth& auth;
    CoreConfig& core;
};

using Handler = Answer<http::Response> (*)(World&, const Call&);

struct Route {
    std::string_view method;
    std::string pattern;          ///< "/api/user/by-id/{id}"
    std::string_view permission;  ///< empty: nobody needs to be logged in; "-": anybody who is
    Access access = Access::read;
    Handler handle = nullptr;
    Release since = Release::v4_0;
};

/// The routes of each area, in the order in which they are tried.
std::vector<Route> user_routes();
std::vector<Route> group_routes();
std::vector<Route> node_routes();
std::vector<Route> admin_routes();

/// The panel's answer to a request, log streams apart: redirects, 404 and 405, logins, permissions,
/// the call itself. Runs the jobs that have come due first.
http::Response answer(World& world, const http::Request& request, TimePoint now);

/// The node whose log a request may read, or why not.
Answer<Node*> open_log(World& world, const http::Request& request, TimePoint now);

/// Whether a request asks for a node's log stream.
bool asks_for_log(const http::Request& request);

/// The user the route names by id or name; 404 also for one out of the caller's scope.
Answer<User*> user_of(World& world, const Call& call, std::string_view permission);

}  // namespace fairgate::sim::pasarguard
