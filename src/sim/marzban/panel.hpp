#pragma once

#include "base/clock.hpp"
#include "http/websocket.hpp"
#include "sim/marzban/api.hpp"
#include "sim/panel/faulty_server.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

namespace fairgate::sim::marzban {

using panel::CallFault;
using panel::FaultKind;
using panel::RecordedCall;

struct PanelSettings : panel::Serving {
    Release release = Release::v0_8;
    std::uint64_t seed = 1;
    std::chrono::milliseconds poll_every{200};        ///< a log socket's lines
    std::chrono::milliseconds node_batch_every{700};  ///< the panel asks a node for its lines
    std::chrono::milliseconds ping_every{20'000};     ///< on log sockets, whatever the core does
    std::chrono::milliseconds pong_patience{20'000};  ///< then it closes, 1011
    std::size_t database_connections = 15;            ///< SQLite's pool: 5 and 10 beyond
    std::chrono::milliseconds database_patience{30'000};  ///< for one of them; then 500
};

/// What can go wrong with a core's log socket besides what the core itself does.
struct LogFault {
    std::optional<std::size_t> end_after;  ///< ends without a close (1006) after so many lines
    bool silent = false;                   ///< pings and never a line
};

/// A Marzban panel on loopback, for tests and for `fairgate demo`: the same answers, the same
/// traps, and faults that are switched on while it runs. Everything happens on one executor;
/// state() may be changed between its turns. Made of PanelState (what it knows), answer() (what it
/// says) and this (how it says it). Its own core has the id 0 here.
class Panel final : public panel::FaultyServer {
public:
    /// Throws Fatal when it cannot listen.
    Panel(boost::asio::any_io_executor executor, const Clock& clock, PanelSettings settings);
    ~Panel() override;
    Panel(const Panel&) = delete;
    Panel& operator=(const Panel&) = delete;

    PanelState& state() { return state_; }
    Auth& auth() { return auth_; }
    LogFault& log_fault(std::int64_t core_id) { return log_faults_[core_id]; }

    void stop();   ///< the panel is down; its connections end, log sockets without a close (1006)
    void start();  ///< up again: the cores are started anew, which cuts everybody's connections
    /// The open log sockets end with that code, 1012 as a panel that is told to restart says; 1006
    /// is no close at all.
    void end_sockets(std::uint16_t code);

    std::size_t open_sockets(std::int64_t core_id) const;
    /// The most that were ever open at once on one core.
    std::size_t most_sockets() const;
    /// Connections to the database that log sockets hold.
    std::size_t held_connections() const;

private:
    class Opened;
    class Talk;
    struct Sockets;

    static std::shared_ptr<Sockets> make_sockets();
    http::Response answer_to(const http::Request& request) override;
    http::Response pretend(const http::Request& request) override;
    bool asks_for_log(const http::Request& request) const override;
    boost::asio::awaitable<void> serve_log(http::Exchange& exchange) override;
    boost::asio::awaitable<std::optional<http::Response>> wait_in_line(http::Exchange& exchange
    ) override;
    /// The core a socket was opened on, while the panel has the same object of it.
    const Core* find_core(std::int64_t id);
    boost::asio::awaitable<void> stream_lines(
        http::Exchange& exchange, http::WebSocket& socket, LogAccess access
    );

    const Clock& clock_;
    PanelSettings settings_;
    PanelState state_;
    Auth auth_;
    World world_;
    std::map<std::int64_t, LogFault> log_faults_;
    std::shared_ptr<Sockets> sockets_;  ///< shared with those being served: they may end later
};

}  // namespace fairgate::sim::marzban
