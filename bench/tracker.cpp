// bench-tracker: what the tables cost per tracked pair of account and origin, and how long judging
// every active account again takes. One JSON object on standard output.

#include "tracker/tracker.hpp"

#include "policy/limits.hpp"
#include "policy/violation_watch.hpp"
#include "sim/traffic/random.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace fairgate;
using sim::traffic::Random;
using tracker::Slot;

constexpr Slot start = 177'000'000;

tracker::Tracker make_tracker() {
    return {tracker::CountRule{}, OriginRule{}, std::make_shared<NoNetworkTable>()};
}

/// One in ten is IPv6; no two accounts share an origin.
Address address_of(std::uint64_t account, std::uint64_t which) {
    const std::uint64_t bits = Random(account * 8 + which).next();
    if (bits % 10 != 0) {
        return Address::v4(static_cast<std::uint32_t>(bits >> 32U));
    }
    std::array<std::uint8_t, 16> bytes{0x2a, 0x02};
    for (std::size_t i = 2; i < 8; ++i) {
        bytes[i] = static_cast<std::uint8_t>(bits >> (8 * i));
    }
    return Address::v6(bytes);
}

/// A million accounts at three origins each, in shuffled order, within five minutes.
double bytes_per_pair() {
    constexpr std::uint64_t accounts = 1'000'000;
    constexpr std::uint64_t each = 3;
    tracker::Tracker tracker = make_tracker();
    std::vector<std::uint32_t> order(accounts * each);
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    Random random(1);
    for (std::uint64_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[random.below(i)]);
    }
    std::uint64_t done = 0;
    for (const std::uint32_t pair : order) {
        const std::uint64_t account = pair / each;
        const Slot slot = start + static_cast<Slot>(done++ * 30 / order.size());
        tracker.mark("user_" + std::to_string(account), address_of(account, pair % each), slot);
    }
    return static_cast<double>(tracker.allocated_bytes()) /
           static_cast<double>(tracker.pairs(start + 29));
}

/// Twenty thousand accounts, about two origins each, active in a third of the slots.
double judge_milliseconds() {
    constexpr std::uint64_t accounts = 20'000;
    tracker::Tracker tracker = make_tracker();
    Random random(2);
    std::vector<AccountId> ids(accounts);
    for (Slot slot = start; slot < start + 60; ++slot) {
        for (std::uint64_t account = 0; account < accounts; ++account) {
            const std::uint64_t origins = 1 + account % 4 % 3;
            for (std::uint64_t which = 0; which < origins; ++which) {
                if (random.chance(0.33)) {
                    ids[account] = tracker.mark(
                        "user_" + std::to_string(account), address_of(account, which), slot
                    );
                }
            }
        }
    }
    policy::LimitBook limits;
    for (std::uint64_t account = 0; account < accounts; ++account) {
        limits.accounts["user_" + std::to_string(account)] = 1;
    }
    double fastest = std::numeric_limits<double>::max();
    for (int round = 0; round < 20; ++round) {
        policy::ViolationWatch watch{policy::ViolationRule{}};
        const auto begin = std::chrono::steady_clock::now();
        for (const AccountId id : ids) {
            const int devices = tracker.devices(id, start + 59);
            if (devices > 1) {
                const int limit = limits.devices_for(tracker.accounts().name(id));
                watch.judge(id, devices, limit, start + 59);
            }
        }
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begin;
        fastest = std::min(fastest, took.count());
    }
    return fastest;
}

}  // namespace

int main() {
    const double fastest = judge_milliseconds();
    std::printf("{\"bytes_per_pair\":%.2f,\"judge_ms\":%.3f}\n", bytes_per_pair(), fastest);
    return 0;
}
