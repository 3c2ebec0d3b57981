#include "rules/presence.hpp"

#include "model/json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace fairgate::rules {
namespace {

constexpr TimePoint noon{std::chrono::hours(490'000)};

/// As a tracker gives them: some of one network, some of another, of both families.
std::vector<tracker::OriginActivity> some_origins(tracker::OriginTable& table) {
    std::vector<tracker::OriginActivity> origins;
    const int number = *rc::gen::inRange(1, 12);
    for (int i = 0; i < number; ++i) {
        tracker::OriginActivity origin;
        const bool v4 = *rc::gen::arbitrary<bool>();
        const std::string part = std::to_string(i + 1);
        const std::string text = v4 ? "203.0." + part + ".7" : "2001:db8:" + part + "::7";
        origin.key = table.of(Address::parse(text).value());
        origin.word = *rc::gen::arbitrary<tracker::Word>();
        origin.asn = Asn{*rc::gen::inRange<std::uint32_t>(0, 4)};
        origin.provider = Asn{*rc::gen::inRange<std::uint32_t>(0, 4)};
        origin.habit = static_cast<tracker::NetworkHabit>(*rc::gen::inRange(0, 3));
        origin.partner = static_cast<tracker::Ipv4Partner>(*rc::gen::inRange(0, 3));
        origin.visits = *rc::gen::arbitrary<std::uint8_t>();
        origin.changes = *rc::gen::arbitrary<std::uint8_t>();
        origins.push_back(origin);
    }
    return origins;
}

RC_GTEST_PROP(presence, counted_again_from_what_was_stored_it_is_the_same, ()) {
    tracker::OriginTable table(OriginRule{});
    const auto origins = some_origins(table);
    tracker::CountRule rule;
    rule.counting = static_cast<tracker::Counting>(*rc::gen::inRange(0, 3));
    rule.sustain = *rc::gen::inRange(1, 10);
    const std::string stored = json::write(frozen_presence(origins, table, rule, noon));
    const auto presence = json::read<EvidencePresence>(stored, json::Unknown::refuse).value();
    const auto before = tracker::count_with_confidence(origins, rule);
    const auto again = count_again(presence, count_rule(presence));
    RC_ASSERT(again.devices == before.devices);
    RC_ASSERT(again.confidence == before.confidence);
}

TEST(presence, a_flood_of_origins_is_cut_and_says_so) {
    const tracker::OriginTable table(OriginRule{});
    std::vector<tracker::OriginActivity> origins(300);
    const EvidencePresence presence = frozen_presence(origins, table, {}, noon);
    EXPECT_EQ(presence.origins.size(), 256U);
    EXPECT_EQ(presence.left_out, 44);
}

}  // namespace
}  // namespace fairgate::rules
