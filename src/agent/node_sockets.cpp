#include "agent/node_sockets.hpp"

#include "kernel/cut.hpp"
#include "link/sockets_wire.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace fairgate::agent {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_asked = 64;
/// Of an answer: a message may be a megabyte, and names are as long as customers make them.
constexpr std::size_t most_bytes = 700'000;
constexpr std::size_t of_numbers = 90;

link::Live live_of(const sessions::Session& session) {
    link::Live live;
    live.account = session.account;
    live.inbound = session.inbound;
    live.peer = session.flow.peer;
    live.local_port = session.flow.local.port;
    live.since = session.since;
    live.moved = session.moved;
    live.up = session.up.count;
    live.down = session.down.count;
    live.up_rate = session.up_rate;
    live.down_rate = session.down_rate;
    live.shared = session.shared;
    return live;
}

}  // namespace

NodeSockets::NodeSockets(Parts parts)
    : parts_(std::move(parts)), asked_(parts_.executor, most_asked) {}

void NodeSockets::take(const link::wire::Frame& frame) {
    if (frame.has_look() || frame.has_cut()) {
        asked_.try_push(frame);
    }
}

asio::awaitable<void> NodeSockets::answer() {
    while (const auto frame = co_await asked_.pop()) {
        link::wire::Frame answer;
        if (frame->has_look()) {
            link::tell(look(link::read(frame->look())), *answer.mutable_seen());
            answer.mutable_seen()->set_question(frame->look().question());
        } else {
            const link::WasCut done = co_await cut(link::read(frame->cut()));
            link::tell(done, *answer.mutable_was_cut());
            answer.mutable_was_cut()->set_question(frame->cut().question());
        }
        parts_.reply(answer);
    }
}

link::Sockets NodeSockets::now() const {
    link::Sockets now;
    now.lacks = parts_.watch.lacks();
    for (const auto& reader : parts_.readers) {
        if (reader->sessions() == nullptr) {
            continue;
        }
        now.watched = true;
        for (const auto& [tag, seen] : reader->sessions()->table().sights().all()) {
            link::Inbound& inbound = now.inbounds.emplace_back();
            inbound.source = reader->name();
            inbound.tag = tag;
            inbound.sight = sessions::to_text(seen.sight());
            inbound.joined = seen.joined;
            inbound.missing = seen.missing;
            inbound.header = seen.header;
            inbound.shared = seen.shared;
            inbound.ports.assign(seen.ports.begin(), seen.ports.end());
        }
    }
    return now;
}

link::Seen NodeSockets::look(const link::Look& look) const {
    const std::set<std::string_view> names(look.names.begin(), look.names.end());
    link::Seen seen;
    std::size_t bytes = 0;
    for (const auto& reader : parts_.readers) {
        if (reader->sessions() == nullptr) {
            continue;
        }
        reader->sessions()->table().each([&](const sessions::Session& session) {
            if ((!names.empty() && !names.contains(session.account)) ||
                (look.address && *look.address != session.flow.peer.address)) {
                return;
            }
            bytes += session.account.size() + session.inbound.size() + of_numbers;
            if (seen.live.size() < look.limit && bytes < most_bytes) {
                seen.live.push_back(live_of(session));
            } else {
                seen.more = true;
            }
        });
    }
    return seen;
}

asio::awaitable<link::WasCut> NodeSockets::cut(link::Cut cut) {
    std::set<std::string> names(cut.names.begin(), cut.names.end());
    const auto report = co_await parts_.watch.cut_named(std::move(names), std::move(cut.spared));
    link::WasCut done;
    if (!report) {
        done.error = report.error();
        done.text = "its connections were not cut: " + report.error().what;
    } else if (*report) {
        done.cut = (*report)->cut;
        done.left = (*report)->left.size();
        done.text = kernel::to_text(**report);
    } else {
        done.text = "nothing to cut";
    }
    co_return done;
}

}  // namespace fairgate::agent
