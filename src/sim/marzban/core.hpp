#pragma once

#include "base/clock.hpp"
#include "sim/marzban/log_feed.hpp"
#include "sim/panel/access_line.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::sim::marzban {

enum class NodeStatus { connected, connecting, error, disabled };
std::string_view to_text(NodeStatus status);

/// One open connection of a user.
struct Connection {
    std::int64_t user_id = 0;
    std::string email;
    std::string address;
    std::uint16_t port = 0;
    std::string inbound;
};

/// What a core knows of a user it lets in.
struct Known {
    std::string email;
    std::vector<std::string> inbounds;
};

/// One Xray core, the panel's own (id 0) or a node's: the users it knows, its open connections, its
/// clock and its log. It hears of a change only some time after the panel has answered.
class Core {
public:
    Core(std::int64_t id, std::string name, TimePoint now);

    /// What the panel sends: how the core is to know the user, or nothing to forget it.
    void tell(std::int64_t user_id, std::optional<Known> known, TimePoint arrives);
    /// Takes in what has arrived.
    void settle(TimePoint now);
    bool knows(std::int64_t user_id) const { return known_.contains(user_id); }

    /// A client connects, to the first inbound that the user has. An unknown user is rejected, with
    /// a line that names nobody. Gives the connection, or nothing.
    std::optional<std::uint64_t> connect(
        std::int64_t user_id, std::string_view address, std::uint16_t port, TimePoint now
    );
    /// Another stream inside an open connection (Mux): its line has `tcp:` before the source and
    /// comes even after the user was removed.
    bool substream(std::uint64_t connection, TimePoint now);
    void close(std::uint64_t connection) { connections_.erase(connection); }

    /// The core starts again: connections are cut and the users forgotten.
    void restart();
    /// The panel makes its object of the node anew (reconnect, edit, health check): sockets on the
    /// old one stay open and never get a line again.
    void replace();

    /// A line as the core would write it, in UTF-8. None reaches a reader while it is away.
    void write(const std::string& line);
    /// The panel's link to the node is lost, or made again: then the last lines come once more.
    void set_away(bool away);

    const std::shared_ptr<LogFeed>& feed() const { return feed_; }
    const std::map<std::uint64_t, Connection>& connections() const { return connections_; }
    std::string local_time(TimePoint now) const;  ///< "2026/08/05 20:04:17.123456"

    std::int64_t id;
    std::string name;
    NodeStatus status = NodeStatus::connected;
    Duration clock_offset{};  ///< zone and error together: what its lines show minus UTC
    bool started = true;
    panel::XrayAge xray = panel::XrayAge::since_25_1_30;

private:
    struct Update {
        TimePoint arrives;
        std::int64_t user_id = 0;
        std::optional<Known> known;
    };

    std::map<std::int64_t, Known> known_;
    std::deque<Update> updates_;
    std::map<std::uint64_t, Connection> connections_;
    std::uint64_t last_connection_ = 0;
    bool away_ = false;
    std::shared_ptr<LogFeed> feed_;
};

}  // namespace fairgate::sim::marzban
