#pragma once

#include "model/json.hpp"
#include "store/contract_fixture.hpp"
#include "store/errors.hpp"
#include "store/retention.hpp"

// Violations, decisions and measures: see contract.hpp.
namespace fairgate::store {

TEST_P(StoreContract, a_violation_comes_back_as_it_went) {
    Violation violation = violation_of("ali", 0s);
    violation.id = store->violations().add(violation).value();
    EXPECT_EQ(store->violations().get(violation.id).value(), violation);
    violation.closed = at(5min);
    violation.seconds_over = 290;
    ASSERT_TRUE(store->violations().update(violation));
    EXPECT_EQ(store->violations().get(violation.id).value(), violation);
}

TEST_P(StoreContract, what_is_not_there_is_said_so) {
    EXPECT_EQ(store->violations().get(ViolationId{99}).error().code, errors::not_found);
    EXPECT_EQ(store->decisions().get(DecisionId{99}).error().what, "there is no dec_99");
    EXPECT_EQ(store->measures().get(MeasureId{99}).error().code, errors::not_found);
    EXPECT_EQ(store->violations().update(Violation{}).error().code, errors::not_found);
    EXPECT_EQ(store->measures().record(Measure{}, "x", at(0s)).error().code, errors::not_found);
    EXPECT_EQ(
        store->decisions().set_state(DecisionId{99}, DecisionState::undone).error().code,
        errors::not_found
    );
    EXPECT_TRUE(store->measures().history(MeasureId{99}).value().empty());
}

TEST_P(StoreContract, violations_are_listed_by_account_state_and_time) {
    Violation closed = violation_of("ali", 0s);
    closed.closed = at(1min);
    store->violations().add(closed).value();
    store->violations().add(violation_of("ali", 1h)).value();
    store->violations().add(violation_of("sara", 2h)).value();
    const auto count = [&](const ViolationFilter& filter) {
        return store->violations().list(filter, {}).value().rows.size();
    };
    EXPECT_EQ(count({}), 3U);
    EXPECT_EQ(count({.account = "ali"}), 2U);
    EXPECT_EQ(count({.backend = "other"}), 0U);
    EXPECT_EQ(count({.state = ViolationState::open}), 2U);
    EXPECT_EQ(count({.account = "ali", .state = ViolationState::closed}), 1U);
    EXPECT_EQ(count({.since = at(1h)}), 2U);
}

TEST_P(StoreContract, what_ended_lately_is_listed_however_old_it_is) {
    Violation violation = violation_of("ali", 0s);
    violation.closed = at(2h);
    store->violations().add(violation).value();
    store->violations().add(violation_of("open", 0s)).value();
    const auto closed = store->violations().list({.closed_since = at(2h)}, {}).value();
    ASSERT_EQ(closed.rows.size(), 1U);
    EXPECT_EQ(closed.rows[0].account.name, "ali");
    EXPECT_TRUE(store->violations().list({.closed_since = at(3h)}, {}).value().rows.empty());

    Measure measure = measure_of("ali", 0s);
    measure.changed = at(2h);
    store->measures().add(measure, "").value();
    EXPECT_EQ(store->measures().list({.changed_since = at(2h)}, {}).value().rows.size(), 1U);
    EXPECT_TRUE(store->measures().list({.changed_since = at(3h)}, {}).value().rows.empty());
}

TEST_P(StoreContract, pages_go_on_where_they_ended_whatever_is_added) {
    for (int i = 0; i < 7; ++i) {
        store->violations().add(violation_of("u" + std::to_string(i), i * 1s)).value();
    }
    std::string names;
    Cursor cursor{.limit = 3};
    for (bool more = true; more;) {
        const auto page = store->violations().list({}, cursor).value();
        EXPECT_LE(page.rows.size(), 3U);
        for (const Violation& row : page.rows) {
            names += row.account.name;
        }
        store->violations().add(violation_of("new", 1h)).value();
        more = page.next.has_value();
        cursor.from = page.next.value_or(0);
    }
    EXPECT_EQ(names, "u6u5u4u3u2u1u0");
    cursor = {.direction = Direction::oldest_first, .limit = 2};
    const auto first = store->violations().list({}, cursor).value();
    cursor.from = first.next.value();
    EXPECT_EQ(store->violations().list({}, cursor).value().rows.at(0).account.name, "u2");
}

TEST_P(StoreContract, a_list_that_just_fills_its_page_has_no_next) {
    store->violations().add(violation_of("ali", 0s)).value();
    EXPECT_FALSE(store->violations().list({}, {.limit = 1}).value().next);
    EXPECT_EQ(store->violations().list({}, {.limit = -5}).value().rows.size(), 1U);
}

TEST_P(StoreContract, the_ladder_counts_what_was_not_forgiven_in_its_window) {
    store->violations().add(violation_of("ali", 0s)).value();
    store->violations().add(violation_of("ali", 2h)).value();
    store->violations().add(violation_of("ali", 1h)).value();
    store->violations().add(violation_of("sara", 1h)).value();
    auto& violations = store->violations();
    EXPECT_EQ(
        violations.ladder_of({"main", "ali"}, at(1h)).value(),
        (std::vector<TimePoint>{at(1h), at(2h)})
    );
    EXPECT_EQ(violations.ladder(at(0s)).value().size(), 2U);
    EXPECT_EQ(violations.forgive({"main", "ali"}, at(1h)).value(), 2);
    EXPECT_EQ(violations.forgive({"main", "ali"}, at(1h)).value(), 0);
    EXPECT_EQ(
        violations.ladder_of({"main", "ali"}, at(0s)).value(), (std::vector<TimePoint>{at(2h)})
    );
    EXPECT_TRUE(violations.ladder_of({"main", "nobody"}, at(0s)).value().empty());
}

TEST_P(StoreContract, a_decision_comes_back_with_its_evidence) {
    Decision decision = decision_of("ali", 0s);
    decision.violation = store->violations().add(violation_of("ali", 0s)).value();
    const DecisionId id = store->decisions().add(decision).value();
    const Decision back = store->decisions().get(id).value();
    EXPECT_EQ(back.id, id);
    EXPECT_EQ(back.account, decision.account);
    EXPECT_EQ(back.violation, decision.violation);
    EXPECT_EQ(back.action, decision.action);
    EXPECT_EQ(back.mode, decision.mode);
    EXPECT_EQ(back.state, decision.state);
    EXPECT_EQ(back.decided, decision.decided);
    EXPECT_EQ(back.until, decision.until);
    EXPECT_EQ(back.step, decision.step);
    EXPECT_EQ(back.reason, decision.reason);
    EXPECT_EQ(back.decided_by, decision.decided_by);
    EXPECT_EQ(json::write(back.evidence), json::write(decision.evidence));
    EXPECT_EQ(store->decisions().evidence_text(id).value(), json::write(decision.evidence));
}

TEST_P(StoreContract, a_decision_about_a_violation_that_is_not_there_is_refused) {
    Decision decision = decision_of("ali", 0s);
    decision.violation = ViolationId{99};
    EXPECT_EQ(store->decisions().add(decision).error().code, errors::refused);
}

TEST_P(StoreContract, only_state_and_end_of_a_decision_change) {
    const DecisionId id = store->decisions().add(decision_of("ali", 0s)).value();
    ASSERT_TRUE(store->decisions().set_state(id, DecisionState::undone));
    ASSERT_TRUE(store->decisions().set_until(id, std::nullopt));
    EXPECT_EQ(store->decisions().get(id).value().state, DecisionState::undone);
    EXPECT_FALSE(store->decisions().get(id).value().until);
    const auto in = [&](std::vector<DecisionState> states) {
        DecisionFilter filter;
        filter.states = std::move(states);
        return store->decisions().list(filter, {}).value().rows.size();
    };
    EXPECT_EQ(in({DecisionState::undone, DecisionState::released}), 1U);
    EXPECT_EQ(in({DecisionState::in_force}), 0U);
}

TEST_P(StoreContract, a_measure_comes_back_as_it_went_with_its_history) {
    Measure measure = measure_of("ali", 0s);
    measure.id = store->measures().add(measure, "decided").value();
    EXPECT_EQ(store->measures().get(measure.id).value(), measure);
    measure.state = MeasureState::active;
    measure.before = R"({"status":"active"})";
    measure.after = R"({"status":"disabled"})";
    measure.due = std::nullopt;
    measure.acted = at(1s);
    measure.orders = 1;
    measure.doubt = at(30s);
    measure.attempts = 4;
    measure.retry_at = at(1min);
    measure.last_error = "timed out";
    measure.note = "changed by hand";
    measure.changed = at(2s);
    ASSERT_TRUE(store->measures().record(measure, "in force", at(2s)));
    ASSERT_TRUE(store->measures().record(measure, "", at(3s)));
    EXPECT_EQ(store->measures().get(measure.id).value(), measure);
    EXPECT_EQ(
        store->measures().history(measure.id).value(),
        (std::vector<MeasureStep>{
            {measure.id, at(0s), MeasureState::pending, "decided"},
            {measure.id, at(2s), MeasureState::active, "in force"}
        })
    );
}

TEST_P(StoreContract, unfinished_measures_are_found_again) {
    Measure measure = measure_of("ali", 0s);
    std::vector<Measure> open;
    for (const auto state :
         {MeasureState::pending,
          MeasureState::active,
          MeasureState::lifting,
          MeasureState::lifted,
          MeasureState::failed}) {
        measure.state = state;
        measure.id = store->measures().add(measure, "").value();
        if (open.size() < 3) {
            open.push_back(measure);
        }
    }
    EXPECT_EQ(store->measures().unfinished().value(), open);
    MeasureFilter lifted;
    lifted.states = {MeasureState::lifted};
    lifted.account = "ali";
    lifted.enforcer = "recording";
    lifted.decision = measure.decision;
    lifted.since = at(0s);
    EXPECT_EQ(store->measures().list(lifted, {}).value().rows.size(), 1U);
    lifted.since = at(1s);
    EXPECT_TRUE(store->measures().list(lifted, {}).value().rows.empty());
}

TEST_P(StoreContract, old_decisions_go_in_bounded_steps_but_none_that_is_in_force) {
    auto& decisions = store->decisions();
    for (int i = 0; i < 5; ++i) {
        Decision old = decision_of("ali", i * 1s);
        old.state = i == 1 ? DecisionState::in_force : DecisionState::released;
        decisions.add(old).value();
    }
    Measure finished = measure_of("sara", 0s);
    ASSERT_TRUE(decisions.set_state(finished.decision, DecisionState::released));
    finished.state = MeasureState::lifted;
    const MeasureId measure = store->measures().add(finished, "lifted").value();
    const Measure open = measure_of("omid", 0s);
    ASSERT_TRUE(decisions.set_state(open.decision, DecisionState::released));
    store->measures().add(open, "decided").value();
    decisions.add(decision_of("young", 24h)).value();
    EXPECT_EQ(decisions.purge(at(1h), 2).value(), 2);
    EXPECT_EQ(decisions.purge(at(1h), 10).value(), 3);
    EXPECT_EQ(decisions.purge(at(1h), 10).value(), 0);
    EXPECT_EQ(decisions.list({}, {}).value().rows.size(), 3U);
    EXPECT_FALSE(store->measures().get(measure));
    EXPECT_TRUE(store->measures().history(measure).value().empty());
}

TEST_P(StoreContract, old_violations_go_once_no_decision_needs_them) {
    Violation violation = violation_of("ali", 0s);
    violation.closed = at(1min);
    Decision decision = decision_of("ali", 0s);
    decision.state = DecisionState::released;
    decision.violation = store->violations().add(violation).value();
    store->decisions().add(decision).value();
    store->violations().add(violation_of("open", 0s)).value();
    EXPECT_EQ(store->violations().purge(at(1h), 10).value(), 0);
    EXPECT_EQ(store->decisions().purge(at(1h), 10).value(), 1);
    EXPECT_EQ(store->violations().purge(at(1h), 10).value(), 1);
    EXPECT_EQ(store->violations().list({}, {}).value().rows.size(), 1U);
}

TEST_P(StoreContract, what_is_too_old_is_forgotten_step_by_step_and_then_no_more) {
    for (int i = 0; i < 5; ++i) {
        Violation violation = violation_of("ali", i * 1s);
        violation.closed = at(i * 1s);
        Decision decision = decision_of("ali", i * 1s);
        decision.state = DecisionState::released;
        decision.violation = store->violations().add(violation).value();
        store->decisions().add(decision).value();
    }
    RetentionSettings settings;
    settings.rows_at_once = 2;
    EXPECT_EQ(forget_old(*store, settings, at(89 * 24h)).value(), 0);
    int steps = 0;
    for (int removed = 1; removed > 0; ++steps) {
        removed = forget_old(*store, settings, at(91 * 24h)).value();
        EXPECT_LE(removed, 2);
    }
    EXPECT_EQ(steps, 7);
    EXPECT_TRUE(store->violations().list({}, {}).value().rows.empty());
}

}  // namespace fairgate::store
