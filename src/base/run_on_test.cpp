#include "base/run_on.hpp"

#include "base/run.hpp"

#include <boost/asio/static_thread_pool.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>

namespace fairgate {
namespace {

TEST(run_on, work_runs_there_and_its_value_comes_back_here) {
    boost::asio::io_context here;
    boost::asio::static_thread_pool there(1);
    const auto self = std::this_thread::get_id();
    std::thread::id worked;
    std::thread::id came_back;
    // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): lives until run() below has ended
    const auto ask = [&]() -> boost::asio::awaitable<std::string> {
        auto value = co_await run_on(there.get_executor(), [&] {
            worked = std::this_thread::get_id();
            return std::string(100, 'x');
        });
        came_back = std::this_thread::get_id();
        co_return value;
    };
    EXPECT_EQ(run(here, ask), std::string(100, 'x'));
    EXPECT_NE(worked, self);
    EXPECT_EQ(came_back, self);
}

TEST(run_on, what_the_work_throws_is_thrown_here) {
    boost::asio::io_context here;
    boost::asio::static_thread_pool there(1);
    // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): lives until run() below has ended
    const auto ask = [&]() -> boost::asio::awaitable<int> {
        co_return co_await run_on(there.get_executor(), []() -> int {
            throw std::runtime_error("no");
        });
    };
    EXPECT_THROW(run(here, ask), std::runtime_error);
}

TEST(run_on, one_executor_is_enough) {
    boost::asio::io_context here;
    // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): lives until run() below has ended
    const auto ask = [&]() -> boost::asio::awaitable<int> {
        co_return co_await run_on(here.get_executor(), [] { return 7; });
    };
    EXPECT_EQ(run(here, ask), 7);
}

}  // namespace
}  // namespace fairgate
