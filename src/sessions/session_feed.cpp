#include "sessions/session_feed.hpp"

#include <chrono>
#include <utility>

namespace fairgate::sessions {

namespace {

using namespace std::chrono_literals;

/// A line read so long after it was written is from before a restart, or of a slow log.
constexpr Duration late_after = 5s;

}  // namespace

void SessionFeed::offer(const Observation& seen, TimePoint now) {
    const Told told{
        .account = seen.account,
        .inbound = seen.inbound,
        .peer = {seen.address, seen.port},
        .at = now,
        .late = now - seen.time > late_after
    };
    const Ticket ticket = ++next_;
    if (const auto answer = table_.tell(told, ticket)) {
        deliver_(seen);
        return;
    }
    waiting_[ticket] = Kept{
        .seen = seen,
        .account = std::string(seen.account),
        .inbound = std::string(seen.inbound),
        .raw = std::string(seen.raw),
        .file = std::string(seen.file)
    };
}

void SessionFeed::settled(Ticket ticket, Confirmation confirmation) {
    const auto found = waiting_.find(ticket);
    if (confirmation == Confirmation::refuted) {
        ++refuted_;
    } else {
        Kept& kept = found->second;
        kept.seen.account = kept.account;
        kept.seen.inbound = kept.inbound;
        kept.seen.raw = kept.raw;
        kept.seen.file = kept.file;
        deliver_(kept.seen);
    }
    waiting_.erase(found);
}

void SessionFeed::alive(const Session& session) { deliver(session, ObservationKind::alive); }

void SessionFeed::ended(const Session& session) {
    if (!session.shared && (session.up_news.count > 0 || session.down_news.count > 0)) {
        deliver(session, ObservationKind::closed);
    }
}

void SessionFeed::deliver(const Session& session, ObservationKind kind) {
    Observation seen;
    seen.time = session.moved;
    seen.account = session.account;
    seen.address = session.flow.peer.address;
    seen.port = session.flow.peer.port;
    seen.inbound = session.inbound;
    seen.kind = kind;
    seen.up = session.up_news;
    seen.down = session.down_news;
    deliver_(seen);
}

void SessionFeed::clock_was_set(Duration by) {
    table_.clock_was_set(by);
    for (auto& [ticket, kept] : waiting_) {
        kept.seen.time += by;
    }
}

}  // namespace fairgate::sessions
