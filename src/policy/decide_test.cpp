#include "policy/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace fairgate::policy {

namespace {

using namespace std::chrono_literals;

const TimePoint now = TimePoint(std::chrono::hours(500'000));

Violation violation() {
    Violation violation;
    violation.id = ViolationId{7};
    violation.account = {"main", "alice"};
    violation.limit = 1;
    violation.devices = 2;
    return violation;
}

Circumstances enforcing(std::vector<TimePoint> before = {now - 1h}) {
    Circumstances circumstances;
    circumstances.mode = {Mode::enforce, "the whole installation is in mode enforce"};
    circumstances.online = 100;
    circumstances.violations_before = std::move(before);
    return circumstances;
}

Decision decided(const Violation& about, const Circumstances& circumstances) {
    Breaker breaker{BreakerRule{}};
    return decide(about, Ladder{}, circumstances, breaker, now);
}

TEST(ladder, the_first_violation_is_a_warning_and_the_fifth_holds_until_released) {
    const Ladder ladder;
    std::vector<TimePoint> before;
    std::vector<std::optional<Duration>> lengths;
    for (int number = 1; number <= 6; ++number) {
        const auto chosen = ladder.choose(before, now);
        EXPECT_EQ(chosen.number, std::min(number, 5));
        lengths.push_back(chosen.step.length);
        before.push_back(now - 1h * number);
    }
    const std::vector<std::optional<Duration>> expected{
        std::nullopt, 10min, 30min, 1h, std::nullopt, std::nullopt
    };
    EXPECT_EQ(lengths, expected);
    EXPECT_EQ(ladder.choose({}, now).step.action, Action::warn);
    EXPECT_EQ(ladder.choose(before, now).step.action, Action::block);
}

TEST(ladder, a_violation_outside_the_window_or_in_the_future_is_forgotten) {
    const Ladder ladder;
    EXPECT_EQ(ladder.choose({now - ladder.window}, now).number, 1);
    EXPECT_EQ(ladder.choose({now - ladder.window + 1us}, now).number, 2);
    EXPECT_EQ(ladder.choose({now + 1s}, now).number, 1);
}

TEST(ladder, one_without_steps_only_warns) {
    const Ladder ladder{.steps = {}};
    EXPECT_EQ(ladder.choose({now - 1h, now - 2h}, now).step.action, Action::warn);
    EXPECT_EQ(ladder.after(0), std::nullopt);
}

RC_GTEST_PROP(
    ladder, more_violations_never_lead_to_a_lower_step, (std::vector<std::uint32_t> ages)
) {
    const Ladder ladder;
    std::vector<TimePoint> before;
    int last = 1;
    for (const std::uint32_t age : ages) {
        before.push_back(now - std::chrono::seconds(age % 1'000'000));
        const int number = ladder.choose(before, now).number;
        RC_ASSERT(number >= last);
        last = number;
    }
}

TEST(decide, a_second_violation_in_enforce_mode_is_blocked_for_ten_minutes) {
    const Decision decision = decided(violation(), enforcing());
    EXPECT_EQ(decision.action, Action::block);
    EXPECT_EQ(decision.state, DecisionState::in_force);
    EXPECT_EQ(decision.until, now + 10min);
    EXPECT_EQ(decision.step, 2);
    EXPECT_EQ(decision.violation, ViolationId{7});
}

EvidenceDevice device_in(const char* network, const char* country) {
    EvidenceDevice device;
    device.network = network;
    device.country = country;
    return device;
}

TEST(score, is_made_of_named_parts) {
    Evidence evidence;
    evidence.limit.chosen.devices = 1;
    evidence.devices = 3;
    evidence.counted = {
        device_in("AS64500", "IR"), device_in("AS64501", "IR"), device_in("AS64502", "DE")
    };
    const Score score = score_of(evidence, 1);
    EXPECT_EQ(score.total(), 40 + 10 + 20 + 10);
    EXPECT_EQ(
        score.text(),
        "80 of 100 (40: 2 devices beyond the limit; 10: 3 providers at once; 20: 2 countries at "
        "once; 10: 1 earlier violation)"
    );
    EXPECT_EQ(score_of({}, 0).text(), "0 of 100");
}

RC_GTEST_PROP(score, is_never_more_than_a_hundred, (std::uint8_t devices, std::uint8_t before)) {
    Evidence evidence;
    evidence.limit.chosen.devices = 1;
    evidence.devices = devices;
    for (std::uint8_t i = 0; i < devices; ++i) {
        evidence.counted.push_back(
            device_in(std::to_string(i).c_str(), std::to_string(i % 9).c_str())
        );
    }
    const int total = score_of(evidence, before).total();
    RC_ASSERT(total >= 0 && total <= 100);
}

TEST(decide, who_scores_enough_is_not_warned_first_and_is_told_why) {
    Ladder ladder;
    ladder.instant = 70;
    Circumstances circumstances = enforcing({});
    circumstances.score.parts = {{"3 providers at once", 60}};
    Breaker breaker{BreakerRule{}};
    EXPECT_EQ(decide(violation(), ladder, circumstances, breaker, now).action, Action::warn);
    circumstances.score.parts.push_back({"2 countries at once", 20});
    const Decision decision = decide(violation(), ladder, circumstances, breaker, now);
    EXPECT_EQ(decision.action, Action::block);
    EXPECT_EQ(decision.step, 2);
    EXPECT_EQ(decision.until, now + 10min);
    EXPECT_NE(decision.reason.find("80 of 100 (60: 3 providers"), std::string::npos);
    Violation weak = violation();
    weak.confidence = Confidence::low;
    EXPECT_EQ(decide(weak, ladder, circumstances, breaker, now).action, Action::warn);
    ladder.instant.reset();
    EXPECT_EQ(decide(violation(), ladder, circumstances, breaker, now).action, Action::warn)
        << "a score by itself does nothing";
}

TEST(decide, a_subscription_is_revoked_only_where_that_can_be_done) {
    Ladder ladder;
    ladder.steps = {{Action::warn, std::nullopt}, {Action::revoke, std::nullopt}};
    Circumstances circumstances = enforcing();
    circumstances.block_as = Action::move_group;
    Breaker breaker{BreakerRule{}};
    EXPECT_EQ(decide(violation(), ladder, circumstances, breaker, now).action, Action::move_group);
    circumstances.can_revoke = true;
    const Decision decision = decide(violation(), ladder, circumstances, breaker, now);
    EXPECT_EQ(decision.action, Action::revoke);
    EXPECT_FALSE(decision.until);
}

TEST(decide, shadow_records_and_warn_tells_but_neither_acts) {
    Circumstances circumstances = enforcing();
    circumstances.mode = {Mode::shadow, "group gold is in mode shadow"};
    const Decision shadow = decided(violation(), circumstances);
    EXPECT_EQ(shadow.state, DecisionState::shadow);
    EXPECT_NE(shadow.reason.find("group gold is in mode shadow"), std::string::npos);
    circumstances.mode.mode = Mode::warn;
    EXPECT_EQ(decided(violation(), circumstances).state, DecisionState::warned);
}

TEST(decide, what_is_not_sure_is_never_more_than_a_warning) {
    Violation weak = violation();
    weak.confidence = Confidence::low;
    EXPECT_EQ(decided(weak, enforcing()).state, DecisionState::warned);
    Circumstances circumstances = enforcing();
    circumstances.distrust = "source log is stale";
    const Decision decision = decided(violation(), circumstances);
    EXPECT_EQ(decision.state, DecisionState::warned);
    EXPECT_NE(decision.reason.find("source log is stale"), std::string::npos);
}

TEST(decide, a_block_is_a_move_where_the_operator_prefers_that) {
    Circumstances circumstances = enforcing();
    circumstances.block_as = Action::move_group;
    EXPECT_EQ(decided(violation(), circumstances).action, Action::move_group);
    circumstances.violations_before.clear();
    EXPECT_EQ(decided(violation(), circumstances).action, Action::warn);
}

TEST(decide, what_the_breaker_stops_is_recorded_with_its_reason) {
    Breaker breaker{BreakerRule{.most_blocks = 1}};
    Circumstances circumstances = enforcing();
    circumstances.online = 0;
    const auto decide_once = [&] {
        return decide(violation(), Ladder{}, circumstances, breaker, now);
    };
    EXPECT_EQ(decide_once().state, DecisionState::in_force);
    const Decision stopped = decide_once();
    EXPECT_EQ(stopped.state, DecisionState::warned);
    EXPECT_NE(stopped.reason.find("circuit breaker"), std::string::npos);
}

RC_GTEST_PROP(decide, nothing_is_in_force_but_in_enforce_mode_and_with_confidence, ()) {
    Circumstances circumstances =
        enforcing(std::vector<TimePoint>(*rc::gen::inRange<std::size_t>(0, 8), now));
    circumstances.mode.mode = *rc::gen::element(Mode::shadow, Mode::warn, Mode::enforce);
    Violation about = violation();
    about.confidence = *rc::gen::element(Confidence::low, Confidence::medium, Confidence::high);
    const Decision decision = decided(about, circumstances);
    const bool may_act = circumstances.mode.mode == Mode::enforce &&
                         about.confidence != Confidence::low && decision.action != Action::warn;
    RC_ASSERT((decision.state == DecisionState::in_force) == may_act);
}

TEST(breaker, opens_at_a_fiftieth_of_the_accounts_online_and_at_least_at_five) {
    const Breaker breaker{BreakerRule{}};
    EXPECT_EQ(breaker.allowed(0), 5);
    EXPECT_EQ(breaker.allowed(1000), 20);
}

TEST(breaker, closes_when_no_block_was_wanted_for_a_window_or_a_person_closes_it) {
    Breaker breaker{BreakerRule{.most_blocks = 1}};
    EXPECT_EQ(breaker.ask(now, 0), Breaker::Answer::go);
    EXPECT_EQ(breaker.ask(now, 0), Breaker::Answer::stop);
    EXPECT_EQ(breaker.ask(now + 9min, 0), Breaker::Answer::stop);
    EXPECT_TRUE(breaker.is_open(now + 18min));
    EXPECT_FALSE(breaker.is_open(now + 19min));
    EXPECT_EQ(breaker.ask(now + 19min, 0), Breaker::Answer::go);
    EXPECT_EQ(breaker.ask(now + 19min, 0), Breaker::Answer::stop);
    breaker.close();
    EXPECT_FALSE(breaker.is_open(now + 19min));
}

Circumstances refusing(Refusing::Otherwise otherwise = Refusing::Otherwise::record) {
    Circumstances circumstances = enforcing({now - 1h, now - 2h});
    circumstances.refusing = Refusing{1min, otherwise};
    circumstances.found = "198.51.100.4 came third";
    return circumstances;
}

TEST(refusing, lasts_as_long_every_time_and_asks_no_ladder) {
    const Decision decision = decided(violation(), refusing());
    EXPECT_EQ(decision.action, Action::refuse);
    EXPECT_EQ(decision.state, DecisionState::in_force);
    EXPECT_EQ(decision.until, now + 1min);
    EXPECT_EQ(decision.reason, "198.51.100.4 came third; first_come asks for refusing it for 1 m");
}

TEST(refusing, what_cannot_be_refused_is_recorded_or_blocked_as_the_operator_said) {
    Circumstances circumstances = refusing();
    circumstances.cannot_refuse = "no address of it may be refused";
    EXPECT_EQ(decided(violation(), circumstances).state, DecisionState::warned);
    circumstances = refusing(Refusing::Otherwise::block);
    circumstances.cannot_refuse = "no address of it may be refused";
    circumstances.block_as = Action::move_group;
    const Decision decision = decided(violation(), circumstances);
    EXPECT_EQ(decision.state, DecisionState::in_force);
    EXPECT_EQ(decision.action, Action::move_group);
    EXPECT_EQ(decision.until, now + 1min);
}

TEST(refusing, the_same_account_again_and_again_is_one_to_the_breaker) {
    Breaker breaker{BreakerRule{.most_blocks = 1}};
    Circumstances circumstances = refusing();
    for (int i = 0; i < 10; ++i) {
        const Decision decision = decide(violation(), Ladder{}, circumstances, breaker, now);
        EXPECT_EQ(decision.state, DecisionState::in_force);
        circumstances.acted_on_lately = true;
    }
}

RC_GTEST_PROP(breaker, never_lets_more_through_in_a_window_than_allowed, ()) {
    Breaker breaker{BreakerRule{.most_blocks = 3}};
    std::vector<TimePoint> gone;
    TimePoint at = now;
    for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 400))) {
        at += std::chrono::seconds(step);
        if (breaker.ask(at, 0) == Breaker::Answer::go) {
            gone.push_back(at);
        }
        const auto lately =
            std::ranges::count_if(gone, [&](TimePoint time) { return at - time < 10min; });
        RC_ASSERT(lately <= 3);
    }
}

}  // namespace

}  // namespace fairgate::policy
