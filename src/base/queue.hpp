#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <cstddef>
#include <cstdlib>
#include <deque>
#include <optional>
#include <utility>

namespace fairgate {

/// A bounded queue between coroutines of one executor. push() waits while the queue is full;
/// pop() waits while it is empty, and gives nothing once finish() was called and the last item is
/// out. (The channel of Boost 1.81 drops what is still inside when it is closed.)
template <class T>
class Queue {
public:
    Queue(boost::asio::any_io_executor executor, std::size_t capacity)
        : capacity_(capacity), changed_(executor, boost::asio::steady_timer::time_point::max()) {}

    boost::asio::awaitable<void> push(T item) {
        while (items_.size() >= capacity_ && !finished_) {
            co_await change();
        }
        if (!try_push(std::move(item)) && !finished_) {
            std::abort();  // only a second executor could have filled it in between
        }
    }

    /// False when the queue is full or finished: the caller says what happens then.
    bool try_push(T item) {
        if (items_.size() >= capacity_ || finished_) {
            return false;
        }
        items_.push_back(std::move(item));
        changed_.cancel();
        return true;
    }

    boost::asio::awaitable<std::optional<T>> pop() {
        while (items_.empty() && !finished_) {
            co_await change();
        }
        if (items_.empty()) {
            co_return std::nullopt;
        }
        std::optional<T> item(std::move(items_.front()));
        items_.pop_front();
        changed_.cancel();
        co_return item;
    }

    /// No more items come; what is inside can still be taken out.
    void finish() {
        finished_ = true;
        changed_.cancel();
    }

    std::size_t size() const { return items_.size(); }

private:
    // The timer never expires: to cancel it is to tell every waiter to look again.
    boost::asio::awaitable<void> change() {
        boost::system::error_code told;
        co_await changed_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, told));
        const auto state = co_await boost::asio::this_coro::cancellation_state;
        if (state.cancelled() != boost::asio::cancellation_type::none) {
            throw boost::system::system_error(boost::asio::error::operation_aborted);
        }
    }

    std::size_t capacity_;
    std::deque<T> items_;
    bool finished_ = false;
    boost::asio::steady_timer changed_;
};

}  // namespace fairgate
