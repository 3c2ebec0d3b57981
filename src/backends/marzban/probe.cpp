#include "backends/marzban/probe.hpp"

#include "backends/marzban/errors.hpp"
#include "backends/marzban/log_streams.hpp"
#include "backends/panel/try_together.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace fairgate::backends::marzban {

namespace asio = boost::asio;

namespace {

using namespace panel::steps;

/// Logs that are open at once where each holds a connection of the panel's database: it has 15 for
/// everybody (Marzban v0.8.4 app/db/base.py).
constexpr std::size_t few = 4;

/// A core whose log is to be tried, and how the panel stands to it.
struct Core {
    CoreName name;
    std::string status = "connected";
};

asio::awaitable<ProbeStep> log_step(
    std::shared_ptr<PanelClient> client, Core tried, std::chrono::milliseconds patience
) {
    const CoreName& core = tried.name;
    if (tried.status != "connected") {
        co_return warning(
            "log",
            core.name + ": the node is " + tried.status,
            "FG-MZB-047",
            "look at the node in the panel"
        );
    }
    auto socket = co_await client->open_log(core, std::nullopt);
    if (!socket) {
        co_return bad_of(core.name, "log", socket.error());
    }
    const auto message = co_await (*socket)->read(patience);
    const bool nothing_came = !message && message.error().code == "FG-NET-016";
    if (!message && !nothing_came) {
        co_return bad_of(core.name, "log", message.error());
    }
    if (!nothing_came && message->kind == http::WebSocketMessage::Kind::closed) {
        const Error ended = panel::stream_ended(product, core.name, "at once");
        co_return bad_of(core.name, "log", ended);
    }
    if (nothing_came || message->kind != http::WebSocketMessage::Kind::text) {
        co_return warning(
            "log",
            core.name + ": open, and no line yet: nobody connects",
            "FG-MZB-041",
            "look again when somebody is connected: fairgate source list"
        );
    }
    co_return good("log", core.name + ": lines come");
}

asio::awaitable<void> read_steps(std::shared_ptr<PanelClient> client, Steps& steps) {
    const auto version = co_await client->version();
    steps.push_back(
        version ? good("version", "Marzban " + panel::to_text(*version))
                : bad("version", version.error())
    );
    UserQuery one;
    one.limit = 1;
    const auto users = co_await client->users(std::move(one));
    if (!users) {
        steps.push_back(bad("users", users.error()));
    } else if (users->total == 0) {
        steps.push_back(warning(
            "users",
            "the panel shows us no users",
            "FG-MZB-046",
            "make our account in the panel sudo, so that it sees all users"
        ));
    } else {
        steps.push_back(good("users", std::to_string(users->total) + " users"));
    }
}

ProbeStep write_step(const PanelAdmin& me) {
    if (me.is_sudo) {
        return good("write", "users may be disabled and restricted");
    }
    return warning(
        "write",
        "our account is no sudo administrator: it sees its own users only, and no logs",
        "FG-MZB-040",
        "make our account in the panel sudo"
    );
}

std::vector<Core> cores_of(const std::vector<PanelNode>& nodes) {
    std::vector<Core> all(1);
    all.front().name.name = own_core;
    for (const PanelNode& node : nodes) {
        Core core;
        core.name.node = node.id;
        core.name.name = node.name;
        core.status = node.status;
        all.push_back(std::move(core));
    }
    return all;
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
    const auto holds = co_await client->holds_connections();
    if (holds && *holds) {
        steps.push_back(warning(
            "nodes",
            "each log that this login reads holds a connection to the panel's database",
            "FG-MZB-042",
            "log in as the administrator of the panel's environment (SUDO_USERNAME)"
        ));
    }
    panel::Together together;
    together.patience = settings.log_patience;
    together.most = holds && !*holds ? together.most : few;
    std::vector<Core> all = cores_of(*nodes);
    const std::size_t count = all.size();
    panel::TryOne try_one = [client, all = std::move(all)](std::size_t which, auto patience) {
        return log_step(client, all[which], patience);
    };
    auto logs = co_await panel::try_together(count, together, std::move(try_one));
    std::ranges::move(logs, std::back_inserter(steps));
}

void core_steps(const LogFacts& facts, Steps& steps) {
    const std::size_t before = steps.size();
    if (facts.loglevel == "none") {
        steps.push_back(warning(
            "core",
            "log.loglevel is none, so there are no access lines",
            "FG-MZB-043",
            "set log.loglevel to warning or info in the core's configuration"
        ));
    }
    if (!facts.access.empty()) {
        steps.push_back(warning(
            "core",
            "log.access is \"" + facts.access + "\", so the panel sees no access lines",
            "FG-MZB-045",
            "remove log.access from the core's configuration"
        ));
    }
    if (!facts.mask_address.empty()) {
        steps.push_back(warning(
            "core",
            "log.maskAddress hides the addresses",
            "FG-MZB-044",
            "remove log.maskAddress from the core's configuration"
        ));
    }
    if (steps.size() == before) {
        steps.push_back(good("core", "logs addresses"));
    }
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
    if (!me) {
        steps.push_back(bad("login", me.error()));
        skip(steps, {"version", "users", "write", "nodes", "log", "core"});
        co_return steps;
    }
    steps.push_back(good("login", "with a password"));
    co_await read_steps(client, steps);
    steps.push_back(write_step(*me));
    co_await node_steps(client, settings, steps);
    const auto facts = co_await client->log_settings();
    if (facts) {
        core_steps(*facts, steps);
    } else {
        steps.push_back(warning(
            "core",
            "its configuration cannot be seen: " + facts.error().cause,
            "FG-MZB-048",
            "make our account in the panel sudo, or check loglevel and maskAddress yourself"
        ));
    }
    co_return steps;
}

}  // namespace fairgate::backends::marzban
