#pragma once

#include "http/message.hpp"
#include "sim/marzban/auth.hpp"
#include "sim/marzban/panel_state.hpp"
#include "sim/panel/call.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fairgate::sim::marzban {

using panel::json_response;
using panel::refusal_response;

/// Everything that answers: the panel's data and who may come in.
struct World {
    PanelState& panel;
    Auth& auth;
};

/// One request, taken apart, and who sends it.
struct Call : panel::Call {
    explicit Call(panel::Call taken) : panel::Call(std::move(taken)) {}

    Admin* admin = nullptr;  ///< none on routes that need nobody
};

using Handler = Answer<http::Response> (*)(World&, const Call&);

enum class Needs { nobody, admin, sudo };

struct Route {
    std::string_view method;
    std::string pattern;  ///< "/api/user/{username}"
    Needs needs = Needs::admin;
    Handler handle = nullptr;
    Release since = Release::v0_4;
};

/// The routes of each area, in the order in which they are tried.
std::vector<Route> user_routes();
std::vector<Route> admin_routes();
std::vector<Route> node_routes();

/// The panel's answer to a request, log sockets apart: redirects, 404 and 405, logins, rights, the
/// call itself. Runs the jobs that have come due first.
http::Response answer(World& world, const http::Request& request, TimePoint now);

/// GET /api/users: filters, sort and pages. No sort: no order at all, another one each time. limit
/// absent or 0: everything. `total` counts what the filters leave, before paging.
Answer<http::Response> list_users(World& world, const Call& call);

/// Whether a request needs a connection to the database: every call of a database administrator,
/// and every one that reads or writes users or nodes.
bool needs_database(World& world, const http::Request& request, TimePoint now);

/// A log socket that may be opened.
struct LogAccess {
    Core* core = nullptr;
    std::optional<std::chrono::milliseconds> interval;
    bool holds_connection = false;  ///< to the database, for as long as it is open
};

/// Nothing when it is refused: the panel has reasons (4400, 4401, 4403, 4404), and its server turns
/// each into 403 without a body.
std::optional<LogAccess> open_log(World& world, const http::Request& request, TimePoint now);

/// Whether a request asks for a log socket.
bool asks_for_log(const http::Request& request);

}  // namespace fairgate::sim::marzban
