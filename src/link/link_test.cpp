#include "link/clock_offset.hpp"
#include "link/frame_reader.hpp"
#include "link/ids.hpp"
#include "link/slot_book.hpp"
#include "link/slot_reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace fairgate::link {
namespace {

using namespace std::chrono_literals;

const TimePoint start = tracker::start_of(179'000'000);

Observation seen_at(TimePoint time, std::string_view account, const char* address) {
    Observation seen;
    seen.time = time;
    seen.account = account;
    seen.address = Address::parse(address).value();
    seen.inbound = "vless-in";
    seen.port = 40'000;
    seen.raw = "a line";
    return seen;
}

struct Heard {
    std::string account;
    std::string address;
    std::string inbound;
    tracker::Slot slot = 0;
    auto operator<=>(const Heard&) const = default;
};

/// A hub that takes everything an agent has.
struct Hub {
    SlotReader reader{"de-1", SlotReader::Begins::anew};
    std::set<Heard> heard;
    std::vector<std::string> lines;
    std::uint64_t up = 0;
    std::uint64_t lost = 0;
    std::size_t bytes = 0;

    void connect(SlotBook& book) {
        reader.connected();
        book.connected(reader.have());
    }
    void take(SlotBook& book, TimePoint now, Duration offset = {}) {
        wire::Report report;
        while (book.next(report)) {
            bytes += report.ByteSizeLong();
            const auto taken = reader.take(report, now, offset, [&](const Observation& seen) {
                up += seen.up.count;
                if (seen.kind == ObservationKind::closed) {
                    return;  // it is about bytes
                }
                heard.insert(
                    {std::string(seen.account),
                     seen.address.text(),
                     std::string(seen.inbound),
                     tracker::slot_of(seen.time)}
                );
                if (!seen.raw.empty()) {
                    lines.emplace_back(seen.raw);
                }
            });
            ASSERT_TRUE(taken) << to_line(taken.error());
            lost += taken->lost;
            book.acknowledged(reader.have());
        }
    }
};

TEST(SlotBook, the_hub_hears_who_was_where_in_which_slot) {
    SlotBook book;
    Hub hub;
    hub.connect(book);
    book.observe(seen_at(start, "ali", "203.0.113.9"));
    book.observe(seen_at(start + 1s, "ali", "203.0.113.9"));
    book.observe(seen_at(start + 2s, "7.bob", "2001:db8::1"));
    book.flush(start + 3s);
    hub.take(book, start + 3s);
    const tracker::Slot slot = tracker::slot_of(start);
    const std::set<Heard> expected = {
        {"ali", "203.0.113.9", "vless-in", slot}, {"7.bob", "2001:db8::1", "vless-in", slot}
    };
    EXPECT_EQ(hub.heard, expected);
    EXPECT_TRUE(hub.lines.empty());
}

TEST(SlotBook, lines_travel_only_when_they_are_asked_for) {
    SlotBook book;
    Hub hub;
    hub.connect(book);
    book.observe(seen_at(start, "ali", "203.0.113.9"));
    book.want("ali");
    for (int second = 1; second < 9; ++second) {
        book.observe(seen_at(start + std::chrono::seconds(second), "ali", "203.0.113.9"));
        book.observe(seen_at(start + std::chrono::seconds(second), "ali", "198.51.100.9"));
        book.observe(seen_at(start + std::chrono::seconds(second), "bob", "198.51.100.9"));
    }
    book.flush(start + 9s);
    hub.take(book, start + 9s);
    EXPECT_EQ(hub.lines.size(), 4U);
}

TEST(SlotBook, a_pair_is_told_once_a_slot) {
    SlotBook book;
    Hub hub;
    hub.connect(book);
    for (int second = 0; second < 10; ++second) {
        book.observe(seen_at(start + std::chrono::seconds(second), "ali", "203.0.113.9"));
        book.flush(start + std::chrono::seconds(second) + 500ms);
    }
    wire::Report report;
    int reports = 0;
    while (book.next(report)) {
        ++reports;
    }
    EXPECT_EQ(reports, 1);
}

TEST(SlotBook, while_the_hub_is_away_all_is_kept_and_told_later) {
    SlotBook book;
    Hub hub;
    hub.connect(book);
    for (int slot = 0; slot < 30; ++slot) {
        const TimePoint time = start + std::chrono::seconds(10 * slot);
        book.observe(seen_at(time, "ali", "203.0.113.9"));
        book.flush(time + 1s);
    }
    EXPECT_EQ(book.waiting(), 30U);
    hub.connect(book);
    hub.take(book, start + 5min);
    EXPECT_EQ(hub.heard.size(), 30U);
    EXPECT_EQ(book.waiting(), 0U);
    EXPECT_EQ(hub.lost, 0U);
}

TEST(SlotBook, what_is_too_old_is_lost_and_said_so) {
    SlotBook book;
    Hub hub;
    hub.connect(book);
    for (int slot = 0; slot < 90; ++slot) {
        const TimePoint time = start + std::chrono::seconds(10 * slot);
        book.observe(seen_at(time, "ali", "203.0.113.9"));
        book.flush(time);
    }
    EXPECT_EQ(book.lost(), 29U);
    hub.connect(book);
    hub.take(book, start + 15min);
    EXPECT_EQ(hub.lost, 29U);
    EXPECT_EQ(hub.heard.size(), 61U);
}

TEST(SlotBook, its_memory_is_bounded) {
    SlotBook::Settings settings;
    settings.most_bytes = 100'000;
    settings.most_pairs = 1'000;
    SlotBook book(settings);
    for (int i = 0; i < 20'000; ++i) {
        const std::string name = "user" + std::to_string(i);
        book.observe(seen_at(start + std::chrono::milliseconds(i), name, "203.0.113.9"));
        book.flush(start + std::chrono::milliseconds(i));
    }
    EXPECT_EQ(book.pairs(), 1'000U);
    EXPECT_EQ(book.not_taken(), 19'000U);
    EXPECT_LE(book.bytes(), 100'000U);
}

TEST(SlotBook, a_hub_that_starts_again_is_told_the_last_minutes_again) {
    SlotBook book;
    Hub first;
    first.connect(book);
    for (int slot = 0; slot < 20; ++slot) {
        const TimePoint time = start + std::chrono::seconds(10 * slot);
        book.observe(seen_at(time, "ali", "203.0.113.9"));
        book.flush(time + 1s);
        first.take(book, time + 1s);
    }
    Hub second;
    second.connect(book);
    second.take(book, start + 200s);
    EXPECT_EQ(second.heard, first.heard);
}

TEST(SlotBook, bytes_are_counted_once_however_often_they_are_told) {
    SlotBook book;
    Hub hub;
    hub.connect(book);
    for (int slot = 0; slot < 10; ++slot) {
        const TimePoint time = start + std::chrono::seconds(10 * slot);
        Observation seen = seen_at(time, "ali", "203.0.113.9");
        seen.up.count = 1'000;
        book.observe(seen);
        book.flush(time + 1s);
        hub.take(book, time + 1s);
        hub.connect(book);
    }
    book.flush(start + 130s);
    hub.take(book, start + 130s);
    EXPECT_EQ(hub.up, 10'000U);
}

TEST(SlotBook, bytes_that_moved_while_the_hub_was_away_are_told_and_mark_no_slot) {
    SlotBook book;
    Hub hub;
    hub.connect(book);
    Observation seen = seen_at(start, "ali", "203.0.113.9");
    seen.up.count = 7'000'000;
    book.observe(seen);
    book.flush(start + 1s);
    for (int slot = 1; slot < 6; ++slot) {
        seen.time = start + std::chrono::seconds(10 * slot);
        seen.kind = ObservationKind::closed;
        seen.up.count = 1'000;
        book.observe(seen);
        book.flush(seen.time + 1s);
    }
    hub.connect(book);
    hub.take(book, start + 60s);
    EXPECT_EQ(hub.up, 7'005'000U);
    EXPECT_EQ(hub.heard.size(), 1U);
}

TEST(SlotBook, five_thousand_accounts_cost_less_than_ten_kilobytes_a_second) {
    SlotBook book;
    Hub hub;
    hub.connect(book);
    std::size_t before = 0;
    for (int slot = 0; slot < 12; ++slot) {
        before = slot == 6 ? hub.bytes : before;
        for (int second = 0; second < 10; ++second) {
            const TimePoint time = start + std::chrono::seconds(10 * slot + second);
            for (int i = 0; i < 6'500; ++i) {
                if ((i * 7 + second + slot) % 10 < 2) {
                    const std::string name = "customer" + std::to_string(i % 5'000);
                    Observation seen = seen_at(time, name, "203.0.113.9");
                    seen.address = Address::v4(0xCB007100U + static_cast<std::uint32_t>(i));
                    seen.down.count = 100'000;
                    book.observe(seen);
                }
            }
            book.flush(time + 1s);
            hub.take(book, time + 1s);
        }
    }
    const std::size_t per_second = (hub.bytes - before) / 60;
    RecordProperty("bytes_per_second", static_cast<int>(per_second));
    EXPECT_LT(per_second, 10'000U);
}

TEST(SlotReader, the_clock_of_the_node_is_corrected) {
    SlotBook book;
    Hub hub;
    hub.connect(book);
    const Duration ahead = 3h;
    book.observe(seen_at(start + ahead, "ali", "203.0.113.9"));
    book.flush(start + ahead);
    hub.take(book, start + 1s, ahead);
    ASSERT_EQ(hub.heard.size(), 1U);
    EXPECT_LE(std::abs(hub.heard.begin()->slot - tracker::slot_of(start)), 1);
}

TEST(SlotReader, without_correction_a_wrong_clock_counts_nothing) {
    SlotBook book;
    Hub hub;
    hub.connect(book);
    book.observe(seen_at(start + 3h, "ali", "203.0.113.9"));
    book.flush(start + 3h);
    hub.take(book, start);
    EXPECT_TRUE(hub.heard.empty());
}

wire::Report report_of(std::uint64_t sequence, const std::string& active) {
    wire::Report report;
    report.set_sequence(sequence);
    report.set_slot(tracker::slot_of(start));
    report.set_active(active);
    return report;
}

void introduce(wire::Report& report, std::uint32_t id, const std::string& address) {
    wire::Pair& pair = *report.add_pairs();
    pair.set_id(id);
    pair.set_account("ali");
    pair.set_address(address);
}

std::string code_of(const Result<SlotReader::Taken>& taken) {
    return taken ? "" : taken.error().code;
}

TEST(SlotReader, what_makes_no_sense_is_refused_whole) {
    SlotReader reader("de-1", SlotReader::Begins::anew);
    int heard = 0;
    const auto hear = [&](const Observation&) { ++heard; };
    EXPECT_EQ(code_of(reader.take(report_of(1, pack({5})), start, {}, hear)), "FG-AGT-005");
    EXPECT_EQ(code_of(reader.take(report_of(1, "\xFF\xFF"), start, {}, hear)), "FG-AGT-005");
    wire::Report huge = report_of(1, "");
    introduce(huge, 4'000'000'000U, std::string(4, '\1'));
    EXPECT_EQ(code_of(reader.take(huge, start, {}, hear)), "FG-AGT-005");
    wire::Report nowhere = report_of(1, pack({0}));
    introduce(nowhere, 0, "12345");
    EXPECT_EQ(code_of(reader.take(nowhere, start, {}, hear)), "FG-AGT-005");
    EXPECT_EQ(heard, 0);
    EXPECT_EQ(reader.have(), 0U);
}

TEST(SlotReader, loopback_and_unspecified_addresses_are_nobodys) {
    SlotReader reader("de-1", SlotReader::Begins::anew);
    wire::Report report = report_of(1, pack({0, 1}));
    introduce(report, 0, std::string("\x7f\0\0\1", 4));
    introduce(report, 1, std::string(16, '\0'));
    const auto taken = reader.take(report, start, {}, [](const Observation&) { FAIL(); });
    EXPECT_EQ(taken->passed_over, 2U);
}

TEST(SlotReader, a_report_that_comes_twice_counts_once) {
    SlotReader reader("de-1", SlotReader::Begins::anew);
    wire::Report report = report_of(1, pack({0}));
    introduce(report, 0, std::string(4, '\1'));
    int heard = 0;
    const auto hear = [&](const Observation&) { ++heard; };
    EXPECT_TRUE(reader.take(report, start, {}, hear));
    EXPECT_TRUE(reader.take(report, start, {}, hear));
    EXPECT_EQ(heard, 1);
}

TEST(ClockOffset, the_median_forgives_one_slow_answer) {
    ClockOffset clock;
    for (int i = 0; i < 5; ++i) {
        const TimePoint asked = start + std::chrono::seconds(i);
        const Duration back = i == 2 ? Duration(4s) : Duration(10ms);
        clock.add({asked, asked + 1h + 10ms, asked + 1h + 11ms, asked + 11ms + back});
    }
    EXPECT_EQ(clock.offset(), Duration(1h));
}

RC_GTEST_PROP(ids, what_is_packed_is_unpacked, (const std::set<std::uint16_t>& ids)) {
    const std::vector<std::uint32_t> all(ids.begin(), ids.end());
    RC_ASSERT(unpack(pack(all), 65'536) == all);
}

RC_GTEST_PROP(
    frames, messages_come_out_however_they_are_cut, (const std::vector<std::string>& all)
) {
    std::string stream;
    for (const std::string& one : all) {
        stream += framed(one);
    }
    const auto piece = *rc::gen::inRange<std::size_t>(1, 9);
    FrameReader reader;
    std::vector<std::string> read;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        reader.feed(std::string_view(stream).substr(at, piece));
        while (auto message = reader.next()) {
            read.push_back(*message);
        }
    }
    RC_ASSERT(read == all);
}

TEST(frames, a_length_above_the_limit_is_told_before_its_bytes_come) {
    FrameReader reader(100);
    reader.feed(std::string("\0\0\1\0", 4));
    EXPECT_FALSE(reader.next());
    EXPECT_EQ(reader.too_large(), 256U);
    reader.feed(framed("more"));
    EXPECT_FALSE(reader.next());
}

}  // namespace
}  // namespace fairgate::link
