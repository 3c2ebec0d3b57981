#include "base/spawn.hpp"

#include "base/run.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace fairgate {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> set(std::shared_ptr<int> value) {
    *value = 1;
    co_return;
}

asio::awaitable<void> wait_for_ever(std::shared_ptr<int> alive) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_at(asio::steady_timer::time_point::max());
    co_await timer.async_wait(asio::use_awaitable);
    *alive = 2;
}

asio::awaitable<void> fail() {
    co_await asio::this_coro::executor;
    throw std::runtime_error("broken");
}

asio::awaitable<int> seven() { co_return 7; }

asio::awaitable<int> fail_instead_of_a_number() {
    co_await fail();
    co_return 7;
}

asio::awaitable<int> wait_for_what_never_comes(asio::steady_timer* timer) {
    timer->cancel();
    co_return 7;
}

TEST(Spawn, runs_to_its_end) {
    asio::io_context io;
    const auto value = std::make_shared<int>(0);
    const Task task = spawn(io.get_executor(), "set", [=] { return set(value); }, {});
    EXPECT_FALSE(task.finished());
    io.run();
    EXPECT_TRUE(task.finished());
    EXPECT_EQ(*value, 1);
}

TEST(Spawn, tells_a_failure_with_the_name_of_the_task) {
    asio::io_context io;
    std::string told;
    const Task task = spawn(
        io.get_executor(),
        "reader",
        [] { return fail(); },
        [&](const std::string& name, const std::exception_ptr& thrown) {
            try {
                std::rethrow_exception(thrown);
            } catch (const std::exception& failure) {
                told = name + ": " + failure.what();
            }
        }
    );
    io.run();
    EXPECT_TRUE(task.finished());
    EXPECT_EQ(told, "reader: broken");
}

TEST(Spawn, a_cancelled_task_ends_and_that_is_no_failure) {
    asio::io_context io;
    bool failed = false;
    Task task = spawn(
        io.get_executor(),
        "waiter",
        [alive = std::make_shared<int>(0)] { return wait_for_ever(alive); },
        [&](const std::string&, const std::exception_ptr&) { failed = true; }
    );
    io.poll();
    EXPECT_FALSE(task.finished());
    task.cancel();
    io.restart();
    io.poll();
    EXPECT_TRUE(task.finished());
    EXPECT_FALSE(failed);
}

TEST(Spawn, destroying_or_replacing_the_task_stops_the_coroutine) {
    asio::io_context io;
    const auto alive = std::make_shared<int>(0);
    Task task = spawn(io.get_executor(), "one", [=] { return wait_for_ever(alive); }, {});
    io.poll();
    task = spawn(io.get_executor(), "two", [=] { return wait_for_ever(alive); }, {});
    io.restart();
    io.poll();
    EXPECT_EQ(*alive, 0);
    EXPECT_FALSE(task.finished());
    task = Task();
    io.restart();
    io.poll();
    EXPECT_EQ(alive.use_count(), 1) << "both coroutines and what they held are gone";
    EXPECT_EQ(*alive, 0);
}

TEST(Spawn, what_the_start_captured_goes_when_the_coroutine_ends) {
    asio::io_context io;
    const auto value = std::make_shared<int>(0);
    const Task task = spawn(io.get_executor(), "set", [=] { return set(value); }, {});
    io.run();
    EXPECT_EQ(value.use_count(), 1);
}

TEST(Spawn, a_task_may_outlive_its_coroutine_and_be_cancelled_again) {
    asio::io_context io;
    Task task = spawn(io.get_executor(), "set", [] { return set(std::make_shared<int>()); }, {});
    io.run();
    task.cancel();
    task.cancel();
    Task none;
    none.cancel();
    EXPECT_TRUE(none.finished());
}

asio::awaitable<void> forget_and_wait(Task* self, std::shared_ptr<int> alive) {
    co_await asio::this_coro::executor;
    *self = Task();
    co_await wait_for_ever(alive);
}

asio::awaitable<void> wait_once(asio::steady_timer* timer) {
    boost::system::error_code woken;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

TEST(Spawn, a_task_may_be_dropped_when_its_coroutine_is_just_about_to_end) {
    asio::io_context io;
    asio::steady_timer timer(io, asio::steady_timer::time_point::max());
    Task task = spawn(io.get_executor(), "waits", [&] { return wait_once(&timer); }, {});
    io.poll();
    timer.cancel();  // the coroutine ends at the next turn,
    task = Task();   // and the signal comes right behind
    io.restart();
    EXPECT_GT(io.poll(), 0U);
}

TEST(Spawn, a_coroutine_may_destroy_its_own_task_before_it_ever_waited) {
    asio::io_context io;
    Task task;
    const auto alive = std::make_shared<int>(0);
    task = spawn(io.get_executor(), "self", [&] { return forget_and_wait(&task, alive); }, {});
    io.run();
    EXPECT_TRUE(task.finished());
    EXPECT_EQ(alive.use_count(), 1);
}

asio::awaitable<void> spawn_inside(Task* inner, bool* held_first) {
    const auto executor = co_await asio::this_coro::executor;
    *inner = spawn(
        executor,
        "inner",
        [=]() -> asio::awaitable<void> {
            *held_first = !inner->finished();
            return wait_for_ever(std::make_shared<int>(0));
        },
        {}
    );
}

TEST(Spawn, whoever_spawns_holds_the_task_before_it_begins) {
    asio::io_context io;
    Task inner;
    bool held_first = false;
    const Task outer =
        spawn(io.get_executor(), "outer", [&] { return spawn_inside(&inner, &held_first); }, {});
    io.poll();
    EXPECT_TRUE(held_first);
}

TEST(Spawn, a_task_cancelled_before_it_began_never_begins) {
    asio::io_context io;
    const auto value = std::make_shared<int>(0);
    Task task = spawn(io.get_executor(), "set", [=] { return set(value); }, {});
    task.cancel();
    io.run();
    EXPECT_TRUE(task.finished());
    EXPECT_EQ(*value, 0);
}

TEST(Run, gives_the_value_or_throws_what_was_thrown) {
    asio::io_context io;
    EXPECT_EQ(run(io, [] { return seven(); }), 7);
    EXPECT_EQ(run(io, [] { return seven(); }), 7);
    EXPECT_THROW(run(io, [] { return fail_instead_of_a_number(); }), std::runtime_error);
}

TEST(Run, leaves_other_coroutines_where_they_are) {
    asio::io_context io;
    const Task other = spawn(
        io.get_executor(),
        "other",
        [alive = std::make_shared<int>(0)] { return wait_for_ever(alive); },
        {}
    );
    asio::steady_timer timer(io);
    EXPECT_EQ(run(io, [&] { return wait_for_what_never_comes(&timer); }), 7);
    EXPECT_FALSE(other.finished());
}

}  // namespace
}  // namespace fairgate
