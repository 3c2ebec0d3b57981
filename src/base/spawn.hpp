#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace fairgate {

/// A coroutine that someone owns. Destroying it asks the coroutine to stop; the executor must
/// still be run for it to do so.
class Task {
public:
    Task() = default;
    ~Task() { cancel(); }  // NOLINT(bugprone-exception-escape): only when memory is out
    Task(Task&&) noexcept = default;
    Task& operator=(Task&& other) noexcept;
    void cancel();
    bool finished() const;

private:
    struct State;
    std::shared_ptr<State> state_;
    friend Task
    spawn(const boost::asio::any_io_executor&, std::string, std::function<boost::asio::awaitable<void>()>, std::function<void(const std::string&, std::exception_ptr)>);
};

/// Starts a coroutine, at the next turn of the executor, and keeps hold of it: the only place that
/// calls co_spawn. `start` is kept
/// until the coroutine ends, so what it captures by value lives as long. An exception other than
/// cancellation goes to `on_failure` with the task's name.
Task spawn(
    const boost::asio::any_io_executor& executor,
    std::string name,
    std::function<boost::asio::awaitable<void>()> start,
    std::function<void(const std::string&, std::exception_ptr)> on_failure
);

}  // namespace fairgate
