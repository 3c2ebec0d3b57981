#include "sim/marzban/api.hpp"

#include "http/websocket_frames.hpp"
#include "sim/panel/routes.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace fairgate::sim::marzban {

namespace {

using panel::match;

constexpr std::string_view core_logs = "/api/core/logs";
constexpr std::string_view node_logs = "/api/node/{id}/logs";

const std::vector<Route>& all_routes() {
    static const std::vector<Route> routes = [] {
        std::vector<Route> all;
        for (auto area : {user_routes(), admin_routes(), node_routes()}) {
            all.insert(all.end(), area.begin(), area.end());
        }
        return all;
    }();
    return routes;
}

struct Found {
    const Route* route = nullptr;
    panel::Arguments arguments;
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
    if (found.route->needs != Needs::nobody) {
        auto admin = world.auth.who(world.panel, call.headers, call.now);
        if (!admin) {
            return admin.error();
        }
        call.admin = *admin;
        if (found.route->needs == Needs::sudo && !call.admin->is_sudo) {
            return Refusal{403, "You're not allowed"};
        }
    }
    return found.route->handle(world, call);
}

/// Seconds as a number with a fraction, at most ten. No value when it is neither that nor absent.
std::optional<std::optional<std::chrono::milliseconds>> interval_of(const Call& call) {
    const std::string text = call.parameter("interval").value_or("");
    if (text.empty()) {
        return std::optional<std::chrono::milliseconds>();
    }
    double seconds = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failed != std::errc{} || end != text.data() + text.size() || seconds > 10) {
        return std::nullopt;
    }
    const std::chrono::milliseconds interval(static_cast<std::int64_t>(seconds * 1000));
    return interval.count() > 0 ? std::optional(interval) : std::nullopt;
}

Core* core_of(World& world, const Call& call) {
    if (call.path == core_logs) {
        return &world.panel.core();
    }
    Call named = call;
    named.arguments = match(node_logs, call.path).value_or(panel::Arguments{});
    const auto id = named.argument_number("id");
    const auto node = id ? world.panel.nodes().find(*id) : world.panel.nodes().end();
    const bool there = node != world.panel.nodes().end() &&
                       node->second.status == NodeStatus::connected && node->second.started;
    return there ? &node->second : nullptr;
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
    return http::asks_for_websocket(request) &&
           (call.path == core_logs || match(node_logs, call.path));
}

std::optional<LogAccess> open_log(World& world, const http::Request& request, TimePoint now) {
    world.panel.run_jobs(now);
    const Call call(panel::take_apart(request, now));
    const std::string token =
        call.parameter("token").value_or(std::string(bearer_of(request.headers).value_or("")));
    const Admin* admin = world.auth.owner_of(world.panel, token, now);
    Core* core = core_of(world, call);
    const auto interval = interval_of(call);
    if (admin == nullptr || !admin->is_sudo || core == nullptr || !interval) {
        return std::nullopt;
    }
    return LogAccess{core, *interval, !admin->from_environment};
}

bool needs_database(World& world, const http::Request& request, TimePoint now) {
    // What the panel answers out of its memory.
    constexpr std::array<std::string_view, 4> from_memory{
        "/api/admin", "/api/core", "/api/core/config", "/api/inbounds"
    };
    const Call call(panel::take_apart(request, now));
    if (call.path == "/api/admin/token") {
        const auto form = http::Query::parse(call.body).value_or(http::Query());
        const Admin* admin = world.panel.find_admin(form.get("username").value_or(""));
        return admin == nullptr || !admin->from_environment;
    }
    const std::string token =
        call.parameter("token").value_or(std::string(bearer_of(request.headers).value_or("")));
    const Admin* admin = world.auth.owner_of(world.panel, token, now);
    if (admin == nullptr) {
        return false;
    }
    const bool memory =
        std::find(from_memory.begin(), from_memory.end(), call.path) != from_memory.end();
    return !admin->from_environment || !(memory || asks_for_log(request));
}

}  // namespace fairgate::sim::marzban
