#include "backends/pasarguard/log_streams.hpp"
#include "panel/rig.hpp"
#include "sources/line_reading.hpp"

#include <gtest/gtest.h>

// What other limiters for this panel get wrong, each as a test of ours.
namespace fairgate::panel_test {
namespace {

using namespace std::chrono_literals;
using sim::Release;
using sim::UserStatus;

struct Seen final : sources::ObservationSink {
    void observe(const Observation& observation) override {
        times.push_back(observation.time);
        accounts.emplace_back(observation.account);
        addresses.push_back(observation.address.text());
    }
    void gap(const sources::Gap&) override {}

    std::vector<TimePoint> times;
    std::vector<std::string> accounts;
    std::vector<std::string> addresses;
};

sources::LineReadingSettings reading_settings() {
    sources::LineReadingSettings settings;
    settings.names = logs::Names::pasarguard;
    return settings;
}

/// The panel's log up to what the daemon counts.
struct Counting {
    explicit Counting(Release release, Duration zone = 0s, std::chrono::milliseconds silence = 1h)
        : rig(release) {
        rig.state().nodes().at(1).clock_offset = zone;
        LogStreamSettings settings;
        settings.patience = 20ms;
        settings.pause = 1ms;
        settings.silence = silence;
        streams =
            std::make_unique<LogStreams>(rig.io.get_executor(), rig.client, rig.clock, settings, 7);
    }
    sim::Node& node() { return rig.state().nodes().at(1); }
    /// Reads until an empty batch comes.
    void take_all() {
        if (streams->all().empty()) {
            EXPECT_TRUE(rig.ask([&] { return streams->refresh(); }));
        }
        int empty = 0;
        while (empty < 3) {
            auto batch = rig.ask([&] { return streams->all().front()->next(); });
            ASSERT_TRUE(batch);
            empty = batch->bytes.empty() ? empty + 1 : 0;
            reading.take(*batch, seen);
        }
    }

    Rig rig;
    std::unique_ptr<LogStreams> streams;
    sources::LineReading reading{reading_settings(), start};
    Seen seen;
};

/// Some seconds of running lines, one a second.
void run_lines(Counting& counting, std::int64_t user, int seconds) {
    for (int i = 0; i < seconds; ++i) {
        counting.rig.clock.advance(1s);
        counting.node().connect(
            user, "198.51.100.7", static_cast<std::uint16_t>(40'000 + i), counting.rig.clock.now()
        );
        counting.take_all();
    }
}

TEST(PgLimiter, took_the_bare_id_of_5_0_for_a_name_and_cut_names_at_the_at_sign) {
    for (const Release release : {Release::v4_0, Release::v5_2}) {
        Counting counting(release);
        const std::int64_t id =
            counting.rig.state().add_user(sim_user("7.ali@mail.example"), start).id;
        PanelUser user;
        user.id = id;
        user.username = "7.ali@mail.example";
        counting.rig.directory.put(user);
        run_lines(counting, id, 12);
        ASSERT_FALSE(counting.seen.accounts.empty());
        EXPECT_EQ(counting.seen.accounts.back(), std::to_string(id));
        EXPECT_EQ(
            counting.rig.directory.account_of_email(counting.seen.accounts.back())->name,
            "7.ali@mail.example"
        );
    }
}

TEST(PgLimiter, deleted_next_plans_with_its_put) {
    for (const Release release : {Release::v4_0, Release::v5_0, Release::v5_1, Release::v5_2}) {
        for (const Action action : {Action::block, Action::move_group}) {
            Rig rig(release);
            rig.ali().next_plan = some_plan();
            Carried measure(rig, action);
            measure.carry_out();
            EXPECT_EQ(rig.ali().next_plan, some_plan());
            ASSERT_TRUE(measure.restore());
            EXPECT_EQ(rig.ali().next_plan, some_plan());
        }
    }
}

TEST(PgLimiter, never_sends_a_put_without_what_it_read) {
    Rig rig(Release::v4_0);
    rig.ali().next_plan = some_plan();
    Carried block(rig, Action::block);
    block.carry_out();
    ASSERT_TRUE(block.restore());
    for (const sim::RecordedCall& call : rig.panel.calls()) {
        if (call.method == "PUT") {
            EXPECT_NE(call.body.find("\"next_plan\":{"), std::string::npos) << call.body;
        }
    }
}

TEST(PgLimiter, hung_for_ever_on_a_silent_stream) {
    Counting counting(Release::v5_2, 0s, 500ms);
    run_lines(counting, 1, 12);
    const std::size_t before = counting.seen.times.size();
    counting.rig.state().restart_core(counting.node(), counting.rig.clock.now());
    for (int i = 0; i < 100 && counting.streams->all().front()->times_opened() < 2; ++i) {
        counting.take_all();
    }
    run_lines(counting, 1, 12);
    EXPECT_GT(counting.seen.times.size(), before);
}

TEST(PgLimiter, counted_a_backlog_as_if_it_were_now) {
    Counting counting(Release::v5_2, 3h + 30min);
    for (int i = 0; i < 2'000; ++i) {
        counting.node().connect(
            1, "192.0.2." + std::to_string(i % 200), 40'000, start - 3h + i * 1s
        );
    }
    counting.take_all();
    run_lines(counting, 1, 15);
    ASSERT_FALSE(counting.seen.times.empty());
    for (std::size_t i = 0; i < counting.seen.times.size(); ++i) {
        EXPECT_EQ(counting.seen.addresses[i], "198.51.100.7");
        EXPECT_LE(counting.seen.times[i], counting.rig.clock.now());
        EXPECT_GT(counting.seen.times[i], start - 1s);
    }
}

TEST(PgLimiter, enabled_whom_an_administrator_had_disabled) {
    Rig rig;
    rig.state().set_disabled(rig.ali(), start);
    Carried block(rig, Action::block);
    block.carry_out();
    ASSERT_TRUE(block.restore());
    EXPECT_EQ(rig.ali().status, UserStatus::disabled);
}

TEST(PgLimiter, lost_groups_when_the_method_was_switched) {
    Rig rig;
    rig.ali().group_ids = {1, 3};
    Carried move(rig, Action::move_group);
    move.carry_out();
    Carried block(rig, Action::block, "bea");
    block.carry_out();
    rig.enforcer = std::make_unique<PanelEnforcer>(
        rig.client, rig.directory, rig.clock, EnforcerSettings{}  // now it disables
    );
    EXPECT_EQ(move.verify()->kind, Verification::Kind::held);
    EXPECT_EQ(move.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(
        std::set<std::int64_t>(rig.ali().group_ids.begin(), rig.ali().group_ids.end()),
        (std::set<std::int64_t>{1, 3})
    );
    rig.enforcer = rig.make_enforcer(rig.client);  // and now it moves again
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.state().users().at(2).status, UserStatus::active);
}

TEST(PgLimiter, set_active_whatever_the_account_was_before) {
    Rig rig;
    rig.ali().status = UserStatus::on_hold;
    rig.ali().on_hold_expire_duration = 86'400;
    Carried block(rig, Action::block);
    block.carry_out();
    ASSERT_TRUE(block.restore());
    EXPECT_EQ(rig.ali().status, UserStatus::on_hold);
    Carried expired(rig, Action::block, "bea");
    expired.carry_out();
    rig.state().users().at(2).expire = start - 1h;
    ASSERT_TRUE(expired.restore());
    rig.state().run_jobs(start + 30s);
    EXPECT_EQ(rig.state().users().at(2).status, UserStatus::expired);
}

TEST(PgLimiter, forgot_whom_it_could_not_enable_and_let_them_stay_disabled) {
    Rig rig;
    Carried block(rig, Action::block);
    block.carry_out();
    rig.panel.add_fault({.kind = sim::FaultKind::status, .times = 50, .status = 500});
    EXPECT_FALSE(block.restore());
    rig.panel.clear_faults();
    EXPECT_EQ(block.restore()->kind, Restored::Kind::restored);
    EXPECT_EQ(rig.ali().status, UserStatus::active);
}

TEST(PgLimiter, reset_all_groups_to_what_it_remembered) {
    Rig rig;
    Carried move(rig, Action::move_group);
    move.carry_out();
    rig.ali().group_ids = {2, 3};  // an administrator adds one while the measure is open
    ASSERT_TRUE(move.restore());
    EXPECT_EQ(rig.ali().group_ids, (std::vector<std::int64_t>{3, 1}));
}

}  // namespace
}  // namespace fairgate::panel_test
