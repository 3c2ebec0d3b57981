#include "backends/xray/counter_book.hpp"

#include "backends/xray/core_watch.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairgate::backends::xray {
namespace {

using namespace std::chrono_literals;

const std::string up = "user>>>ali>>>traffic>>>uplink";

std::vector<Counter> reading(std::int64_t value) { return {{up, value}}; }

TEST(counter_book, what_was_used_before_we_looked_is_not_new) {
    CounterBook book;
    book.take(reading(1'000), Process::same);
    EXPECT_EQ(book.totals().at("ali"), (Traffic{0, 0}));
    book.take(reading(1'500), Process::same);
    EXPECT_EQ(book.totals().at("ali"), (Traffic{500, 0}));
}

TEST(counter_book, an_account_that_appears_later_counts_from_its_first_byte) {
    CounterBook book;
    book.take({}, Process::same);
    book.take({{"user>>>bea>>>traffic>>>downlink", 70}}, Process::same);
    EXPECT_EQ(book.totals().at("bea"), (Traffic{0, 70}));
}

TEST(counter_book, smaller_than_last_time_was_reset_by_someone_else) {
    CounterBook book;
    book.take(reading(1'000), Process::same);
    book.take(reading(300), Process::same);
    EXPECT_EQ(book.totals().at("ali").up, 300U);
    EXPECT_EQ(book.resets_by_others(), 1U);
}

TEST(counter_book, after_a_restart_everything_is_new_even_when_it_is_more) {
    CounterBook book;
    book.take(reading(1'000), Process::same);
    book.take(reading(2'000), Process::restarted);
    EXPECT_EQ(book.totals().at("ali").up, 2'000U);
    EXPECT_EQ(book.resets_by_others(), 0U);
}

TEST(counter_book, a_name_that_nobody_can_split_is_left_alone) {
    EXPECT_FALSE(user_counter("user>>>a>>>b>>>traffic>>>uplink"));
    EXPECT_FALSE(user_counter("user>>>ali>>>online"));
    EXPECT_FALSE(user_counter("inbound>>>in>>>traffic>>>uplink"));
    EXPECT_FALSE(user_counter("user>>>>>>traffic>>>uplink"));
    EXPECT_EQ(user_counter("user>>>a b@c>>>traffic>>>downlink")->email, "a b@c");
}

/// A core whose counter is reset and restarted at any time, and read often enough.
RC_GTEST_PROP(counter_book, loses_and_doubles_no_byte, ()) {
    CounterBook book;
    std::int64_t value = 0;
    std::uint64_t used = 0;
    book.take(reading(0), Process::same);
    for (const auto& [bytes, event] :
         *rc::gen::container<std::vector<std::pair<std::uint16_t, int>>>(
             rc::gen::pair(rc::gen::arbitrary<std::uint16_t>(), rc::gen::inRange(0, 3))
         )) {
        Process process = Process::same;
        if (event == 1) {
            process = Process::restarted;
            value = 0;
        } else if (event == 2 && std::int64_t{bytes} < value) {
            value = 0;  // seen because what came since is less than what was there
        }
        value += bytes;
        used += bytes;
        book.take(reading(value), process);
    }
    RC_ASSERT(book.totals().at("ali").up == used);
}

TEST(core_watch, an_uptime_that_goes_back_is_a_restart) {
    CoreWatch watch;
    EXPECT_EQ(watch.note_uptime(100s), Process::same);
    EXPECT_EQ(watch.note_uptime(110s), Process::same);
    EXPECT_EQ(watch.note_uptime(3s), Process::restarted);
    EXPECT_EQ(watch.note_uptime(13s), Process::same);
}

TEST(core_watch, inbounds_without_a_single_known_one_are_another_core) {
    CoreWatch watch;
    EXPECT_EQ(watch.note_inbounds({"a", "b"}), "");
    EXPECT_EQ(watch.note_inbounds({"b", "c"}), "");
    EXPECT_NE(watch.note_inbounds({"x", "y"}), "");
    EXPECT_NE(watch.judge_inbounds({"a"}), "");
    EXPECT_EQ(watch.judge_inbounds({"c"}), "");
}

TEST(core_watch, an_inbound_that_must_be_there_is_missed) {
    CoreWatch watch({"vless-443"});
    EXPECT_NE(watch.note_inbounds({"other"}), "");
    EXPECT_EQ(watch.note_inbounds({"vless-443", "other"}), "");
}

TEST(core_watch, one_product_does_not_become_the_other) {
    CoreWatch watch;
    EXPECT_EQ(watch.note_core(Core::xray), "");
    EXPECT_EQ(watch.note_core(Core::xray), "");
    EXPECT_NE(watch.note_core(Core::v2ray), "");
}

}  // namespace
}  // namespace fairgate::backends::xray
