#include "tracker/first_come.hpp"

#include "tracker/tracker.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>

namespace fairgate::tracker {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint noon = std::chrono::sys_days(std::chrono::year{2026} / 3 / 7) + 12h;

/// Each hundred of IPv4's first byte is a network of its own; IPv6 goes with 81.0.0.0/8.
class Networks81 final : public NetworkTable {
public:
    Asn asn_of(const Address& address) const override {
        return Asn{address.is_v4() ? 65'000 + (address.v4_bits() >> 24U) : 65'081};
    }
    NetworkInfo info_of(const Address& address) const override {
        NetworkInfo info;
        info.asn = asn_of(address);
        return info;
    }
};

CountRule rule() { return {.counting = Counting::first_come}; }

class FirstComeTest : public testing::Test {
public:
    void see(Duration at, const char* address) {
        tracker.mark("ann", *Address::parse(address), noon + at);
    }
    /// The origins as text in the order of their coming, judged when the slot of that moment ends.
    std::vector<std::string> order(Duration at) {
        std::vector<OriginActivity> origins;
        tracker.origins(tracker.know("ann"), slot_of(noon + at), origins);
        std::vector<std::string> texts;
        for (const CountedDevice& device : group_devices(origins, rule())) {
            texts.push_back(tracker.origin_table().network(device.origins.front()).text());
        }
        EXPECT_EQ(static_cast<int>(texts.size()), count_devices(origins, rule()));
        return texts;
    }

    Tracker tracker{rule(), OriginRule{}, std::make_shared<Networks81>()};
};

using Texts = std::vector<std::string>;

TEST_F(FirstComeTest, they_stand_in_the_order_in_which_they_came) {
    see(9s, "81.0.0.1");
    see(7s, "92.0.0.1");
    see(8s, "70.0.0.1");
    see(30s, "70.0.0.1");
    EXPECT_EQ(order(30s), Texts({"92.0.0.0/24", "70.0.0.0/24", "81.0.0.0/24"}));
}

TEST_F(FirstComeTest, within_a_second_the_first_line_counts) {
    see(7s, "92.0.0.1");
    see(7s, "70.0.0.1");
    see(7s, "81.0.0.1");
    EXPECT_EQ(order(9s), Texts({"92.0.0.0/24", "70.0.0.0/24", "81.0.0.0/24"}));
}

TEST_F(FirstComeTest, who_holds_a_slot_keeps_it_while_active) {
    for (Duration at = 0s; at < 2h; at += 60s) {
        see(at, "92.0.0.1");
    }
    see(1h, "81.0.0.1");
    see(2h - 1s, "81.0.0.1");
    EXPECT_EQ(order(2h), Texts({"92.0.0.0/24", "81.0.0.0/24"}));
}

// Marzban-Sentry took "now" once, at its start: slots never expired, and its 90 were multiplied by
// 1000.
TEST_F(FirstComeTest, a_slot_is_free_ninety_seconds_after_the_last_line) {
    see(0s, "81.0.0.1");
    see(5s, "92.0.0.1");
    EXPECT_EQ(order(80s).size(), 2U);
    EXPECT_TRUE(order(90s).empty());
    see(91s, "92.0.0.1");
    see(92s, "81.0.0.1");
    EXPECT_EQ(order(92s), Texts({"92.0.0.0/24", "81.0.0.0/24"})) << "both have come anew";
}

TEST_F(FirstComeTest, the_third_address_of_a_phone_that_roams_finds_the_slot_of_the_first_free) {
    see(0s, "81.0.0.1");
    see(5min, "92.0.0.1");
    see(10min, "70.0.0.1");
    EXPECT_EQ(order(10min), Texts({"70.0.0.0/24"}));
}

TEST_F(FirstComeTest, a_late_line_changes_nothing_twice) {
    see(20s, "81.0.0.1");
    see(25s, "92.0.0.1");
    see(10s, "92.0.0.1");
    see(20s, "81.0.0.1");
    EXPECT_EQ(order(29s), Texts({"92.0.0.0/24", "81.0.0.0/24"}));
}

TEST_F(FirstComeTest, ipv4_and_ipv6_of_one_phone_hold_one_slot) {
    see(0s, "81.0.0.1");
    see(2s, "2001:db8:81::1");
    see(4s, "92.0.0.1");
    EXPECT_EQ(order(9s), Texts({"81.0.0.0/24", "92.0.0.0/24"}));
    see(11s, "2001:db8:92::1");  // of whom, is not known of so few accounts
    EXPECT_EQ(order(19s).size(), 2U);
    see(21s, "2001:db8:70::1");  // there is no phone left for it to be of
    EXPECT_EQ(order(29s).size(), 3U);
}

TEST_F(FirstComeTest, ipv6_of_two_homes_are_two) {
    see(0s, "2001:db8:1::1");
    see(1s, "2001:db8:2::1");
    see(2s, "2001:db8:1::ffff");  // a privacy address of the first
    EXPECT_EQ(order(9s), Texts({"2001:db8:1::/64", "2001:db8:2::/64"}));
}

TEST_F(FirstComeTest, addresses_of_a_pool_are_one_until_both_are_known_for_homes) {
    see(0s, "81.0.0.1");
    see(1s, "81.0.5.9");
    see(2s, "81.0.9.7");
    EXPECT_EQ(order(9s), Texts({"81.0.0.0/24"}));
    for (Duration at = 10s; at < 40s; at += 3s) {
        see(at, "81.0.0.1");
        see(at, "81.0.5.9");
    }
    EXPECT_EQ(order(39s), Texts({"81.0.0.0/24", "81.0.5.0/24"}));
}

TEST_F(FirstComeTest, a_rotating_network_holds_one_slot) {
    tracker.networks().declare(Asn{65'081}, NetworkHabit::rotating);
    see(0s, "81.0.0.1");
    see(1s, "81.200.0.1");
    see(2s, "81.100.0.1");
    EXPECT_EQ(order(9s), Texts({"81.0.0.0/24"}));
}

TEST_F(FirstComeTest, what_an_earlier_run_saw_keeps_its_place) {
    see(60s, "92.0.0.1");
    tracker.restore_coming("ann", *Address::parse("81.0.0.1"), noon - 3h, noon + 30s);
    EXPECT_EQ(order(60s), Texts({"81.0.0.0/24", "92.0.0.0/24"}));
    EXPECT_EQ(order(120s), Texts({"92.0.0.0/24"})) << "and no longer than it would have";
}

TEST_F(FirstComeTest, who_is_refused_comes_anew_when_let_in) {
    see(0s, "81.0.0.1");
    see(1s, "92.0.0.1");
    see(2s, "70.0.0.1");
    tracker.forget_presence(tracker.know("ann"), *Network::parse("81.0.0.0/24"));
    EXPECT_EQ(order(9s), Texts({"92.0.0.0/24", "70.0.0.0/24"}));
    see(12s, "81.0.0.1");
    EXPECT_EQ(order(19s), Texts({"92.0.0.0/24", "70.0.0.0/24", "81.0.0.0/24"}));
}

/// The same by a list of who holds a slot, looked at in every slot of time.
class Seats {
public:
    void see(Slot slot, int who) {
        if (!last_.contains(who) || slot - last_[who] >= rule().lifetime) {
            came_[who] = ++number_;
        }
        last_[who] = slot;
    }
    std::vector<int> order(Slot now) const {
        std::map<int, int> by_coming;
        for (const auto& [who, last] : last_) {
            if (now - last < rule().lifetime) {
                by_coming[came_.at(who)] = who;
            }
        }
        std::vector<int> order;
        for (const auto& [number, who] : by_coming) {
            order.push_back(who);
        }
        return order;
    }

private:
    std::map<int, Slot> last_;
    std::map<int, int> came_;
    int number_ = 0;
};

TEST(FirstComeCount, who_may_still_hold_a_slot_is_counted_beyond_the_window) {
    CountRule patient = rule();
    patient.lifetime = patient.window * 3;
    Tracker tracker(patient, OriginRule{}, std::make_shared<Networks81>());
    const AccountId ann = tracker.mark("ann", Address::v4(20U << 24U), noon);
    const TimePoint later = noon + slot_length * patient.window * 2;
    tracker.mark("ann", Address::v4(21U << 24U), later);
    EXPECT_EQ(tracker.origin_count(ann, slot_of(later)), 2);
}

RC_GTEST_PROP(FirstComeProperties, slots_are_really_free_after_the_lifetime, ()) {
    Tracker tracker(rule(), OriginRule{}, std::make_shared<Networks81>());
    Seats seats;
    std::int64_t second = noon.time_since_epoch() / 1s;
    const int lines = *rc::gen::inRange(1, 80);
    for (int i = 0; i < lines; ++i) {
        second += *rc::gen::inRange(1, 60);
        const int who = *rc::gen::inRange(0, 6);
        const Address address = Address::v4(static_cast<std::uint32_t>(20 + who) << 24U | 1U);
        tracker.mark("ann", address, TimePoint(std::chrono::seconds(second)));
        // By the second and by the slot are the same but at the edge of the last slot.
        seats.see(slot_of_second(second), who);
        const Slot now = slot_of_second(second) + *rc::gen::inRange(0, 12);
        std::vector<OriginActivity> origins;
        tracker.origins(tracker.know("ann"), now, origins);
        std::set<int> alive;
        for (const CountedDevice& device : group_devices(origins, rule())) {
            alive.insert(static_cast<int>(device.origins.front().value >> 24U) - 20);
        }
        const auto expected = seats.order(now);
        RC_ASSERT(alive == std::set<int>(expected.begin(), expected.end()));
    }
}

RC_GTEST_PROP(FirstComeProperties, nobody_is_overtaken, ()) {
    Tracker tracker(rule(), OriginRule{}, std::make_shared<Networks81>());
    std::int64_t second = noon.time_since_epoch() / 1s;
    std::vector<std::uint32_t> before;
    for (int i = 0; i < 60; ++i) {
        second += *rc::gen::inRange(1, 40);
        const auto who = static_cast<std::uint32_t>(*rc::gen::inRange(20, 26));
        tracker.mark("ann", Address::v4(who << 24U), TimePoint(std::chrono::seconds(second)));
        std::vector<OriginActivity> origins;
        tracker.origins(tracker.know("ann"), slot_of_second(second), origins);
        std::vector<std::uint32_t> now;
        for (const CountedDevice& device : group_devices(origins, rule())) {
            now.push_back(device.origins.front().value >> 24U);
        }
        // Who was there and still is stands in the same order, the new one behind all of them.
        std::vector<std::uint32_t> stayed;
        for (const std::uint32_t each : before) {
            if (each != who && std::ranges::find(now, each) != now.end()) {
                stayed.push_back(each);
            }
        }
        std::vector<std::uint32_t> rest = now;
        std::erase(rest, who);
        RC_ASSERT(rest == stayed);
        before = now;
    }
}

}  // namespace
}  // namespace fairgate::tracker
