#pragma once

#include "base/clock.hpp"
#include "http/server.hpp"
#include "sim/pasarguard/api.hpp"
#include "sim/pasarguard/faults.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::sim::pasarguard {

struct PanelSettings {
    Release release = Release::v5_2;
    std::uint64_t seed = 1;
    std::string listen = "127.0.0.1:0";
    std::string certificate_file;  ///< with key_file: TLS
    std::string key_file;
    std::chrono::milliseconds ping_every{15'000};   ///< on log streams, whatever the node does
    std::chrono::milliseconds idle_timeout{5'000};  ///< uvicorn's keep-alive
    /// Log streams are sent in pieces of 1 to this many bytes, so cut within lines and characters;
    /// 0: whole events.
    std::size_t most_piece = 0;
};

/// A PasarGuard panel on loopback, for tests and for `fairgate demo`: the same answers, the same
/// traps, and faults that are switched on while it runs. Everything happens on one executor;
/// state() may be changed between its turns. Made of PanelState (what it knows), answer() (what it
/// says) and this (how it says it).
class Panel {
public:
    /// Throws Fatal when it cannot listen.
    Panel(boost::asio::any_io_executor executor, const Clock& clock, PanelSettings settings);
    ~Panel();
    Panel(const Panel&) = delete;
    Panel& operator=(const Panel&) = delete;

    std::string base() const;  ///< "http://127.0.0.1:34567"; the same after a restart
    PanelState& state() { return state_; }
    Auth& auth() { return auth_; }
    CoreConfig& core() { return core_; }

    void add_fault(CallFault fault) { faults_.push_back(std::move(fault)); }
    void clear_faults() { faults_.clear(); }
    LogFault& log_fault(std::int64_t node_id) { return log_faults_[node_id]; }

    /// Called right before a call is carried out: where other actors get in between.
    std::function<void(const http::Request&)> before_call;
    /// Called right after it, before it is answered.
    std::function<void(const http::Request&)> after_call;

    void stop();   ///< the panel is down; its connections end
    void start();  ///< up again: nodes are started anew, which cuts everybody's connections

    const std::vector<RecordedCall>& calls() const { return calls_; }
    void forget_calls() { calls_.clear(); }
    /// How many calls of that method had a target beginning so; an empty method is any.
    std::size_t count(std::string_view method, std::string_view target_start) const;

    /// Those whose readers are still there.
    std::size_t open_streams(std::int64_t node_id) const;
    /// The most that were ever open at once on one node.
    std::size_t most_streams() const;

private:
    class StreamCount;
    struct Streams;

    static std::shared_ptr<Streams> make_streams();
    boost::asio::awaitable<void> serve(http::Exchange& exchange);
    boost::asio::awaitable<void> serve_call(http::Exchange& exchange, const CallFault& fault);
    boost::asio::awaitable<void> serve_log(http::Exchange& exchange);
    boost::asio::awaitable<void> stream_lines(http::Exchange& exchange, Node& node);
    boost::asio::awaitable<bool> send_pieces(http::Exchange& exchange, std::string text);
    boost::asio::awaitable<void> hang(http::Exchange& exchange) const;
    CallFault take_fault(const http::Request& request);
    http::Response act(const http::Request& request, FaultKind kind);
    void record(const http::Request& request, int status);

    boost::asio::any_io_executor executor_;
    const Clock& clock_;
    PanelSettings settings_;
    PanelState state_;
    Auth auth_;
    CoreConfig core_;
    World world_;
    std::mt19937_64 random_;
    std::vector<CallFault> faults_;
    std::map<std::int64_t, LogFault> log_faults_;
    std::shared_ptr<Streams> streams_;  ///< shared with those being served: they may end later
    std::vector<RecordedCall> calls_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace fairgate::sim::pasarguard
