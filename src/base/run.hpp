#pragma once

#include "base/spawn.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace fairgate {

namespace detail {

template <class T>
struct Outcome {
    std::function<boost::asio::awaitable<T>()> start;
    std::optional<T> value = {};
    std::exception_ptr failure = {};
};

template <class T>
boost::asio::awaitable<void> keep_value(std::shared_ptr<Outcome<T>> outcome) {
    outcome->value.emplace(co_await outcome->start());
}

}  // namespace detail

/// Runs `io` until one coroutine is done and gives its value: for commands that ask one thing, and
/// for tests. Throws what the coroutine throws. Other coroutines of `io` run meanwhile and stay
/// where they are afterwards.
template <class Start>
auto run(boost::asio::io_context& io, Start start) {
    using T = typename decltype(start())::value_type;
    // Shared: if it is given up below, the coroutine ends only at a later turn of `io`.
    const auto outcome = std::make_shared<detail::Outcome<T>>();
    outcome->start = std::move(start);
    const Task task = spawn(
        io.get_executor(),
        "run",
        [outcome] { return detail::keep_value<T>(outcome); },
        [outcome](const std::string&, std::exception_ptr thrown) {
            outcome->failure = std::move(thrown);
        }
    );
    io.restart();
    while (!task.finished() && io.run_one() != 0) {
    }
    if (outcome->failure) {
        std::rethrow_exception(outcome->failure);
    }
    if (!outcome->value) {
        throw std::logic_error("the coroutine was cancelled, or waits for what never comes");
    }
    return std::move(*outcome->value);
}

}  // namespace fairgate
