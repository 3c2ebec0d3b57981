#include "daemon/node_traffic.hpp"

#include <gtest/gtest.h>

#include <map>

namespace fairgate::daemon {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start = std::chrono::sys_days(std::chrono::year{2026} / 2 / 6);
constexpr AccountId ali{7};

double rate(const NodeTraffic& traffic, TimePoint now) {
    double sum = 0;
    traffic.each(now, [&](AccountId account, double, double down) {
        sum += account == ali ? down : 0;
    });
    return sum;
}

TEST(NodeTraffic, what_an_account_moves_is_summed_over_its_addresses_and_nodes) {
    NodeTraffic traffic;
    traffic.add(ali, "de-1", 0, 30'000, start);
    traffic.add(ali, "de-1", 0, 30'000, start + 2s);
    traffic.add(ali, "fr-2", 0, 60'000, start + 5s);
    traffic.add(AccountId{8}, "fr-2", 0, 60'000, start + 5s);
    EXPECT_DOUBLE_EQ(rate(traffic, start + 6s), 4'000.0);
}

TEST(NodeTraffic, the_next_half_minute_replaces_the_last_one) {
    NodeTraffic traffic;
    traffic.add(ali, "de-1", 0, 30'000, start);
    traffic.add(ali, "de-1", 0, 90'000, start + 30s);
    EXPECT_DOUBLE_EQ(rate(traffic, start + 31s), 3'000.0);
}

TEST(NodeTraffic, who_moves_nothing_any_more_is_forgotten) {
    NodeTraffic traffic;
    traffic.add(ali, "de-1", 0, 30'000, start);
    EXPECT_DOUBLE_EQ(rate(traffic, start + 50s), 0.0);
}

}  // namespace
}  // namespace fairgate::daemon
