#pragma once

#include "base/clock.hpp"
#include "sim/panel/faulty_server.hpp"
#include "sim/pasarguard/api.hpp"
#include "sim/pasarguard/faults.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>

namespace fairgate::sim::pasarguard {

struct PanelSettings : panel::Serving {
    Release release = Release::v5_2;
    std::uint64_t seed = 1;
    std::chrono::milliseconds ping_every{15'000};  ///< on log streams, whatever the node does
    /// Log streams are sent in pieces of 1 to this many bytes, so cut within lines and characters;
    /// 0: whole events.
    std::size_t most_piece = 0;
    /// So many events at once, at most. The panel sends each by itself.
    std::size_t most_events = 256;
};

/// A PasarGuard panel on loopback, for tests and for `fairgate demo`: the same answers, the same
/// traps, and faults that are switched on while it runs. Everything happens on one executor;
/// state() may be changed between its turns. Made of PanelState (what it knows), answer() (what it
/// says) and this (how it says it).
class Panel final : public panel::FaultyServer {
public:
    /// Throws Fatal when it cannot listen.
    Panel(boost::asio::any_io_executor executor, const Clock& clock, PanelSettings settings);
    ~Panel() override;
    Panel(const Panel&) = delete;
    Panel& operator=(const Panel&) = delete;

    PanelState& state() { return state_; }
    Auth& auth() { return auth_; }
    CoreConfig& core() { return core_; }
    LogFault& log_fault(std::int64_t node_id) { return log_faults_[node_id]; }

    void stop();   ///< the panel is down; its connections end
    void start();  ///< up again: nodes are started anew, which cuts everybody's connections

    /// Those whose readers are still there.
    std::size_t open_streams(std::int64_t node_id) const;
    /// The most that were ever open at once on one node.
    std::size_t most_streams() const;

private:
    class StreamCount;
    struct Streams;

    static std::shared_ptr<Streams> make_streams();
    http::Response answer_to(const http::Request& request) override;
    http::Response pretend(const http::Request& request) override;
    bool asks_for_log(const http::Request& request) const override;
    boost::asio::awaitable<void> serve_log(http::Exchange& exchange) override;
    boost::asio::awaitable<void> stream_lines(http::Exchange& exchange, Node& node);
    boost::asio::awaitable<bool> send_pieces(http::Exchange& exchange, std::string text);

    const Clock& clock_;
    PanelSettings settings_;
    PanelState state_;
    Auth auth_;
    CoreConfig core_;
    World world_;
    std::mt19937_64 random_;
    std::map<std::int64_t, LogFault> log_faults_;
    std::shared_ptr<Streams> streams_;  ///< shared with those being served: they may end later
};

}  // namespace fairgate::sim::pasarguard
