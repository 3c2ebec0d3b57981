#include "kernel/nft_table.hpp"

#include "kernel/namespace_test.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace fairgate::kernel {
namespace {

using namespace std::chrono_literals;

const TimePoint now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

Denial whole(const char* address) { return Denial{.address = *Address::parse(address)}; }

/// A table in a network of its own, which goes with the test.
class NftTableTest : public testing::Test {
protected:
    void SetUp() override {
        if (!lonely_.place()) {
            GTEST_SKIP() << "no network namespace can be made here";
        }
        auto context = NftContext::open(*lonely_.place());
        if (!context) {
            GTEST_SKIP() << to_line(context.error());
        }
        other_.emplace(*std::move(context));
    }

    NftTable open() {
        auto table = NftTable::open(*lonely_.place(), NftSettings(), now);
        EXPECT_TRUE(table) << to_line(table.error());
        return *std::move(table);
    }
    /// What an administrator does with nft.
    void by_hand(const std::string& commands) {
        auto done = other_->run(commands);
        EXPECT_TRUE(done) << to_line(done.error());
    }
    static Result<> add(NftTable& table, std::vector<NftElement> elements) {
        return table.add(elements, ProtectedTargets(), now);
    }

    Lonely lonely_;
    std::optional<NftContext> other_;
};

TEST_F(NftTableTest, what_was_added_is_listed_with_its_time) {
    NftTable table = open();
    const Denial flow{
        .address = *Address::parse("2001:db8::7"),
        .protocol = Protocol::udp,
        .peer_port = 50000,
        .local_port = 443
    };
    const Denial door{.address = *Address::parse("203.0.113.9"), .local_port = 8443};
    ASSERT_TRUE(
        add(table, {{whole("203.0.113.5"), now + 1h}, {flow, now + 2h}, {door, std::nullopt}})
    );
    const auto listing = table.list(now);
    ASSERT_TRUE(listing);
    EXPECT_TRUE(listing->whole);
    ASSERT_EQ(listing->elements.size(), 3U);
    for (const NftElement& element : listing->elements) {
        if (element.denial == door) {
            EXPECT_FALSE(element.until);
        } else {
            const auto due = element.denial == flow ? now + 2h : now + 1h;
            EXPECT_LE(*element.until, due);
            EXPECT_GE(*element.until, due - 5s);
        }
    }
    EXPECT_TRUE(table.missing(std::vector{flow, door}, now)->empty());
}

TEST_F(NftTableTest, looking_makes_no_table) {
    NftTable table = open();
    EXPECT_EQ(*table.look(now), NftTable::Found::missing);
    EXPECT_TRUE(table.list(now)->elements.empty());
    EXPECT_EQ(table.missing(std::vector{whole("203.0.113.5")}, now)->size(), 1U);
    EXPECT_EQ(other_->run("list tables")->find("fairgate"), std::string::npos);
}

TEST_F(NftTableTest, the_same_twice_is_fine_and_the_later_time_counts) {
    NftTable table = open();
    ASSERT_TRUE(add(table, {{whole("203.0.113.5"), now + 1h}}));
    ASSERT_TRUE(add(table, {{whole("203.0.113.5"), now + 3h}, {whole("203.0.113.5"), now + 2h}}));
    const auto listing = table.list(now);
    ASSERT_EQ(listing->elements.size(), 1U);
    EXPECT_GE(*listing->elements.front().until, now + 2h - 5s);
    EXPECT_LE(*listing->elements.front().until, now + 2h);
}

TEST_F(NftTableTest, what_is_over_is_not_added) {
    NftTable table = open();
    ASSERT_TRUE(add(table, {{whole("203.0.113.5"), now - 1s}}));
    EXPECT_TRUE(table.list(now)->elements.empty());
}

TEST_F(NftTableTest, removing_what_is_not_there_is_fine_and_removes_the_rest) {
    NftTable table = open();
    ASSERT_TRUE(add(table, {{whole("203.0.113.5"), now + 1h}, {whole("203.0.113.6"), now + 1h}}));
    ASSERT_TRUE(table.remove(std::vector{whole("203.0.113.99"), whole("203.0.113.5")}, now));
    const auto listing = table.list(now);
    ASSERT_EQ(listing->elements.size(), 1U);
    EXPECT_EQ(listing->elements.front().denial, whole("203.0.113.6"));
}

TEST_F(NftTableTest, another_process_takes_over_what_is_there) {
    {
        NftTable first = open();
        ASSERT_TRUE(add(first, {{whole("2001:db8::1"), now + 1h}}));
    }
    NftTable second = open();
    EXPECT_EQ(second.list(now)->elements.size(), 1U);
    EXPECT_TRUE(second.missing(std::vector{whole("2001:db8::1")}, now)->empty());
}

TEST_F(NftTableTest, a_flushed_ruleset_is_noticed_and_made_again_with_what_is_due) {
    NftTable table = open();
    ASSERT_TRUE(add(table, {{whole("203.0.113.5"), now + 1h}, {whole("203.0.113.6"), now + 1min}}));
    by_hand("flush ruleset");
    EXPECT_EQ(table.missing(std::vector{whole("203.0.113.5")}, now)->size(), 1U);
    const auto found = table.ensure(now + 2min);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, NftTable::Found::missing);
    const auto listing = table.list(now + 2min);
    EXPECT_TRUE(listing->whole);
    ASSERT_EQ(listing->elements.size(), 1U);  // the other one is over
    EXPECT_EQ(listing->elements.front().denial, whole("203.0.113.5"));
    EXPECT_EQ(*table.ensure(now + 2min), NftTable::Found::whole);
}

TEST_F(NftTableTest, rules_that_somebody_took_away_come_back) {
    NftTable table = open();
    ASSERT_TRUE(add(table, {{whole("203.0.113.5"), now + 1h}}));
    by_hand("flush chain inet fairgate early");
    EXPECT_EQ(*table.ensure(now), NftTable::Found::damaged);
    EXPECT_TRUE(table.list(now)->whole);
    EXPECT_EQ(table.list(now)->elements.size(), 1U);
}

TEST_F(NftTableTest, other_open_ports_make_the_table_anew_and_keep_what_it_holds) {
    NftTable table = open();
    ASSERT_TRUE(add(table, {{whole("203.0.113.5"), now + 1h}}));
    const NftSettings other{.open_ports = {22, 2222}};
    auto second = NftTable::open(*lonely_.place(), other, now);
    ASSERT_TRUE(second);
    EXPECT_EQ(*second->ensure(now), NftTable::Found::damaged);
    EXPECT_EQ(*second->ensure(now), NftTable::Found::whole);
    EXPECT_EQ(second->list(now)->elements.size(), 1U);
    EXPECT_NE(other_->run("list set inet fairgate open")->find("2222"), std::string::npos);
}

TEST_F(NftTableTest, adding_after_a_flush_brings_everything_back) {
    NftTable table = open();
    ASSERT_TRUE(add(table, {{whole("203.0.113.5"), now + 1h}}));
    by_hand("flush ruleset");
    ASSERT_TRUE(add(table, {{whole("203.0.113.6"), now + 1h}}));
    EXPECT_EQ(table.list(now)->elements.size(), 2U);
}

TEST_F(NftTableTest, a_protected_address_is_refused_and_nothing_is_added) {
    NftTable table = open();
    ProtectedTargets never;
    never.add(*Address::parse("203.0.113.1"), Protection::own);
    const std::vector<NftElement> elements{
        {whole("203.0.113.5"), now + 1h}, {whole("203.0.113.1"), now + 1h}
    };
    const auto refused = table.add(elements, never, now);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "FG-KRN-004");
    EXPECT_TRUE(table.list(now)->elements.empty());
    EXPECT_FALSE(add(table, {{whole("127.0.0.1"), now + 1h}}));
    const Denial no_door{.address = *Address::parse("203.0.113.5"), .peer_port = 5};
    EXPECT_EQ(add(table, {{no_door, now + 1h}}).error().code, "FG-KRN-022");
}

TEST_F(NftTableTest, a_dropped_table_leaves_nothing) {
    NftTable table = open();
    ASSERT_TRUE(add(table, {{whole("203.0.113.5"), now + 1h}}));
    ASSERT_TRUE(table.drop());
    ASSERT_TRUE(table.drop());
    EXPECT_EQ(other_->run("list tables")->find("fairgate"), std::string::npos);
}

TEST_F(NftTableTest, many_are_added_and_removed_at_once) {
    NftTable table = open();
    std::vector<NftElement> elements;
    std::vector<Denial> denials;
    for (std::uint32_t i = 0; i < 12000; ++i) {
        denials.push_back(Denial{.address = Address::v4(0xc6120000U + i)});  // 198.18.0.0/15
        elements.push_back(NftElement{denials.back(), now + 1h});
    }
    ASSERT_TRUE(add(table, elements));
    ASSERT_TRUE(add(table, elements));
    EXPECT_EQ(table.list(now)->elements.size(), elements.size());
    EXPECT_TRUE(table.missing(denials, now)->empty());
    ASSERT_TRUE(table.remove(denials, now));
    EXPECT_TRUE(table.list(now)->elements.empty());
    EXPECT_EQ(table.missing(denials, now)->size(), denials.size());
}

}  // namespace
}  // namespace fairgate::kernel
