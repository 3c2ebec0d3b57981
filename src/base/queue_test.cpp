#include "base/queue.hpp"

#include "base/run.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace fairgate {
namespace {

namespace asio = boost::asio;
using Numbers = Queue<int>;

asio::awaitable<void> push_all(Numbers* queue, std::vector<int> numbers, std::size_t* pushed) {
    for (const int number : numbers) {
        co_await queue->push(number);
        ++*pushed;
    }
}

asio::awaitable<void> pop_all(Numbers* queue, std::vector<int>* popped) {
    while (const auto number = co_await queue->pop()) {
        popped->push_back(*number);
    }
}

struct Fixture {
    explicit Fixture(std::size_t capacity) : queue(io.get_executor(), capacity) {}

    Task pusher(std::vector<int> numbers) {
        auto start = [this, numbers = std::move(numbers)] {
            return push_all(&queue, numbers, &pushed);
        };
        return spawn(io.get_executor(), "pusher", start, {});
    }
    Task popper() {
        return spawn(io.get_executor(), "popper", [this] { return pop_all(&queue, &popped); }, {});
    }
    void turn() {
        io.restart();
        io.poll();
    }

    asio::io_context io;
    Numbers queue;
    std::size_t pushed = 0;
    std::vector<int> popped;
};

TEST(Queue, a_pusher_waits_while_it_is_full) {
    Fixture fixture(2);
    const Task pusher = fixture.pusher({1, 2, 3, 4});
    fixture.turn();
    EXPECT_EQ(fixture.pushed, 2U);
    EXPECT_EQ(run(fixture.io, [&] { return fixture.queue.pop(); }), 1);
    fixture.turn();
    EXPECT_EQ(fixture.pushed, 3U);
    EXPECT_EQ(fixture.queue.size(), 2U);
}

TEST(Queue, a_popper_waits_for_an_item) {
    Fixture fixture(2);
    const Task popper = fixture.popper();
    fixture.turn();
    EXPECT_TRUE(fixture.queue.try_push(7));
    fixture.turn();
    EXPECT_EQ(fixture.popped, std::vector<int>{7});
}

TEST(Queue, what_is_inside_can_be_taken_out_after_the_end) {
    Fixture fixture(3);
    EXPECT_TRUE(fixture.queue.try_push(1));
    EXPECT_TRUE(fixture.queue.try_push(2));
    fixture.queue.finish();
    EXPECT_FALSE(fixture.queue.try_push(3));
    const Task popper = fixture.popper();
    fixture.turn();
    EXPECT_EQ(fixture.popped, (std::vector<int>{1, 2}));
    EXPECT_TRUE(popper.finished());
}

TEST(Queue, the_end_lets_waiting_pushers_and_poppers_go) {
    Fixture full(1);
    const Task pusher = full.pusher({1, 2, 3});
    full.turn();
    full.queue.finish();
    full.turn();
    EXPECT_TRUE(pusher.finished());
    EXPECT_EQ(full.queue.size(), 1U);
    Fixture empty(1);
    const Task popper = empty.popper();
    empty.turn();
    empty.queue.finish();
    empty.turn();
    EXPECT_TRUE(popper.finished());
}

TEST(Queue, a_full_one_refuses_what_cannot_wait) {
    Fixture fixture(1);
    EXPECT_TRUE(fixture.queue.try_push(1));
    EXPECT_FALSE(fixture.queue.try_push(2));
}

TEST(Queue, a_cancelled_popper_takes_nothing_with_it) {
    Fixture fixture(1);
    Task first = fixture.popper();
    fixture.turn();
    first.cancel();
    EXPECT_TRUE(fixture.queue.try_push(1));
    fixture.turn();
    EXPECT_TRUE(first.finished());
    EXPECT_EQ(fixture.popped.size() + fixture.queue.size(), 1U);
}

TEST(Queue, a_cancelled_pusher_leaves) {
    Fixture fixture(1);
    Task pusher = fixture.pusher({1, 2});
    fixture.turn();
    pusher.cancel();
    fixture.turn();
    EXPECT_TRUE(pusher.finished());
    EXPECT_EQ(fixture.queue.size(), 1U);
}

RC_GTEST_PROP(Queue, gives_every_item_once_and_each_pushers_items_in_order, ()) {
    const auto capacity = *rc::gen::inRange<std::size_t>(1, 5);
    const auto counts =
        *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20)));
    Fixture fixture(capacity);
    const Task popper = fixture.popper();
    std::vector<Task> pushers;
    std::size_t all = 0;
    for (std::size_t who = 0; who < counts.size(); ++who) {
        std::vector<int> numbers;
        numbers.reserve(static_cast<std::size_t>(counts[who]));
        for (int i = 0; i < counts[who]; ++i) {
            numbers.push_back(static_cast<int>(who) * 100 + i);
        }
        all += numbers.size();
        pushers.push_back(fixture.pusher(numbers));
    }
    fixture.turn();
    fixture.queue.finish();
    fixture.turn();
    RC_ASSERT(fixture.popped.size() == all);
    std::vector<int> expected(counts.size(), 0);
    for (const int number : fixture.popped) {
        RC_ASSERT(number % 100 == expected[static_cast<std::size_t>(number / 100)]++);
    }
}

}  // namespace
}  // namespace fairgate
