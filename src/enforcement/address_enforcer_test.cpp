#include "enforcement/address_enforcer.hpp"

#include "base/run.hpp"
#include "enforcement/memory_blocker_test.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <map>

namespace fairgate::enforcement {
namespace {

using namespace std::chrono_literals;

const TimePoint start{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
const Denial first{.address = *Address::parse("203.0.113.5")};
const Denial second{.address = *Address::parse("2001:db8::5"), .local_port = 443};
const Denial operators{.address = *Address::parse("203.0.113.99")};

boost::asio::awaitable<Result<std::vector<Denial>>> give(std::vector<Denial> denials) {
    co_return denials;
}

class AddressEnforcerTest : public testing::Test {
protected:
    AddressEnforcerTest() { restart(); }

    void restart() {
        auto blocker = std::make_unique<MemoryBlocker>(rules, [this] { return !deaf; });
        blocker->knows_ports = knows_ports;
        blocker_ = blocker.get();
        enforcer_ = std::make_unique<AddressEnforcer>(
            std::move(blocker),
            [] {
                kernel::ProtectedTargets never;
                never.add(operators.address, kernel::Protection::operator_session);
                return Result<kernel::ProtectedTargets>(never);
            },
            [this](const Measure&) { return give(seen); },
            io_.get_executor(),
            clock
        );
    }

    /// A measure as the executor has it after it was read.
    Measure begun(int id, std::vector<Denial> denials, std::optional<TimePoint> due) {
        seen = std::move(denials);
        Measure measure;
        measure.id.value = id;
        measure.account = {"main", "ali"};
        measure.enforcer = "firewall:memory";
        measure.state = MeasureState::active;
        measure.due = due;
        const Reading reading =
            fairgate::run(io_, [&] { return enforcer_->read(measure); }).value();
        measure.before = reading.now;
        measure.after = reading.after;
        return measure;
    }
    Acted act(const Measure& measure) {
        return fairgate::run(io_, [&] { return enforcer_->act(measure); }).value();
    }
    Verification verify(const Measure& measure) {
        return fairgate::run(io_, [&] { return enforcer_->verify(measure); }).value();
    }
    Restored restore(const Measure& measure) {
        return fairgate::run(io_, [&] { return enforcer_->restore(measure); }).value();
    }

    Drift compare(const std::vector<Measure>& measures) {
        return fairgate::run(io_, [&] { return enforcer_->compare(measures); }).value();
    }
    std::size_t let_strays_through(const std::vector<Measure>& measures) {
        return fairgate::run(io_, [&] { return enforcer_->let_strays_through(measures); }).value();
    }
    Result<TryOut> try_out() {
        return fairgate::run(io_, [&] { return enforcer_->try_out(); });
    }

    Rules rules;
    bool knows_ports = true;
    bool deaf = false;  ///< the firewall says yes and does nothing
    ManualClock clock{start};
    std::vector<Denial> seen;  ///< of the account, at this moment

private:
    boost::asio::io_context io_;
    std::unique_ptr<AddressEnforcer> enforcer_;

protected:
    MemoryBlocker* blocker_ = nullptr;
};

TEST_F(AddressEnforcerTest, its_addresses_are_refused_until_it_is_due_and_let_through_again) {
    const Measure measure = begun(1, {first, second}, start + 1h);
    EXPECT_EQ(act(measure).text, "2 addresses refused");
    EXPECT_EQ(rules, (Rules{{first, start + 1h}, {second, start + 1h}}));
    EXPECT_EQ(verify(measure).kind, Verification::Kind::held);
    seen.clear();  // it is gone from there; what was refused is known all the same
    EXPECT_EQ(restore(measure).text, "2 addresses let through again");
    EXPECT_TRUE(rules.empty());
    EXPECT_EQ(restore(measure).kind, Restored::Kind::already);
}

TEST_F(AddressEnforcerTest, a_firewall_that_knows_no_ports_refuses_the_whole_address) {
    knows_ports = false;
    restart();
    const Denial other_door{.address = second.address, .local_port = 8443};
    const Measure measure = begun(1, {first, second, other_door}, start + 1h);
    EXPECT_EQ(act(measure).text, "2 addresses refused");
    EXPECT_EQ(rules, (Rules{{first, start + 1h}, {Denial{.address = second.address}, start + 1h}}));
}

TEST_F(AddressEnforcerTest, what_is_over_while_the_firewall_is_off_does_not_come_back_with_it) {
    const Measure measure = begun(1, {first, second}, start + 1h);
    act(measure);
    blocker_->off = true;
    EXPECT_EQ(restore(measure).kind, Restored::Kind::restored);
    EXPECT_TRUE(rules.empty());
}

TEST_F(AddressEnforcerTest, a_flushed_firewall_is_noticed_and_ordered_again) {
    const Measure measure = begun(1, {first, second}, start + 1h);
    act(measure);
    rules.clear();
    const Verification seen_now = verify(measure);
    EXPECT_EQ(seen_now.kind, Verification::Kind::ineffective);
    EXPECT_EQ(seen_now.text, "2 addresses of 2 no longer in memory");
    act(measure);
    EXPECT_EQ(verify(measure).kind, Verification::Kind::held);
}

TEST_F(AddressEnforcerTest, an_address_of_two_measures_stays_until_the_last_ends) {
    const Measure one = begun(1, {first}, start + 1h);
    const Measure other = begun(2, {first, second}, start + 3h);
    act(one);
    act(other);
    EXPECT_EQ(rules.at(first), start + 3h);
    restore(other);
    EXPECT_EQ(rules, (Rules{{first, start + 1h}}));
    restore(one);
    EXPECT_TRUE(rules.empty());
}

TEST_F(AddressEnforcerTest, protected_addresses_are_left_out_and_said) {
    const Measure measure = begun(1, {first, operators}, std::nullopt);
    EXPECT_EQ(
        act(measure).text,
        "1 address refused, 1 left out (203.0.113.99: an operator works on this machine from there)"
    );
    EXPECT_EQ(rules, (Rules{{first, std::nullopt}}));
    EXPECT_EQ(verify(measure).kind, Verification::Kind::held);
}

TEST_F(AddressEnforcerTest, more_than_the_firewall_takes_are_left_out) {
    std::vector<Denial> many;
    for (std::uint32_t i = 0; i < 5; ++i) {
        many.push_back({.address = Address::v4(0xcb007100U + i)});
    }
    const Measure measure = begun(1, many, start + 1h);
    EXPECT_EQ(act(measure).text, "3 addresses refused, 2 left out (memory takes 3 of one account)");
    restore(measure);
    EXPECT_TRUE(rules.empty());
}

TEST_F(AddressEnforcerTest, a_new_end_reaches_the_firewall) {
    Measure measure = begun(1, {first}, start + 1h);
    act(measure);
    measure.due = start + 5h;
    EXPECT_EQ(verify(measure).kind, Verification::Kind::held);
    EXPECT_EQ(rules.at(first), start + 5h);
}

TEST_F(AddressEnforcerTest, after_a_restart_measures_say_again_what_they_hold) {
    const Measure one = begun(1, {first}, start + 1h);
    const Measure other = begun(2, {first}, start + 3h);
    act(one);
    act(other);
    restart();
    EXPECT_EQ(verify(other).kind, Verification::Kind::held);
    restore(one);
    EXPECT_EQ(rules, (Rules{{first, start + 3h}}));
    restore(other);
    EXPECT_TRUE(rules.empty());
}

TEST_F(AddressEnforcerTest, an_account_without_addresses_is_no_error) {
    const Measure measure = begun(1, {}, start + 1h);
    EXPECT_EQ(act(measure).text, "0 addresses refused");
    EXPECT_EQ(verify(measure).kind, Verification::Kind::held);
    EXPECT_EQ(restore(measure).kind, Restored::Kind::already);
}

std::vector<Denial> denials_of(const std::vector<Refusal>& refusals) {
    std::vector<Denial> denials;
    for (const Refusal& refusal : refusals) {
        denials.push_back(refusal.denial);
    }
    return denials;
}

TEST_F(AddressEnforcerTest, what_is_in_force_is_compared_with_what_was_decided) {
    const Measure measure = begun(1, {first, second, operators}, start + 1h);
    act(measure);
    const Denial stray{.address = *Address::parse("203.0.113.77")};
    rules.erase(second);
    rules.emplace(stray, std::nullopt);
    const Drift drift = compare({measure});
    EXPECT_EQ(denials_of(drift.in_force), std::vector{first});
    EXPECT_EQ(drift.in_force.front().measures, std::vector{measure.id});
    EXPECT_EQ(drift.in_force.front().until, start + 1h);
    EXPECT_EQ(denials_of(drift.missing), std::vector{second});
    EXPECT_EQ(denials_of(drift.strays), std::vector{stray});
    ASSERT_EQ(denials_of(drift.left_out), std::vector{operators});
    EXPECT_NE(drift.left_out.front().why_not.find("an operator works"), std::string::npos);
    EXPECT_EQ(let_strays_through({measure}), 1U);
    EXPECT_EQ(rules, (Rules{{first, start + 1h}}));
    act(measure);
    EXPECT_TRUE(compare({measure}).clean());
}

TEST_F(AddressEnforcerTest, what_begins_or_ends_just_now_is_neither_missing_nor_a_stray) {
    Measure beginning = begun(1, {first}, start + 1h);
    beginning.state = MeasureState::pending;
    EXPECT_TRUE(compare({beginning}).clean());
    act(beginning);
    EXPECT_EQ(let_strays_through({beginning}), 0U);
    EXPECT_EQ(let_strays_through({}), 0U);  // decided after the list of measures was made
    Measure ending = beginning;
    ending.state = MeasureState::lifting;
    EXPECT_TRUE(compare({ending}).clean());
    const Measure over = begun(2, {second}, start + 1s);
    EXPECT_TRUE(compare({ending, over}).clean());
    restart();
    EXPECT_EQ(let_strays_through({}), 1U);
    EXPECT_TRUE(rules.empty());
}

TEST_F(AddressEnforcerTest, other_enforcers_measures_want_nothing_of_the_firewall) {
    Measure other = begun(1, {first}, start + 1h);
    other.enforcer = "pasarguard:main";
    EXPECT_TRUE(compare({other}).clean());
}

TEST_F(AddressEnforcerTest, a_harmless_address_tells_whether_it_works) {
    const TryOut tried = try_out().value();
    EXPECT_TRUE(Network::parse("203.0.113.0/24")->contains(tried.denial.address));
    EXPECT_TRUE(rules.empty());
    deaf = true;
    EXPECT_EQ(try_out().error().code, "FG-ENF-024");
}

}  // namespace
}  // namespace fairgate::enforcement
