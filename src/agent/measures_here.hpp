#pragma once

#include "agent/measures.hpp"
#include "agent/node_core.hpp"
#include "base/clock.hpp"
#include "config/settings.hpp"
#include "link/order.hpp"
#include "model/address.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::agent {

/// Measures with what this machine has: a journal in its state folder, its firewall, and whom it
/// never refuses, whatever the hub orders: itself, its gateway, its hub, who is logged in, and whom
/// agent.toml trusts.
class MeasuresHere {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        boost::asio::any_io_executor kernel_thread;  ///< of one thread, drained before this goes
        const Clock& clock;
        const config::Settings& settings;
        sources::sockets::SocketWatch& sockets;
        std::string ssh_connection;  ///< of who started this, as in the environment
        std::string authority;       ///< fingerprint of the hub's
        std::string hub;             ///< "host:port"
        std::function<void(const link::Done& done)> tell;
        std::function<void(const std::string& line)> log;
        const std::unique_ptr<NodeCore>& core;  ///< there before take_up(); may be none
    };
    explicit MeasuresHere(Parts parts);
    ~MeasuresHere();
    MeasuresHere(const MeasuresHere&) = delete;
    MeasuresHere& operator=(const MeasuresHere&) = delete;

    /// Once, before the hub is called. What does not work is logged and told to the hub; the agent
    /// reports all the same.
    boost::asio::awaitable<void> take_up();
    // The parts of it that go on until they are cancelled.
    boost::asio::awaitable<void> run();
    boost::asio::awaitable<void> listen();
    boost::asio::awaitable<void> keep_house();

    /// The core has other accounts than before.
    void core_changed();
    /// Looks whether the core answers again; every few seconds.
    void look_at_core();

    void take(link::Order order);
    std::vector<link::Done> held() const;
    link::Enforcing enforcing() const;
    /// The hub is at this address: it is never refused from now on, after a restart neither.
    void met(const std::string& address);
    /// Who is never refused or cut, beside what the machine itself shows.
    const kernel::ProtectedTargets& told() const { return told_; }
    /// Whose a connection is, by the name in the log.
    AccountKey account_of(std::string_view name) const;

private:
    boost::asio::awaitable<Result<void>> open();
    Result<kernel::ProtectedTargets> never() const;  ///< in kernel_thread
    std::string driver() const;
    bool joins_sockets() const;

    Parts parts_;
    boost::asio::thread_pool store_thread_{1};
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<Measures> measures_;
    kernel::ProtectedTargets told_;
    kernel::ProtectedTargets told_in_thread_;  ///< the same, only touched in kernel_thread
    std::string met_;                          ///< last
    std::optional<Error> fails_;
};

}  // namespace fairgate::agent
