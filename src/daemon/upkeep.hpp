#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "control/events.hpp"
#include "daemon/supervisor.hpp"
#include "daemon/watched_clock.hpp"
#include "daemon/world.hpp"
#include "model/setting.hpp"
#include "store/retention.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace fairgate::daemon {

/// What is done once in a while and waited for by nobody: old rows are removed, tables of networks
/// that were replaced are taken up, what was learned about networks and accounts is kept, the clock
/// is compared with the time that really passed, and the supervisor hears that all of this goes on.
class Upkeep {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        boost::asio::any_io_executor store_thread;
        WatchedClock& clock;
        store::Store& store;
        control::EventLog& events;
        World& world;
        Supervisor supervisor;
        /// The clock was set; whoever remembers times is told.
        std::function<boost::asio::awaitable<void>(Duration by)> clock_was_set;
    };
    explicit Upkeep(Parts parts) : parts_(std::move(parts)) {}

    /// Calls tick() once a second, until it is cancelled.
    boost::asio::awaitable<void> run();

    using Steady = std::chrono::steady_clock::time_point;
    boost::asio::awaitable<void> tick(Steady now);
    /// Keeps who the accounts are, if any were read since that was done. Also at the end.
    boost::asio::awaitable<void> save_accounts();

private:
    boost::asio::awaitable<void> look_at_clock();
    void take_up_tables();
    boost::asio::awaitable<void> learn_networks();
    boost::asio::awaitable<void> forget_old_rows(Steady now);
    boost::asio::awaitable<void> try_store();
    void tell(control::Topic topic, const std::string& subject, std::string message);

    Parts parts_;
    store::RetentionSettings retention_;
    Steady tables_at_{};
    Steady networks_at_{};
    Steady rows_at_{};
    Steady store_at_{};
    Steady accounts_at_{};
    TimePoint accounts_saved_;
    bool started_ = false;
};

}  // namespace fairgate::daemon
