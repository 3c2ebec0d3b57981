#pragma once

#include "base/spawn.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>

namespace fairgate {

namespace detail {

template <class T>
boost::asio::awaitable<void> keep_value(
    std::function<boost::asio::awaitable<T>()> start, std::optional<T>* value
) {
    value->emplace(co_await start());
}

}  // namespace detail

/// Runs `io` until one coroutine is done and gives its value: for commands that ask one thing, and
/// for tests. Throws what the coroutine throws. Other coroutines of `io` run meanwhile and stay
/// where they are afterwards.
template <class Start>
auto run(boost::asio::io_context& io, Start start) {
    using T = typename decltype(start())::value_type;
    std::optional<T> value;
    std::exception_ptr failure;
    const std::function<boost::asio::awaitable<T>()> keep(std::move(start));
    const Task task = spawn(
        io.get_executor(),
        "run",
        [&] { return detail::keep_value<T>(keep, &value); },
        [&](const std::string&, std::exception_ptr thrown) { failure = std::move(thrown); }
    );
    io.restart();
    while (!task.finished() && io.run_one() != 0) {
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
    if (!value) {
        throw std::logic_error("the coroutine was cancelled, or waits for what never comes");
    }
    return std::move(*value);
}

}  // namespace fairgate
