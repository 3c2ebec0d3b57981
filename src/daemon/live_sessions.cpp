// What the daemon knows of live connections, for the surfaces.
#include "daemon/live_view.hpp"
#include "link/sockets.hpp"

namespace fairgate::daemon {

namespace {

control::InboundNow inbound_of(const nodes::NodeNow& node, const link::Inbound& inbound) {
    control::InboundNow now;
    now.source = node.name + "/" + inbound.source;
    now.node = node.name;
    now.inbound = inbound.tag;
    now.sight = inbound.sight;
    now.joined = inbound.joined;
    now.missing = inbound.missing;
    now.header = inbound.header;
    now.shared = inbound.shared;
    now.ports = inbound.ports;
    return now;
}

Error lack_of(const nodes::NodeNow& node, const Error& lack) {
    Error error;
    error.code = "FG-NOD-011";
    error.what = "node " + node.name + ": " + lack.what;
    error.where = node.name;
    error.cause = lack.code + (lack.cause.empty() ? "" : ": " + lack.cause);
    error.state = "its logs are counted as they are";
    error.next = "on " + node.name + ": " +
                 (lack.next.empty() ? std::string("journalctl -u fairgate-agent") : lack.next);
    return error;
}

}  // namespace

std::vector<control::SessionNow> LiveView::sessions(const control::SessionQuery& query) const {
    std::vector<control::SessionNow> all;
    for (const auto& unit : world_.units) {
        const std::string& backend = unit->backend->name();
        if (!query.account.backend.empty() && query.account.backend != backend) {
            continue;
        }
        unit->each_session([&](const ReadSource& source, const sessions::Session& session) {
            if ((!query.account.name.empty() && query.account.name != session.account) ||
                (query.address && *query.address != session.flow.peer.address)) {
                return;
            }
            control::SessionNow now;
            now.account = {backend, std::string(session.account)};
            now.peer = session.flow.peer;
            now.local_port = session.flow.local.port;
            now.node = source.node;
            now.inbound = std::string(session.inbound);
            now.since = session.since;
            now.moved = session.moved;
            now.up = session.up.count;
            now.down = session.down.count;
            now.up_rate = session.up_rate;
            now.down_rate = session.down_rate;
            now.shared = session.shared;
            all.push_back(std::move(now));
        });
    }
    return all;
}

std::vector<control::InboundNow> LiveView::inbounds() const {
    std::vector<control::InboundNow> all;
    for (const auto& unit : world_.units) {
        for (const ReadSource& source : unit->sources) {
            if (source.sessions == nullptr) {
                continue;
            }
            for (const auto& [tag, seen] : source.sessions->table().sights().all()) {
                control::InboundNow now;
                now.source = source.name;
                now.node = source.node;
                now.inbound = tag;
                now.sight = std::string(sessions::to_text(seen.sight()));
                now.joined = seen.joined;
                now.missing = seen.missing;
                now.header = seen.header;
                now.shared = seen.shared;
                now.ports.assign(seen.ports.begin(), seen.ports.end());
                all.push_back(std::move(now));
            }
        }
    }
    for (const nodes::NodeNow& node : nodes()) {
        for (const link::Inbound& inbound : node.sockets.inbounds) {
            all.push_back(inbound_of(node, inbound));
        }
    }
    return all;
}

std::vector<Error> LiveView::blind_spots() const {
    std::vector<Error> lacks = acting_.sockets().lacks();
    for (const nodes::NodeNow& node : nodes()) {
        if (node.state != nodes::NodeState::connected) {
            continue;
        }
        for (const Error& lack : node.sockets.lacks) {
            lacks.push_back(lack_of(node, lack));
        }
    }
    return lacks;
}

LiveView::Traffic LiveView::traffic_of(const Unit& unit) const {
    Traffic traffic;
    unit.each_session([&](const ReadSource&, const sessions::Session& session) {
        control::AccountNow& sum = traffic[std::string(session.account)];
        ++sum.connections;
        sum.up_rate += session.up_rate;
        sum.down_rate += session.down_rate;
    });
    const tracker::AccountTable& accounts = unit.engine->tracker().accounts();
    unit.on_nodes.each(clock_.now(), [&](AccountId account, double up, double down) {
        if (accounts.is_known(account)) {
            control::AccountNow& sum = traffic[std::string(accounts.name(account))];
            sum.up_rate += up;
            sum.down_rate += down;
        }
    });
    return traffic;
}

void LiveView::add_traffic(const Traffic& traffic, control::AccountNow& account) {
    if (const auto moves = traffic.find(account.facts.key.name); moves != traffic.end()) {
        account.connections = moves->second.connections;
        account.up_rate = moves->second.up_rate;
        account.down_rate = moves->second.down_rate;
    }
}

}  // namespace fairgate::daemon
