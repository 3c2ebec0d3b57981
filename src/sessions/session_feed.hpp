#pragma once

#include "base/clock.hpp"
#include "model/observation.hpp"
#include "sessions/session_table.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace fairgate::sessions {

/// One source's lines on their way through its sessions: what a socket could confirm waits until
/// one does, and live sessions that move bytes are seen as well.
///
/// An observation's bytes are those that moved since the connection was last told of; `closed`
/// tells the rest of one that ended, and not that anybody was there in that very slot.
class SessionFeed final : public SessionListener {
public:
    using Deliver = std::function<void(const Observation&)>;
    /// `place` is the network in which its connections end, as kernel::NetworkNamespace::find takes
    /// it; empty: this machine's.
    explicit SessionFeed(Deliver deliver, std::string place = "")
        : deliver_(std::move(deliver)), place_(std::move(place)) {}

    const std::string& place() const { return place_; }

    /// Delivers it, at once or with one of the next looks, or drops it as refuted. `now` is when
    /// its line arrived.
    void offer(const Observation& seen, TimePoint now);

    SessionTable& table() { return table_; }
    const SessionTable& table() const { return table_; }
    /// Lines that no socket bore out.
    std::uint64_t refuted() const { return refuted_; }
    bool wants_looks() const { return table_.size() + table_.waiting() > 0; }
    void clock_was_set(Duration by);

    void settled(Ticket ticket, Confirmation confirmation) override;
    void alive(const Session& session) override;
    void ended(const Session& session) override;

private:
    void deliver(const Session& session, ObservationKind kind);

    /// An observation with texts of its own.
    struct Kept {
        Observation seen;
        std::string account;
        std::string inbound;
        std::string raw;
        std::string file;
    };

    Deliver deliver_;
    std::string place_;
    SessionTable table_;
    boost::unordered_flat_map<Ticket, Kept> waiting_;
    Ticket next_ = 0;
    std::uint64_t refuted_ = 0;
};

}  // namespace fairgate::sessions
