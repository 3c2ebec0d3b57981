#pragma once

#include "base/clock.hpp"
#include "sim/pasarguard/log_channel.hpp"
#include "sim/pasarguard/values.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate::sim::pasarguard {

enum class NodeStatus { connected, connecting, error, disabled, limited };
std::string_view to_text(NodeStatus status);

/// How the core counts online addresses: `counted` (Xray 26.3.23 and later) lists an address while
/// a connection from it is open; `recent` for 20 s after the last opening.
enum class OnlineMap { counted, recent };

/// One open connection of a user on a node.
struct Connection {
    std::int64_t user_id = 0;
    std::string email;
    std::string address;
    std::uint16_t port = 0;
};

/// A node: the users its core knows, its open connections, its clock and its log.
class Node {
public:
    Node(std::int64_t id, std::string name, std::uint64_t seed, TimePoint now);

    /// What the panel told the node; the core lets in who is known.
    void learn(std::int64_t user_id, std::string email);
    void forget(std::int64_t user_id) { known_.erase(user_id); }
    bool knows(std::int64_t user_id) const { return known_.contains(user_id); }

    /// A client connects from `address`. An unknown user is rejected, with a line that names
    /// nobody. Gives the connection, or nothing.
    std::optional<std::uint64_t> connect(
        std::int64_t user_id, std::string_view address, std::uint16_t port, TimePoint now
    );
    /// Another stream inside an open connection (Mux): its line has `tcp:` before the source and
    /// comes even after the user was removed.
    bool substream(std::uint64_t connection, TimePoint now);
    void close(std::uint64_t connection, TimePoint now);

    /// The core starts again: connections are cut, the users forgotten, and there is a new log
    /// channel, while readers of the old one wait for ever.
    void restart_core(TimePoint now);

    /// A line as the core would write it. Nothing is written by a node that is dead.
    void write(std::string line);

    /// Addresses of a user and when each was last seen, as GET …/online_stats/…/ip has them.
    std::map<std::string, std::int64_t> online(std::int64_t user_id, TimePoint now) const;

    const std::shared_ptr<LogChannel>& channel() const { return channel_; }
    const std::map<std::uint64_t, Connection>& connections() const { return connections_; }
    TimePoint core_started() const { return core_started_; }
    std::string local_time(TimePoint now) const;  ///< "2026/08/05 20:04:17.123456"

    std::int64_t id;
    std::string name;
    NodeStatus status = NodeStatus::connected;
    std::string inbound = "VLESS TCP";
    OnlineMap online_map = OnlineMap::counted;
    Duration clock_offset{};      ///< zone and error together: what its lines show minus UTC
    bool core_running = true;     ///< false: the log call is refused, so a stream ends at once
    bool reachable = true;        ///< false: it was killed or cut off; streams go silent
    bool stats_time_out = false;  ///< live questions are answered 408

private:
    struct LastSeen {
        TimePoint opened;
        TimePoint seen;
    };

    void log_access(const Connection& from, std::string_view prefix, TimePoint now);

    std::uint64_t seed_;
    std::map<std::int64_t, std::string> known_;  ///< user -> the e-mail its lines carry
    std::map<std::uint64_t, Connection> connections_;
    std::map<std::int64_t, std::map<std::string, LastSeen>> seen_;
    std::uint64_t last_connection_ = 0;
    TimePoint core_started_;
    std::shared_ptr<LogChannel> channel_;
};

}  // namespace fairgate::sim::pasarguard
