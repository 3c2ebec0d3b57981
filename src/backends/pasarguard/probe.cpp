#include "backends/pasarguard/probe.hpp"

#include "backends/panel/try_together.hpp"
#include "backends/pasarguard/errors.hpp"
#include "http/events.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fairgate::backends::pasarguard {

namespace asio = boost::asio;

namespace {

using namespace panel::steps;

/// Roles name permissions as {"users": {"update": true | {"scope": 2}}}; owners need none.
bool may(const json::Value& me, std::string_view area, std::string_view action) {
    const auto at = [](const json::Value* value, std::string_view name) -> const json::Value* {
        const auto* object = value == nullptr ? nullptr : value->if_object();
        return object == nullptr ? nullptr : object->if_contains(name);
    };
    const json::Value* role = at(&me, "role");
    if (role == nullptr) {  // before 5.0
        const json::Value* sudo = at(&me, "is_sudo");
        return sudo != nullptr && sudo->is_bool() && sudo->get_bool();
    }
    const json::Value* owner = at(role, "is_owner");
    if (owner != nullptr && owner->is_bool() && owner->get_bool()) {
        return true;
    }
    const json::Value* permission = at(at(at(role, "permissions"), area), action);
    if (permission == nullptr || permission->is_null()) {
        return false;
    }
    if (permission->is_bool()) {
        return permission->get_bool();
    }
    const json::Value* scope = at(permission, "scope");
    return scope == nullptr || scope->is_null() || *scope != 0;
}

ProbeStep write_rights(const json::Value& me) {
    if (!may(me, "users", "update")) {
        return warning(
            "write",
            "our account may not change users, so nothing can be enforced",
            "FG-PG-040",
            "give it users.update, or leave the mode at shadow"
        );
    }
    if (!may(me, "groups", "update")) {
        return good("write", "users may be disabled; moving between groups only by PUT");
    }
    return good("write", "users may be disabled and moved between groups");
}

/// `whole`: how long it would have waited had its turn not come late, which is no fault of the
/// node.
asio::awaitable<ProbeStep> log_step(
    std::shared_ptr<PanelClient> client,
    PanelNode node,
    std::chrono::milliseconds patience,
    std::chrono::milliseconds whole
) {
    if (node.status != "connected") {
        co_return warning(
            "log",
            node.name + ": the node is " + node.status,
            "FG-PG-047",
            "look at the node in the panel"
        );
    }
    auto stream = co_await client->open_log(node.id);
    if (!stream) {
        co_return bad_of(node.name, "log", stream.error());
    }
    http::EventReader reader(*std::move(stream));
    auto event = co_await reader.next(patience);
    const bool cut_short = !event && event.error().code == "FG-NET-016" && patience < whole * 3 / 4;
    if (!event && !cut_short) {
        co_return bad_of(node.name, "log", event.error());
    }
    if (event && !*event) {
        const Error ended = stream_ended(node.name, "at once: does the node's core run?");
        co_return bad_of(node.name, "log", ended);
    }
    if (cut_short || (**event).data.empty()) {
        co_return warning(
            "log",
            node.name +
                ": open, and no line yet: nobody connects, or another reader takes the lines",
            "FG-PG-041",
            "close other log pages of this node, then look at: fairgate source list"
        );
    }
    co_return good("log", node.name + ": lines come");
}

void core_steps(const std::vector<CoreFacts>& cores, Steps& steps) {
    for (const CoreFacts& core : cores) {
        const std::string which = core.name + ": ";
        const std::size_t before = steps.size();
        if (core.type == "wg") {
            steps.push_back(warning(
                "core",
                which + "WireGuard: its log names no users",
                "FG-PG-042",
                "its users are not counted"
            ));
            continue;
        }
        if (core.loglevel == "none") {
            steps.push_back(warning(
                "core",
                which + "log.loglevel is none, so there are no access lines",
                "FG-PG-043",
                "set log.loglevel to warning or info in the core's configuration"
            ));
        }
        if (!core.mask_address.empty()) {
            steps.push_back(warning(
                "core",
                which + "log.maskAddress hides the addresses",
                "FG-PG-044",
                "remove log.maskAddress from the core's configuration"
            ));
        }
        if (!core.keeps_online) {
            steps.push_back(warning(
                "core",
                which + "statsUserOnline is off, so nothing can be confirmed with the core",
                "FG-PG-045",
                "set policy.levels.0.statsUserOnline to true in the core's configuration"
            ));
        }
        if (steps.size() == before) {
            steps.push_back(good("core", which + "logs addresses and keeps who is online"));
        }
    }
}

asio::awaitable<void> read_steps(std::shared_ptr<PanelClient> client, Steps& steps) {
    const auto language = co_await client->dialect();
    if (!language) {
        steps.push_back(bad("version", language.error()));
    } else {
        steps.push_back(good("version", "PasarGuard " + to_text(language->version())));
        if (client->session().uses_api_key() && !language->has_api_keys()) {
            steps.push_back(bad("version", key_needs_newer_panel(to_text(language->version()))));
        }
    }
    UserQuery one;
    one.limit = 1;
    const auto users = co_await client->users(std::move(one));
    if (!users) {
        steps.push_back(bad("users", users.error()));
    } else if (users->total == 0) {
        steps.push_back(warning(
            "users",
            "the panel shows us no users",
            "FG-PG-046",
            "give our account the right to see all users (users.read, scope all)"
        ));
    } else {
        steps.push_back(good("users", std::to_string(users->total) + " users"));
    }
}

asio::awaitable<void> node_steps(
    std::shared_ptr<PanelClient> client, ProbeSettings settings, Steps& steps
) {
    const auto nodes = co_await client->nodes();
    if (!nodes) {
        steps.push_back(bad("nodes", nodes.error()));
        skip(steps, {"log"});
        co_return;
    }
    steps.push_back(good("nodes", std::to_string(nodes->size()) + " nodes"));
    panel::Together together;
    together.patience = settings.log_patience;
    const auto whole = settings.log_patience;
    panel::TryOne try_one = [client, whole, all = *nodes](std::size_t which, auto patience) {
        return log_step(client, all[which], patience, whole);
    };
    auto logs = co_await panel::try_together(nodes->size(), together, std::move(try_one));
    std::ranges::move(logs, std::back_inserter(steps));
}

}  // namespace

asio::awaitable<std::vector<ProbeStep>> probe(
    std::shared_ptr<PanelClient> client, ProbeSettings settings
) {
    Steps steps;
    const auto me = co_await client->myself();
    if (!me && is_about_the_way_there(me.error())) {
        if (is_about_tls(me.error())) {
            steps.push_back(good("reach", "something answers there"));
            steps.push_back(bad("tls", me.error()));
        } else {
            steps.push_back(bad("reach", me.error()));
        }
        skip(steps, {"login", "version", "users", "write", "nodes", "log", "core"});
        co_return steps;
    }
    steps.push_back(good("reach", "the panel answers"));
    if (!me && me.error().code != "FG-PG-403") {
        steps.push_back(bad("login", me.error()));
        skip(steps, {"version", "users", "write", "nodes", "log", "core"});
        co_return steps;
    }
    steps.push_back(
        good("login", client->session().uses_api_key() ? "with an API key" : "with a password")
    );
    co_await read_steps(client, steps);
    if (me) {
        steps.push_back(write_rights(*me));
    }
    co_await node_steps(client, settings, steps);
    const auto cores = co_await client->cores();
    if (cores) {
        core_steps(*cores, steps);
    } else {
        steps.push_back(warning(
            "core",
            "its configuration cannot be seen: " + cores.error().cause,
            "FG-PG-048",
            "give our account cores.read, or check loglevel and maskAddress yourself"
        ));
    }
    co_return steps;
}

}  // namespace fairgate::backends::pasarguard
