#include "backends/panel/try_together.hpp"

#include "base/spawn.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

namespace fairgate::backends::panel {

namespace asio = boost::asio;

namespace {

using Time = std::chrono::steady_clock::time_point;

/// Shared with those who try, so that it is there until the last of them has ended.
struct Trial {
    Trial(const asio::any_io_executor& executor, std::size_t count, Together chosen, TryOne one)
        : settings(chosen),
          try_one(std::move(one)),
          found(count),
          deadline(std::chrono::steady_clock::now() + chosen.patience),
          over(executor, Time::max()) {}

    std::chrono::milliseconds time_left() const {
        const auto left = deadline - std::chrono::steady_clock::now();
        return std::max(
            std::chrono::ceil<std::chrono::milliseconds>(left),
            std::min(settings.least, settings.patience)
        );
    }

    Together settings;
    TryOne try_one;
    steps::Steps found;
    std::size_t next = 0;
    std::size_t trying = 0;
    std::exception_ptr failure;
    Time deadline;
    asio::steady_timer over;  ///< never expires: cancelled when somebody has ended
};

asio::awaitable<void> try_in_turn(std::shared_ptr<Trial> trial) {
    try {
        while (trial->next < trial->found.size()) {
            const std::size_t which = trial->next++;
            ProbeStep step = co_await trial->try_one(which, trial->time_left());
            trial->found[which] = std::move(step);
        }
    } catch (...) {
        trial->failure = std::current_exception();
    }
    --trial->trying;
    trial->over.cancel();
}

}  // namespace

asio::awaitable<steps::Steps> try_together(std::size_t count, Together settings, TryOne try_one) {
    const auto executor = co_await asio::this_coro::executor;
    const auto trial = std::make_shared<Trial>(executor, count, settings, std::move(try_one));
    std::vector<Task> tasks;
    for (; trial->trying < std::min(count, settings.most); ++trial->trying) {
        tasks.push_back(spawn(
            executor, "tries a panel's logs", [trial] { return try_in_turn(trial); }, nullptr
        ));
    }
    while (trial->trying > 0) {
        boost::system::error_code woken;
        co_await trial->over.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }
    if (trial->failure) {
        std::rethrow_exception(trial->failure);
    }
    co_return std::move(trial->found);
}

}  // namespace fairgate::backends::panel
