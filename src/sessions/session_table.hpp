#pragma once

#include "base/clock.hpp"
#include "model/flow.hpp"
#include "sessions/inbound_sight.hpp"
#include "sessions/session.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A log line tells who connected, and never that the connection ended; a socket tells what it
// moves and when it ends, and never whose it is. Both know the customer's address and port.

namespace fairgate::sessions {

/// The caller's number for a line that waits for its confirmation.
using Ticket = std::uint64_t;

/// A line that told of a connection.
struct Told {
    std::string_view account;
    std::string_view inbound;
    Endpoint peer;  ///< the customer's; port 0: the address came from a header
    TimePoint at;   ///< when it arrived
    /// Read long after it was written, after a restart: that its connection has ended since says
    /// nothing.
    bool late = false;
};

/// What comes of a look at the sockets.
class SessionListener {
public:
    virtual ~SessionListener() = default;
    /// About a line that waited.
    virtual void settled(Ticket ticket, Confirmation confirmation) = 0;
    /// It has moved bytes in this slot of ten seconds; once for each slot.
    virtual void alive(const Session& session) = 0;
    virtual void ended(const Session& session) = 0;
};

/// The live connections of one node's accounts. Pure: lines, sockets and times go in. A look
/// is begin_look(), see() for each socket, end_look().
class SessionTable {
public:
    /// A line that a source yielded. Nothing: the answer comes with one of the next looks, in a
    /// second or two.
    std::optional<Confirmation> tell(const Told& told, Ticket ticket);

    void begin_look(TimePoint now);
    void see(const LiveSocket& socket);
    void end_look(SessionListener& listener);

    /// Sockets cannot be seen: lines are believed, and no session is known any more, until there
    /// is a look again.
    void cannot_look(SessionListener& listener);

    /// A socket has ended, with its last counts.
    void saw_end(const LiveSocket& socket, TimePoint now, SessionListener& listener);
    /// Some ends were missed: a line that has no socket may have had one.
    void missed_ends(TimePoint now) { ends_missed_ = now; }
    /// The clock was set (back: negative).
    void clock_was_set(Duration by);

    void each(const std::function<void(const Session&)>& take) const;
    std::size_t size() const { return sessions_.size(); }
    /// Lines that are waiting.
    std::size_t waiting() const { return waiting_.size(); }
    const InboundSights& sights() const { return sights_; }

private:
    struct Entry {
        Flow flow;
        std::uint32_t account = 0;
        std::uint32_t inbound = 0;
        Bytes up;
        Bytes down;
        Bytes up_told;
        Bytes down_told;
        float up_rate = 0;
        float down_rate = 0;
        TimePoint since;
        TimePoint moved;
        TimePoint counted;  ///< when the bytes were
        std::int64_t alive_in = 0;
        std::uint32_t seen = 0;  ///< look
        bool shared = false;
    };
    struct Waiting {
        Ticket ticket = 0;
        std::uint32_t account = 0;
        std::uint32_t inbound = 0;
        Endpoint peer;
        TimePoint at;
        int looks = 0;       ///< whole ones since it came
        bool wanted = true;  ///< somebody waits for the answer
        bool late = false;
    };
    struct Ended {
        std::uint16_t local_port = 0;
        TimePoint at;
    };
    /// Texts by number, for as long as anything uses them.
    class Names {
    public:
        std::uint32_t take(std::string_view text);
        std::uint32_t again(std::uint32_t number);
        void give_back(std::uint32_t number);
        std::string_view text(std::uint32_t number) const { return names_[number].text; }

    private:
        struct Name {
            std::string text;
            std::uint32_t uses = 0;
        };
        std::deque<Name> names_;
        std::vector<std::uint32_t> free_;
        boost::unordered_flat_map<std::string_view, std::uint32_t> numbers_;
    };

    template <class Value>
    using ByPeer = boost::unordered_flat_map<Endpoint, Value, std::hash<Endpoint>>;

    Session session_of(std::uint64_t cookie, const Entry& entry) const;
    std::optional<Confirmation> answer_at_once(const Told& told);
    Entry& begin(const LiveSocket& socket, const Waiting& line);
    void count(Entry& entry, const LiveSocket& socket, TimePoint now);
    void remove(std::uint64_t cookie, SessionListener& listener);
    bool settle(Waiting& line, SessionListener& listener);
    bool join_candidate(const Waiting& line, SessionListener& listener);
    bool has_just_ended(std::string_view inbound, const Endpoint& peer);
    void answer(const Waiting& line, InboundSights::Meeting meeting, SessionListener& listener);
    void tell_alive(SessionListener& listener);
    void forget_ended();

    boost::unordered_flat_map<std::uint64_t, Entry> sessions_;  ///< by cookie
    ByPeer<std::uint64_t> by_peer_;                             ///< the newest of each
    std::vector<Waiting> waiting_;
    ByPeer<std::uint32_t> wanted_;        ///< how many wait for it
    std::vector<LiveSocket> candidates_;  ///< of this look: nameless, and wanted; by peer
    ByPeer<Ended> ended_;                 ///< nameless ones of the last seconds
    std::deque<Endpoint> ended_order_;    ///< one for each end, the oldest first
    Names names_;
    InboundSights sights_;
    TimePoint look_at_;
    TimePoint ends_missed_;
    std::uint32_t look_ = 0;
    bool blind_ = false;
};

}  // namespace fairgate::sessions
