#pragma once

#include "base/run_on.hpp"
#include "control/events.hpp"
#include "control/in_force.hpp"
#include "control/live.hpp"
#include "control/orders.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <type_traits>
#include <utility>

namespace fairgate::control {

/// The store as coroutines see it: work that waits for the disk is done on the store's own thread.
class Records {
public:
    Records(store::Store& store, boost::asio::any_io_executor store_thread)
        : store_(&store), store_thread_(std::move(store_thread)) {}

    /// Runs `work(store)` there. Everything it needs must be captured by value.
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work&, store::Store&>> with(Work work) const {
        auto there = [store = store_, work = std::move(work)]() mutable { return work(*store); };
        return run_on(store_thread_, std::move(there));
    }

private:
    store::Store* store_;
    boost::asio::any_io_executor store_thread_;
};

/// What applies now, from files and commands.
boost::asio::awaitable<Result<InForce>> rules_in_force(const Live& live, Records records);

/// Where operators' questions and orders are taken: what use cases that change something need.
/// Those that only look take the parts they look at.
struct Desk {
    Live& live;
    Orders& orders;
    Records records;
    EventLog& events;
};

}  // namespace fairgate::control
