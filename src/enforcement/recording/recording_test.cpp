#include "enforcement/recording/recording.hpp"

#include "base/run.hpp"

#include <gtest/gtest.h>

namespace fairgate::enforcement::recording {
namespace {

TEST(recording, orders_are_written_down_and_kept_in_bounds) {
    boost::asio::io_context io;
    RecordingEnforcer enforcer;
    Measure measure;
    measure.account = {"main", "ali"};
    // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): lives until run() has ended
    const auto order = [&]() -> boost::asio::awaitable<int> {
        for (int i = 0; i < 600; ++i) {
            measure.id.value = i;
            co_await enforcer.act(measure);
            co_await enforcer.restore(measure);
        }
        co_return 0;
    };
    run(io, order);
    ASSERT_EQ(enforcer.orders().size(), 1000U);
    EXPECT_EQ(enforcer.orders().front().measure, MeasureId{100});
    EXPECT_EQ(enforcer.orders().back().kind, Order::Kind::restore);
}

}  // namespace
}  // namespace fairgate::enforcement::recording
