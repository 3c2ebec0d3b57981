#include "tracker/tracker.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::tracker {

namespace {

constexpr Slot start = 180'000'000;
constexpr const char* home = "203.0.113.10";
constexpr const char* other_home = "198.51.100.20";

/// One account, told by its signs of life: slot after `start`, and address.
class OneAccount {
public:
    explicit OneAccount(CountRule rule = {})
        : tracker_(rule, OriginRule{}, std::make_shared<NoNetworkTable>()),
          id_(tracker_.know("alice")) {}

    void active(Slot slot, const std::string& address) {
        tracker_.mark("alice", *Address::parse(address), start + slot);
    }
    int devices(Slot slot) const { return tracker_.devices(id_, start + slot); }
    int devices_of_origins(Slot slot) const {
        std::vector<OriginActivity> origins;
        tracker_.origins(id_, start + slot, origins);
        return count_devices(origins, tracker_.rule());
    }
    int origins(Slot slot) const { return tracker_.origin_count(id_, start + slot); }
    bool may_reach(Slot slot, int devices) const {
        return tracker_.may_reach(id_, start + slot, devices);
    }

private:
    Tracker tracker_;
    AccountId id_;
};

TEST(tracker, a_name_without_bytes_is_nobody) {
    const Tracker tracker(CountRule{}, OriginRule{}, std::make_shared<NoNetworkTable>());
    EXPECT_FALSE(tracker.accounts().find(std::string_view{}));
}

TEST(tracker, a_home_with_many_addresses_of_its_network_is_one_device) {
    OneAccount alice;
    for (Slot slot = 0; slot < 30; ++slot) {
        alice.active(slot, home);
        alice.active(slot, "203.0.113.11");
    }
    EXPECT_EQ(alice.devices(29), 1);
    EXPECT_EQ(alice.origins(29), 1);
}

TEST(tracker, two_homes_at_once_are_two_devices_when_it_has_lasted_a_minute) {
    OneAccount alice;
    for (Slot slot = 0; slot < 30; ++slot) {
        alice.active(slot, home);
        alice.active(slot, other_home);
        if (slot < 5) {
            EXPECT_LE(alice.devices(slot), 1) << slot;
        }
    }
    EXPECT_EQ(alice.devices(29), 2);
}

TEST(tracker, a_phone_that_changes_its_network_is_one_device_all_the_time) {
    OneAccount alice;
    const std::vector<const char*> journey{home, other_home, "192.0.2.77", home};
    for (Slot slot = 0; slot < 80; ++slot) {
        alice.active(slot, journey.at(static_cast<std::size_t>(slot / 20)));
        if (slot % 20 == 0 && slot > 0) {  // the last packets on the way out
            alice.active(slot, journey.at(static_cast<std::size_t>(slot / 20 - 1)));
        }
        EXPECT_LE(alice.devices(slot), 1) << slot;
    }
}

TEST(tracker, both_families_of_one_phone_are_one_device) {
    OneAccount alice;
    for (Slot slot = 0; slot < 30; ++slot) {
        alice.active(slot, home);
        alice.active(slot, "2001:db8::1");
        alice.active(slot, "2001:db8::2");  // a privacy address
    }
    EXPECT_EQ(alice.devices(29), 1);
    EXPECT_EQ(alice.origins(29), 2);
}

TEST(tracker, who_falls_silent_is_forgotten_after_the_window) {
    OneAccount alice;
    for (Slot slot = 0; slot < 30; ++slot) {
        alice.active(slot, home);
        alice.active(slot, other_home);
    }
    EXPECT_EQ(alice.devices(29 + 30), 0);
    EXPECT_EQ(alice.devices(29 + word_slots), 0);
    alice.active(29 + word_slots, home);
    EXPECT_EQ(alice.origins(29 + word_slots), 1);
}

TEST(tracker, distinct_counts_every_origin_of_the_interval) {
    OneAccount alice(CountRule{.counting = Counting::distinct});
    alice.active(0, home);
    alice.active(1, other_home);
    alice.active(2, "192.0.2.77");
    EXPECT_EQ(alice.devices(2), 3);
    EXPECT_EQ(alice.devices(6), 2);
}

/// Signs of life in order: how many slots after the one before, and at which of six homes.
std::vector<std::pair<Slot, std::string>> any_life() {
    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange(0, 6))
    );
    std::vector<std::pair<Slot, std::string>> life;
    Slot slot = 0;
    for (const auto& [later, place] : steps) {
        slot += later;
        life.emplace_back(slot, "10.0." + std::to_string(place) + ".1");
    }
    return life;
}

RC_GTEST_PROP(tracker, never_counts_more_devices_than_origins_nor_fewer_than_none, ()) {
    OneAccount alice;
    for (const auto& [slot, address] : any_life()) {
        alice.active(slot, address);
        RC_ASSERT(alice.devices(slot) <= alice.origins(slot));
        RC_ASSERT(alice.devices(slot) >= 0);
    }
}

RC_GTEST_PROP(tracker, two_devices_that_cannot_be_reached_are_not_counted, ()) {
    OneAccount alice;
    for (const auto& [slot, address] : any_life()) {
        alice.active(slot, address);
        const int devices = alice.devices(slot);
        RC_ASSERT(devices < 2 || alice.may_reach(slot, devices));
    }
}

RC_GTEST_PROP(tracker, the_count_is_that_of_the_account_s_origins, ()) {
    OneAccount alice;
    for (const auto& [slot, address] : any_life()) {
        alice.active(slot, address);
        for (const Slot later : {0, 7, 29, 31, 70}) {
            RC_ASSERT(alice.devices(slot + later) == alice.devices_of_origins(slot + later));
        }
    }
}

RC_GTEST_PROP(tracker, the_same_life_gives_the_same_count, ()) {
    const auto life = any_life();
    OneAccount once;
    OneAccount again;
    for (const auto& [slot, address] : life) {
        once.active(slot, address);
    }
    for (const auto& [slot, address] : life) {
        again.active(slot, address);
    }
    const Slot last = life.empty() ? 0 : life.back().first;
    RC_ASSERT(once.devices(last) == again.devices(last));
}

RC_GTEST_PROP(tracker, replayed_lines_add_no_origin, ()) {
    const auto life = any_life();
    OneAccount alice;
    for (int pass = 0; pass < 2; ++pass) {
        for (const auto& [slot, address] : life) {
            alice.active(slot, address);
        }
    }
    const Slot last = life.empty() ? 0 : life.back().first;
    std::set<std::string> lately;
    for (const auto& [slot, address] : life) {
        if (last - slot < CountRule{}.window) {
            lately.insert(address);
        }
    }
    RC_ASSERT(alice.origins(last) == static_cast<int>(lately.size()));
}

}  // namespace

}  // namespace fairgate::tracker
