#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace fairgate {

namespace detail {

template <class T>
struct WorkOutcome {
    std::optional<T> value;
    std::exception_ptr failure;
};

}  // namespace detail

/// Runs work that blocks (a database, hashing, a resolver) on another executor, usually that of a
/// thread, and comes back with what it returned. Cancellation waits until the work is done. The
/// other executor must be drained before what `work` refers to goes.
template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work&>> run_on(
    boost::asio::any_io_executor there, Work work
) {
    using T = std::invoke_result_t<Work&>;
    const auto outcome = std::make_shared<detail::WorkOutcome<T>>();
    auto begin = [there = std::move(there), work = std::move(work), outcome](auto handler) mutable {
        // The handler's own executor must not run out of work while the other one is busy.
        auto here = boost::asio::prefer(
            boost::asio::get_associated_executor(handler, there),
            boost::asio::execution::outstanding_work.tracked
        );
        auto executor = there;
        boost::asio::post(
            executor,
            [work = std::move(work),
             outcome = std::move(outcome),
             here = std::move(here),
             handler = std::move(handler)]() mutable {
                try {
                    outcome->value.emplace(work());
                } catch (...) {
                    outcome->failure = std::current_exception();
                }
                boost::asio::post(here, std::move(handler));
            }
        );
    };
    co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
        std::move(begin), boost::asio::use_awaitable
    );
    if (outcome->failure) {
        std::rethrow_exception(outcome->failure);
    }
    co_return std::move(*outcome->value);
}

}  // namespace fairgate
