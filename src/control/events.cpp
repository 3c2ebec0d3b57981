#include "control/events.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

EventLog::EventLog(asio::any_io_executor executor, std::size_t capacity)
    : executor_(std::move(executor)), capacity_(std::max<std::size_t>(capacity, 1)) {}

void EventLog::publish(Happening happening) {
    if (entries_.size() == capacity_) {
        entries_.pop_front();
    }
    entries_.push_back({next_++, std::move(happening)});
    for (asio::steady_timer* timer : waiting_) {
        timer->cancel();
    }
}

bool EventLog::holds_all_after(std::uint64_t id) const {
    const std::uint64_t first = next_ - entries_.size();
    return id < next_ && id + 1 >= first;
}

std::vector<EventLog::Entry> EventLog::after(std::uint64_t id, std::size_t most) const {
    const auto begin = std::ranges::upper_bound(entries_, id, {}, &Entry::id);
    const auto left = static_cast<std::size_t>(entries_.end() - begin);
    return {begin, begin + static_cast<std::ptrdiff_t>(std::min(left, most))};
}

asio::awaitable<void> EventLog::wait(std::uint64_t id, std::chrono::milliseconds most) {
    if (newest() > id || closed_) {
        co_return;
    }
    asio::steady_timer timer(executor_, most);
    waiting_.push_back(&timer);
    boost::system::error_code told;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, told));
    std::erase(waiting_, &timer);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

void EventLog::close() {
    closed_ = true;
    for (asio::steady_timer* timer : waiting_) {
        timer->cancel();
    }
}

}  // namespace fairgate::control
