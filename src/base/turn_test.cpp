#include "base/turn.hpp"

#include "base/run.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <vector>

namespace fairgate {
namespace {

boost::asio::awaitable<void> enter(Turn& turn, int id, std::vector<int>& order) {
    const auto held = co_await turn.take();
    order.push_back(id);
    co_await boost::asio::post(boost::asio::use_awaitable);
    order.push_back(id);
}

TEST(turn, nobody_comes_in_between) {
    boost::asio::io_context io;
    Turn turn(io.get_executor());
    std::vector<int> order;
    std::vector<Task> tasks;
    tasks.reserve(5);
    for (int id = 0; id < 5; ++id) {
        tasks.push_back(spawn(
            io.get_executor(), "t", [&, id] { return enter(turn, id, order); }, nullptr
        ));
    }
    io.run();
    ASSERT_EQ(order.size(), 10U);
    for (std::size_t i = 0; i < order.size(); i += 2) {
        EXPECT_EQ(order[i], order[i + 1]);
    }
}

TEST(turn, whoever_is_cancelled_while_waiting_leaves_it_to_the_others) {
    boost::asio::io_context io;
    Turn turn(io.get_executor());
    std::vector<int> order;
    std::vector<Task> tasks;
    tasks.reserve(3);
    for (int id = 0; id < 3; ++id) {
        tasks.push_back(spawn(
            io.get_executor(), "t", [&, id] { return enter(turn, id, order); }, nullptr
        ));
    }
    while (order.empty() && io.run_one() > 0) {
    }
    tasks[1].cancel();
    io.run();
    EXPECT_EQ(order, (std::vector{0, 0, 2, 2}));
}

TEST(turn, two_turns_are_two) {
    boost::asio::io_context io;
    Turn first(io.get_executor());
    Turn second(io.get_executor());
    // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): lives until run() below has ended
    const auto both = [&]() -> boost::asio::awaitable<int> {
        const auto a = co_await first.take();
        const auto b = co_await second.take();
        co_return 1;
    };
    EXPECT_EQ(run(io, both), 1);
}

}  // namespace
}  // namespace fairgate
