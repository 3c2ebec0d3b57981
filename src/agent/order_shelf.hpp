#pragma once

#include "base/error.hpp"
#include "link/order.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::agent {

/// The orders whose measures are not over, on the disk: the journal knows when each ends, and
/// this, what it is about. In a few parts, so that ten thousand of them are not written anew for
/// each one.
class OrderShelf {
public:
    OrderShelf(store::Store& store, boost::asio::any_io_executor store_thread)
        : store_(store), store_thread_(std::move(store_thread)) {}

    boost::asio::awaitable<Result<void>> load();
    /// It is on the disk when this returns.
    boost::asio::awaitable<Result<void>> put(link::Order order);
    /// Forgotten here at once, and on the disk with the next change or clean().
    void drop(const link::OrderKey& key);
    boost::asio::awaitable<Result<void>> clean();

    const link::Order* find(const link::OrderKey& key) const;
    std::vector<link::OrderKey> keys() const;

private:
    boost::asio::awaitable<Result<void>> write(std::size_t part);

    store::Store& store_;
    boost::asio::any_io_executor store_thread_;
    std::map<link::OrderKey, link::Order> orders_;
    std::vector<std::size_t> dirty_;  ///< parts
};

}  // namespace fairgate::agent
