#include "base/spawn.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace fairgate {

struct Task::State {
    explicit State(boost::asio::any_io_executor runs_on) : executor(std::move(runs_on)) {}

    boost::asio::any_io_executor executor;
    std::function<boost::asio::awaitable<void>()> start;
    boost::asio::cancellation_signal stop;
    bool finished = false;
};

Task& Task::operator=(Task&& other) noexcept {  // NOLINT(bugprone-exception-escape): as ~Task
    cancel();
    state_ = std::move(other.state_);
    return *this;
}

void Task::cancel() {
    if (state_ && !state_->finished) {
        state_->stop.emit(boost::asio::cancellation_type::all);
        // Asio 1.26 passes the signal on at the next turn, by a bare pointer into the state: the
        // coroutine may have ended by then and nobody else hold it.
        boost::asio::post(state_->executor, [state = state_] {});
    }
}

bool Task::finished() const { return !state_ || state_->finished; }

namespace {

bool is_cancellation(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        return error.code() == boost::asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

/// Begins at the next turn of the executor, never inside spawn(): whoever spawns holds the Task
/// first. It also keeps Asio 1.26 from throwing out of run() when a coroutine is cancelled before
/// it has ever waited.
boost::asio::awaitable<void> begin(const std::function<boost::asio::awaitable<void>()>* start) {
    co_await boost::asio::post(
        co_await boost::asio::this_coro::executor, boost::asio::use_awaitable
    );
    co_await (*start)();
}

}  // namespace

Task spawn(
    const boost::asio::any_io_executor& executor,
    std::string name,
    std::function<boost::asio::awaitable<void>()> start,
    std::function<void(const std::string&, std::exception_ptr)> on_failure
) {
    Task task;
    task.state_ = std::make_shared<Task::State>(executor);
    task.state_->start = std::move(start);
    auto ended = [state = task.state_,
                  name = std::move(name),
                  on_failure = std::move(on_failure)](const std::exception_ptr& failure) {
        state->finished = true;
        state->start = nullptr;  // what it captured goes now, not with the Task
        if (failure && on_failure && !is_cancellation(failure)) {
            on_failure(name, failure);
        }
    };
    boost::asio::co_spawn(
        executor,
        begin(&task.state_->start),
        boost::asio::bind_cancellation_slot(task.state_->stop.slot(), std::move(ended))
    );
    return task;
}

}  // namespace fairgate
