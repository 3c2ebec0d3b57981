#include "tracker/asn_cache.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <map>
#include <utility>

namespace fairgate::tracker {
namespace {

TEST(AsnCache, knows_nothing_at_first) {
    const AsnCache cache;
    EXPECT_EQ(cache.find({0, Family::v4}), std::nullopt);
    EXPECT_EQ(cache.find({0, Family::v6}), std::nullopt);
}

TEST(AsnCache, no_network_is_an_answer_too) {
    AsnCache cache;
    cache.put({0, Family::v4}, Asn{0});
    EXPECT_EQ(cache.find({0, Family::v4}), Asn{0});
    EXPECT_EQ(cache.find({0, Family::v6}), std::nullopt);
}

TEST(AsnCache, starts_anew_when_it_is_full) {
    AsnCache cache;
    for (std::uint32_t i = 0; i < 1'000'000; ++i) {
        cache.put({i << 8U, Family::v4}, Asn{i});
        ASSERT_EQ(cache.find({i << 8U, Family::v4}), Asn{i});
    }
    EXPECT_EQ(cache.find({0, Family::v4}), std::nullopt);
}

RC_GTEST_PROP(AsnCache, finds_what_was_put, ()) {
    AsnCache cache;
    std::map<std::pair<Family, std::uint32_t>, std::uint32_t> expected;
    const auto count = *rc::gen::inRange(0, 2000);
    for (int i = 0; i < count; ++i) {
        const auto value = *rc::gen::inRange(0U, 5000U);
        const Family family = value % 2 == 0 ? Family::v4 : Family::v6;
        if (expected.emplace(std::pair(family, value), value * 3).second) {
            cache.put({value, family}, Asn{value * 3});
        }
    }
    for (std::uint32_t value = 0; value < 5000; ++value) {
        for (const Family family : {Family::v4, Family::v6}) {
            const auto known = expected.find({family, value});
            const auto found = cache.find({value, family});
            RC_ASSERT(found.has_value() == (known != expected.end()));
            if (found) {  // RC_ASSERT looks at both sides of an ||
                RC_ASSERT(found->value == known->second);
            }
        }
    }
    cache.clear();
    RC_ASSERT(!cache.find({0, Family::v4}));
}

}  // namespace
}  // namespace fairgate::tracker
