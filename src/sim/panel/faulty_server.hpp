#pragma once

#include "http/server.hpp"
#include "sim/panel/faults.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::sim::panel {

struct Serving {
    std::string listen = "127.0.0.1:0";
    std::string certificate_file;  ///< with key_file: TLS
    std::string key_file;
    std::chrono::milliseconds idle_timeout{5'000};  ///< uvicorn's keep-alive
};

/// How a simulated panel says what it has to say: over a socket on loopback, with faults that are
/// switched on while it runs, every call written down. What it says is its heir's. Everything
/// happens on one executor.
class FaultyServer {
public:
    virtual ~FaultyServer() = default;
    FaultyServer(const FaultyServer&) = delete;
    FaultyServer& operator=(const FaultyServer&) = delete;

    std::string base() const;  ///< "http://127.0.0.1:34567"; the same after a restart

    void add_fault(CallFault fault) { faults_.push_back(std::move(fault)); }
    void clear_faults() { faults_.clear(); }

    /// Called right before a call is carried out: where other actors get in between.
    std::function<void(const http::Request&)> before_call;
    /// Called right after it, before it is answered.
    std::function<void(const http::Request&)> after_call;

    const std::vector<RecordedCall>& calls() const { return calls_; }
    void forget_calls() { calls_.clear(); }
    /// How many calls of that method had a target beginning so; an empty method is any.
    std::size_t count(std::string_view method, std::string_view target_start) const;

protected:
    FaultyServer(boost::asio::any_io_executor executor, Serving serving)
        : executor_(std::move(executor)), serving_(std::move(serving)) {}

    /// Throws Fatal when it cannot listen.
    void open();
    void close() { server_.reset(); }

    virtual http::Response answer_to(const http::Request& request) = 0;
    /// The same answer, and nothing changed by it.
    virtual http::Response pretend(const http::Request& request) = 0;
    virtual bool asks_for_log(const http::Request& request) const = 0;
    virtual boost::asio::awaitable<void> serve_log(http::Exchange& exchange) = 0;
    /// Before a call is carried out; what it gives is answered instead.
    virtual boost::asio::awaitable<std::optional<http::Response>> wait_in_line(
        http::Exchange& exchange
    );

    /// Until the client has gone; throws then.
    boost::asio::awaitable<void> hang(http::Exchange& exchange) const;
    void record(const http::Request& request, int status);
    const boost::asio::any_io_executor& executor() const { return executor_; }

private:
    boost::asio::awaitable<void> serve(http::Exchange& exchange);
    boost::asio::awaitable<void> serve_call(http::Exchange& exchange, const CallFault& fault);
    CallFault take_fault(const http::Request& request);
    http::Response act(const http::Request& request, FaultKind kind);

    boost::asio::any_io_executor executor_;
    Serving serving_;
    std::vector<CallFault> faults_;
    std::vector<RecordedCall> calls_;
    std::unique_ptr<http::Server> server_;
};

/// What a panel of this kind says with a status that is not its usual answer.
http::Response failure(int status);

}  // namespace fairgate::sim::panel
