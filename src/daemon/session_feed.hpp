#pragma once

#include "base/clock.hpp"
#include "model/observation.hpp"
#include "sessions/session_table.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace fairgate::daemon {

/// One source's lines on their way through its sessions: what a socket could confirm waits until
/// one does, and live sessions that move bytes are seen as well.
class SessionFeed final : public sessions::SessionListener {
public:
    using Deliver = std::function<void(const Observation&)>;
    explicit SessionFeed(Deliver deliver) : deliver_(std::move(deliver)) {}

    /// Delivers it, at once or with one of the next looks, or drops it as refuted. `now` is when
    /// its line arrived.
    void offer(const Observation& seen, TimePoint now);

    sessions::SessionTable& table() { return table_; }
    const sessions::SessionTable& table() const { return table_; }
    /// Lines that no socket bore out.
    std::uint64_t refuted() const { return refuted_; }
    bool wants_looks() const { return table_.size() + table_.waiting() > 0; }
    void clock_was_set(Duration by);

    void settled(sessions::Ticket ticket, sessions::Confirmation confirmation) override;
    void alive(const sessions::Session& session) override;
    void ended(const sessions::Session& session) override;

private:
    /// An observation with texts of its own.
    struct Kept {
        Observation seen;
        std::string account;
        std::string inbound;
        std::string raw;
        std::string file;
    };

    Deliver deliver_;
    sessions::SessionTable table_;
    boost::unordered_flat_map<sessions::Ticket, Kept> waiting_;
    sessions::Ticket next_ = 0;
    std::uint64_t refuted_ = 0;
};

}  // namespace fairgate::daemon
