#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <memory>
#include <utility>

namespace fairgate {

/// Lets one coroutine at a time through, all of one executor: for reading a value, waiting for the
/// disk and writing the value, with nobody between. Not to be held while waiting for a peer.
class Turn {
    struct State {
        explicit State(boost::asio::any_io_executor executor)
            : freed(executor, boost::asio::steady_timer::time_point::max()) {}
        bool taken = false;
        boost::asio::steady_timer freed;  // never expires: to cancel it is to tell every waiter
    };

public:
    explicit Turn(boost::asio::any_io_executor executor)
        : state_(std::make_shared<State>(std::move(executor))) {}
    Turn(Turn&&) noexcept = default;  // a copy would be the same turn, so there is none
    Turn& operator=(Turn&&) = delete;

    /// Gives the turn back when it goes.
    class Held {
    public:
        explicit Held(std::shared_ptr<State> state) : state_(std::move(state)) {}
        ~Held() {  // NOLINT(bugprone-exception-escape): to cancel a timer does not fail
            if (state_) {
                state_->taken = false;
                state_->freed.cancel();
            }
        }
        Held(Held&&) noexcept = default;
        Held& operator=(Held&&) = delete;

    private:
        std::shared_ptr<State> state_;
    };

    boost::asio::awaitable<Held> take() {
        const auto state = state_;
        while (state->taken) {
            boost::system::error_code told;
            co_await state->freed.async_wait(
                boost::asio::redirect_error(boost::asio::use_awaitable, told)
            );
            const auto cancelled = co_await boost::asio::this_coro::cancellation_state;
            if (cancelled.cancelled() != boost::asio::cancellation_type::none) {
                throw boost::system::system_error(boost::asio::error::operation_aborted);
            }
        }
        state->taken = true;
        co_return Held(state);
    }

private:
    std::shared_ptr<State> state_;
};

}  // namespace fairgate
