// What the daemon knows of live connections, for the surfaces.
#include "daemon/live_view.hpp"

namespace fairgate::daemon {

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
    return all;
}

std::vector<Error> LiveView::blind_spots() const { return sockets_.lacks(); }

LiveView::Traffic LiveView::traffic_of(const Unit& unit) {
    Traffic traffic;
    unit.each_session([&](const ReadSource&, const sessions::Session& session) {
        control::AccountNow& sum = traffic[std::string(session.account)];
        ++sum.connections;
        sum.up_rate += session.up_rate;
        sum.down_rate += session.down_rate;
    });
    return traffic;
}

}  // namespace fairgate::daemon
