#include "control/doctor.hpp"

#include "control/enforcing.hpp"
#include "control/fake_daemon_test.hpp"
#include "control/preview.hpp"
#include "control/running.hpp"
#include "control/status.hpp"
#include "model/ids.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace fairgate::control {
namespace {

class Doctor : public testing::Test {
protected:
    Doctor() { daemon.live.make_healthy(); }

    Result<Diagnosis> look_at(
        std::vector<std::string> only = {}, Repair repair = Repair::none, Scope scope = Scope::admin
    ) {
        return daemon.ask([&] {
            return diagnose(daemon.desk(), FakeDaemon::somebody(scope), only, repair);
        });
    }
    std::vector<std::string> codes() {
        std::vector<std::string> all;
        const auto seen = look_at();  // range-for keeps only what it is given itself
        for (const Check& check : seen->checks) {
            if (check.state != CheckState::ok) {
                all.push_back(check.code);
            }
        }
        return all;
    }
    bool finds(const std::string& code) {
        const auto all = codes();
        return std::ranges::find(all, code) != all.end();
    }

    FakeDaemon daemon;
};

TEST_F(Doctor, a_healthy_daemon_that_enforces_has_nothing_to_say) {
    daemon.live.mode_in_force = Mode::enforce;
    daemon.live.file.limits.general = 2;
    const Diagnosis found = look_at().value();
    EXPECT_TRUE(found.enforcing);
    EXPECT_EQ(codes(), std::vector<std::string>());
    EXPECT_GT(found.checks.size(), 7U);
    EXPECT_EQ(advice(daemon.live), "");
}

TEST_F(Doctor, a_certificate_that_was_not_renewed_is_said_before_it_ends) {
    nodes::NodeNow& node = daemon.live.all_nodes.emplace_back();
    node.name = "de-1";
    node.state = nodes::NodeState::connected;
    node.until = noon + std::chrono::days(200);
    EXPECT_FALSE(finds("FG-NOD-009"));
    node.until = noon + std::chrono::days(50);
    EXPECT_TRUE(finds("FG-NOD-009"));
    node.state = nodes::NodeState::revoked;
    EXPECT_FALSE(finds("FG-NOD-009"));
}

TEST_F(Doctor, every_reason_why_nobody_is_blocked_is_named) {
    daemon.live.breaker_now.opened = noon;
    daemon.live.all_sources[0].state = sources::SourceState::stale;
    daemon.live.all_enforcers[0].not_able_because = "the login may not change users";
    const auto reasons = not_enforcing_because(daemon.live);
    ASSERT_EQ(reasons.size(), 4U);
    EXPECT_NE(reasons[0].find("shadow"), std::string::npos);
    EXPECT_NE(reasons[1].find("too many"), std::string::npos);
    EXPECT_NE(reasons[2].find("local is stale"), std::string::npos);
    EXPECT_EQ(reasons[3], "pasarguard:main cannot act: the login may not change users");
    for (const char* code : {"FG-DOC-001", "FG-DOC-020", "FG-DOC-021", "FG-DOC-030"}) {
        EXPECT_TRUE(finds(code)) << code;
    }
}

TEST_F(Doctor, each_stage_finds_its_fault) {
    auto& source = daemon.live.all_sources[0];
    source.lines = 5000;
    source.parse_errors = 4000;
    source.forgeries = 1;
    source.bytes_behind = 1U << 30U;
    source.clock_offset = -45s;
    auto& backend = daemon.live.all_backends[0];
    backend.unmapped = 3;
    backend.synced = noon - 2h;
    daemon.live.about.config_faults = {Error{.code = "FG-CFG-004", .what = "unknown key"}};
    Measure late;
    late.account = {"main", "ali"};
    late.state = MeasureState::lifting;
    late.changed = noon - 1h;
    late.attempts = 9;
    late.last_error = "timed out";
    daemon.live.measures = {late};
    for (const char* code :
         {"FG-DOC-004",
          "FG-DOC-005",
          "FG-DOC-006",
          "FG-DOC-007",
          "FG-DOC-008",
          "FG-DOC-010",
          "FG-DOC-011",
          "FG-CFG-004",
          "FG-DOC-040"}) {
        EXPECT_TRUE(finds(code)) << code;
    }
}

TEST_F(Doctor, nothing_configured_is_said) {
    daemon.live.all_sources.clear();
    daemon.live.all_backends.clear();
    daemon.live.all_enforcers.clear();
    EXPECT_TRUE(finds("FG-DOC-013"));
    EXPECT_TRUE(finds("FG-DOC-012"));
    EXPECT_EQ(not_enforcing_because(daemon.live).size(), 3U);
}

TEST_F(Doctor, only_looks_at_what_is_asked_for) {
    const Diagnosis found = look_at({"store", "source"}).value();
    ASSERT_EQ(found.checks.size(), 2U);
    EXPECT_EQ(found.checks[0].stage, "source");
    EXPECT_EQ(found.checks[1].what, "it can be written");
    EXPECT_EQ(look_at({"tea"}).error().code, "FG-CTL-004");
}

TEST_F(Doctor, repairing_needs_an_administrator) {
    EXPECT_EQ(look_at({}, Repair::what_is_safe, Scope::write).error().code, "FG-AUTH-003");
    EXPECT_TRUE(look_at({}, Repair::what_is_safe));
    EXPECT_EQ(daemon.orders.settings_read, 1);
}

TEST_F(Doctor, the_status_counts_what_is_held_and_shows_the_last_decisions) {
    daemon.live.add("ali", 3).now.over_since = noon;
    daemon.live.add("away", 0);
    daemon.live.violations.resize(1);
    DecisionId last;
    for (int i = 0; i < 6; ++i) {
        last = daemon.block("ali", noon + i * 1min);
    }
    const Status now = daemon.ask([&] { return status(daemon.live, daemon.records()); }).value();
    EXPECT_EQ(now.accounts.known, 2);
    EXPECT_EQ(now.accounts.online, 1);
    EXPECT_EQ(now.accounts.over, 1);
    EXPECT_EQ(now.accounts.blocked, 1);
    EXPECT_EQ(now.measures.active, 6);
    ASSERT_EQ(now.decisions.size(), 5U);
    EXPECT_EQ(now.decisions[0].id, fairgate::to_text(last));
    EXPECT_EQ(now.advice, "fairgate preview enforce --over 24h");
}

TEST_F(Doctor, the_preview_counts_blocks_that_were_only_recorded) {
    const auto record = [&](const std::string& name, Action action, Duration ago) {
        Decision decision;
        decision.account = {"main", name};
        decision.action = action;
        decision.state = DecisionState::shadow;
        decision.decided = noon - ago;
        decision.until = decision.decided + 10min;
        decision.evidence.devices = 3;
        decision.evidence.limit.chosen.devices = 2;
        daemon.store->decisions().add(decision).value();
    };
    record("ali", Action::block, 30h);
    record("ali", Action::warn, 3h);
    record("ali", Action::block, 2h);
    record("ali", Action::block, 1h);
    record("sara", Action::warn, 1h);
    const auto list =
        daemon.ask([&] { return preview_enforce(daemon.live, daemon.records(), 24h); }).value();
    ASSERT_EQ(list.rows.size(), 1U);
    EXPECT_EQ(list.rows[0].times, 2);
    EXPECT_EQ(list.rows[0].action, "block for 10 m");
    EXPECT_EQ(list.rows[0].first, noon - 2h);
    EXPECT_EQ(
        list.summary, "If it had enforced for the last 1 d: 1 account blocked, 1 only warned."
    );
}

TEST_F(Doctor, the_preview_knows_what_only_refuses_late_comers) {
    Decision decision;
    decision.action = Action::refuse;
    decision.decided = noon - 1h;
    decision.account = {"main", "ali"};
    decision.state = DecisionState::shadow;
    decision.mode = Mode::shadow;
    daemon.store->decisions().add(decision).value();
    decision.account = {"main", "sara"};
    decision.state = DecisionState::warned;
    decision.mode = Mode::enforce;  // it could not be done although it was meant to be
    daemon.store->decisions().add(decision).value();
    const auto list =
        daemon.ask([&] { return preview_enforce(daemon.live, daemon.records(), 24h); }).value();
    ASSERT_EQ(list.rows.size(), 1U);
    EXPECT_EQ(list.rows[0].account, "ali");
    EXPECT_EQ(list.rows[0].action, "refuse who came late");
}

TEST_F(Doctor, a_reload_says_what_is_different) {
    const auto done = daemon.ask([&] {
        return reload(daemon.desk(), FakeDaemon::somebody(), control::Run::for_real);
    });
    EXPECT_EQ(done->message, "configuration 2 is in force; changed: limits.general");
    daemon.orders.refuses = Error{.code = "FG-CFG-004", .what = "unknown key"};
    const auto refused = daemon.ask([&] {
        return reload(daemon.desk(), FakeDaemon::somebody(), control::Run::for_real);
    });
    EXPECT_EQ(refused.error().code, "FG-CFG-004");
}

TEST_F(Doctor, the_breaker_is_closed_once) {
    const auto close = [&] {
        return daemon.ask([&] {
            return close_breaker(daemon.desk(), FakeDaemon::somebody(), control::Run::for_real);
        });
    };
    EXPECT_FALSE(close()->changed);
    daemon.live.breaker_now.opened = noon;
    EXPECT_TRUE(close()->changed);
    EXPECT_EQ(daemon.orders.breaker_closed, 1);
}

}  // namespace
}  // namespace fairgate::control
