#include "backends/xray/online_book.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace fairgate::backends::xray {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint noon = std::chrono::sys_days(std::chrono::year{2026} / 2 / 6) + 12h;
constexpr Duration window = 5min;

OnlineAddress at(const char* email, const char* address, TimePoint seen) {
    return {
        email, address, std::chrono::floor<std::chrono::seconds>(seen).time_since_epoch().count()
    };
}

TEST(OnlineBook, an_address_that_is_used_is_seen_each_time) {
    OnlineBook book;
    for (int turn = 0; turn < 3; ++turn) {
        const TimePoint now = noon + turn * 10s;
        const auto outcome = book.take({at("ali", "203.0.113.5", now - 3s)}, now, window);
        ASSERT_EQ(outcome.seen.size(), 1U);
        EXPECT_EQ(outcome.seen[0], (Sighting{"ali", *Address::parse("203.0.113.5"), now - 3s}));
    }
}

TEST(OnlineBook, a_phone_that_vanished_is_not_active_though_the_core_keeps_its_address) {
    OnlineBook book;
    book.take({at("ali", "203.0.113.5", noon)}, noon, window);
    for (int turn = 1; turn < 30; ++turn) {
        const auto outcome = book.take({at("ali", "203.0.113.5", noon)}, noon + turn * 10s, window);
        EXPECT_TRUE(outcome.seen.empty());
        EXPECT_EQ(outcome.idle, 1U);
    }
}

TEST(OnlineBook, what_was_long_ago_when_we_began_says_nothing_about_now) {
    OnlineBook book;
    EXPECT_TRUE(book.take({at("ali", "203.0.113.5", noon - 6min)}, noon, window).seen.empty());
    EXPECT_EQ(book.take({at("ali", "203.0.113.5", noon)}, noon, window).seen.size(), 1U);
}

TEST(OnlineBook, a_restarted_core_begins_anew) {
    OnlineBook book;
    book.take({at("ali", "203.0.113.5", noon)}, noon, window);
    book.take({}, noon + 10s, window);
    const auto outcome = book.take({at("ali", "203.0.113.5", noon + 15s)}, noon + 20s, window);
    EXPECT_EQ(outcome.seen.size(), 1U);
}

TEST(OnlineBook, addresses_inside_a_tunnel_and_of_unix_sockets_are_nobodys) {
    OnlineBook book;
    const auto outcome = book.take(
        {at("ali", "10.0.0.2", noon),
         at("ali", "0.0.0.0", noon),
         at("ali", "::1", noon),
         at("ali", "not an address", noon),
         {"ali", "203.0.113.5", -1},
         {"ali", "203.0.113.5", 9'223'372'036'854'775'807}},
        noon,
        window
    );
    EXPECT_TRUE(outcome.seen.empty());
    EXPECT_EQ(outcome.left_out, 6U);
    EXPECT_FALSE(book.clock_offset());
}

TEST(OnlineBook, the_clock_of_a_core_that_is_off_shows) {
    OnlineBook book;
    book.take({at("ali", "203.0.113.5", noon + 2h)}, noon, window);
    EXPECT_EQ(book.clock_offset(), 2h);
}

RC_GTEST_PROP(OnlineBook, only_what_goes_on_is_told, ()) {
    OnlineBook book;
    std::int64_t seen = noon.time_since_epoch() / 1s;
    book.take({{"ali", "203.0.113.5", seen}}, noon, window);
    TimePoint now = noon;
    for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(-5, 20))) {
        seen += step;  // also back: the core's clock was set
        now += 10s;
        const auto outcome = book.take({{"ali", "203.0.113.5", seen}}, now, window);
        RC_ASSERT(outcome.seen.size() == (step > 0 ? 1U : 0U));
        RC_ASSERT(outcome.seen.size() + outcome.idle == 1U);
    }
}

}  // namespace
}  // namespace fairgate::backends::xray
