#include "panel/conformance.hpp"

#include <gtest/gtest.h>

#include <algorithm>

// Accounts, logins, logs and probes: what every panel's client must do. What only one product has
// is in its own tests.
namespace fairgate::conformance {
namespace {

using namespace std::chrono_literals;
using backends::panel::ProbeOutcome;
using fairgate::sim::panel::FaultKind;

class EveryClient : public EveryPanel {};
INSTANTIATE_TEST_SUITE_P(Products, EveryClient, every_product(), name_of);

TEST_P(EveryClient, everybody_is_read_in_pages_and_found_by_e_mail) {
    const auto world = make();
    for (int i = 0; i < 95; ++i) {
        world->add("user-" + std::to_string(i));
    }
    ASSERT_TRUE(world->sync());
    EXPECT_EQ(world->known(), 98U);
    EXPECT_EQ(world->account_of(world->email_of("ali.phone")), "ali.phone");
    EXPECT_EQ(world->account_of(world->email_of("user-94")), "user-94");
    EXPECT_FALSE(world->account_of("someone@example.com"));
    EXPECT_FALSE(world->account_of(""));
}

TEST_P(EveryClient, misses_nobody_who_stays_while_others_come_and_go) {
    const auto world = make();
    for (int i = 0; i < 100; ++i) {
        world->add("user-" + std::to_string(1'000 + i));
    }
    int calls = 0;
    world->panel().before_call = [&](const http::Request& request) {
        if (!request.target.starts_with("/api/users") || ++calls > 10) {
            return;
        }
        world->remove("user-" + std::to_string(999 + calls));
        world->add("a_new-" + std::to_string(calls));
    };
    ASSERT_TRUE(world->sync());
    world->panel().before_call = nullptr;
    for (int i = 10; i < 100; ++i) {
        const std::string name = "user-" + std::to_string(1'000 + i);
        EXPECT_EQ(world->account_of(world->email_of(name)), name);
    }
    ASSERT_TRUE(world->sync());
    EXPECT_EQ(world->known(), world->population());
}

TEST_P(EveryClient, a_list_that_lacks_very_many_is_not_believed) {
    const auto world = make();
    for (int i = 0; i < 100; ++i) {
        world->add("user-" + std::to_string(i));
    }
    ASSERT_TRUE(world->sync());
    for (int i = 0; i < 60; ++i) {
        world->remove("user-" + std::to_string(i));
    }
    EXPECT_EQ(world->sync().error().code, world->code("021"));
    EXPECT_EQ(world->known(), 103U);
}

TEST_P(EveryClient, forgets_nobody_when_a_page_fails) {
    const auto world = make();
    for (int i = 0; i < 40; ++i) {
        world->add("user-" + std::to_string(i));
    }
    ASSERT_TRUE(world->sync());
    for (const FaultKind kind : {FaultKind::garbage, FaultKind::html, FaultKind::status}) {
        fairgate::sim::panel::CallFault fault;
        fault.kind = kind;
        fault.path_start = "/api/users?sort=username&offset=7";
        fault.times = -1;
        world->panel().add_fault(fault);
        EXPECT_FALSE(world->sync());
        EXPECT_EQ(world->known(), 43U);
        world->panel().clear_faults();
    }
}

TEST_P(EveryClient, one_login_serves_all_and_a_token_that_ended_is_renewed_once) {
    const auto world = make();
    EXPECT_FALSE(world->read_user("ali.phone"));
    EXPECT_FALSE(world->read_user("bea"));
    EXPECT_EQ(world->panel().count("POST", "/api/admin/token"), 1U);
    world->end_tokens();
    EXPECT_FALSE(world->read_user("ali.phone"));
    EXPECT_EQ(world->panel().count("POST", "/api/admin/token"), 2U);
}

TEST_P(EveryClient, a_refused_password_is_not_tried_again_at_once) {
    WorldSettings settings;
    settings.password = "wrong-password";
    const auto world = make(settings);
    EXPECT_EQ(world->read_user("ali.phone")->code, world->code("001"));
    const auto again = world->read_user("ali.phone");
    EXPECT_EQ(again->code, world->code("001"));
    EXPECT_TRUE(again->retry_in);
    EXPECT_EQ(to_line(*again).find("wrong-password"), std::string::npos);
    EXPECT_EQ(world->panel().count("POST", "/api/admin/token"), 1U);
}

TEST_P(EveryClient, a_panel_that_is_down_is_an_error_and_then_is_not) {
    const auto world = make();
    EXPECT_FALSE(world->read_user("ali.phone"));
    world->stop();
    EXPECT_EQ(world->read_user("ali.phone")->code, "FG-NET-003");
    world->start_again();
    EXPECT_FALSE(world->read_user("ali.phone"));
}

/// Asks a stream until so many lines have come; at most for some seconds.
struct LogReading {
    explicit LogReading(World& of) : world(of) {}

    std::vector<std::string> lines(std::size_t count) {
        std::vector<std::string> result;
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (result.size() < count && std::chrono::steady_clock::now() < until) {
            take(result);
        }
        return result;
    }
    void take(std::vector<std::string>& into) {
        auto batch = world.ask([&] { return world.stream().next(); });
        if (!batch) {
            errors.push_back(batch.error().code);
            return;
        }
        EXPECT_EQ(batch->node, "de-1");
        EXPECT_EQ(batch->source, "sources.main");
        if (batch->gap) {
            gaps.push_back(*batch->gap);
        }
        std::string_view rest = batch->bytes;
        while (!rest.empty()) {
            const std::size_t end = rest.find('\n');
            if (rest.starts_with("line ")) {
                into.emplace_back(rest.substr(0, end));
            }
            rest.remove_prefix(end + 1);
        }
    }
    void until_opened(std::uint64_t times) {
        std::vector<std::string> ignored;
        for (int i = 0; i < 500 && world.times_opened() < times; ++i) {
            take(ignored);
        }
        ASSERT_GE(world.times_opened(), times);
        take(ignored);
    }
    void until_error() {
        std::vector<std::string> ignored;
        for (int i = 0; i < 500 && errors.empty(); ++i) {
            take(ignored);
        }
        ASSERT_FALSE(errors.empty());
    }

    World& world;
    std::vector<std::string> errors;
    std::vector<sources::Gap> gaps;
};

TEST_P(EveryClient, a_log_gives_every_line_in_order) {
    const auto world = make();
    EXPECT_EQ(world->refresh_streams().value(), std::vector<std::string>{"de-1"});
    LogReading reading(*world);
    reading.until_opened(1);
    for (int i = 0; i < 60; ++i) {
        world->write("line " + std::to_string(i) + " \xff سلام");
    }
    const auto lines = reading.lines(60);
    ASSERT_EQ(lines.size(), 60U);
    EXPECT_EQ(lines.front(), "line 0 \xff سلام");
    EXPECT_EQ(lines.back(), "line 59 \xff سلام");
    EXPECT_TRUE(reading.errors.empty());
}

TEST_P(EveryClient, an_empty_batch_comes_when_there_are_no_lines) {
    const auto world = make();
    ASSERT_TRUE(world->refresh_streams());
    LogReading reading(*world);
    reading.until_opened(1);
    const auto batch = world->ask([&] { return world->stream().next(); });
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->node, "de-1");
}

TEST_P(EveryClient, a_stream_whose_core_was_replaced_is_opened_again) {
    WorldSettings settings;
    settings.silence = 300ms;
    const auto world = make(settings);
    ASSERT_TRUE(world->refresh_streams());
    LogReading reading(*world);
    reading.until_opened(1);
    world->replace_core();
    reading.until_opened(2);
    world->write("line 1");
    EXPECT_EQ(reading.lines(1).size(), 1U);
}

TEST_P(EveryClient, a_panel_restart_is_a_gap_and_then_goes_on) {
    const auto world = make();
    ASSERT_TRUE(world->refresh_streams());
    LogReading reading(*world);
    reading.until_opened(1);
    world->write("line 0");
    ASSERT_EQ(reading.lines(1).size(), 1U);
    world->clock.advance(5s);
    world->stop();
    world->clock.advance(20s);
    reading.until_error();
    world->start_again();
    reading.until_opened(2);
    world->write("line 1");
    EXPECT_EQ(reading.lines(1).size(), 1U);
    ASSERT_FALSE(reading.gaps.empty());
    EXPECT_EQ(reading.gaps.front().reason, sources::GapReason::outage);
}

TEST_P(EveryClient, a_log_outlives_its_token) {
    const auto world = make();
    ASSERT_TRUE(world->refresh_streams());
    LogReading reading(*world);
    reading.until_opened(1);
    world->end_tokens();
    world->write("line 0");
    EXPECT_EQ(reading.lines(1).size(), 1U);
    EXPECT_EQ(world->times_opened(), 1U);
}

TEST_P(EveryClient, a_probe_of_a_sound_panel_finds_nothing_bad_and_changes_nothing) {
    const auto world = make();
    for (const auto& step : world->probe()) {
        EXPECT_NE(step.outcome, ProbeOutcome::bad) << step.name << ": " << step.text;
    }
    EXPECT_EQ(world->orders(), 0U);
}

TEST_P(EveryClient, a_probe_stops_at_a_wrong_password) {
    WorldSettings settings;
    settings.password = "wrong-password";
    const auto world = make(settings);
    const auto steps = world->probe();
    const auto login = std::find_if(steps.begin(), steps.end(), [](const auto& step) {
        return step.name == "login";
    });
    ASSERT_NE(login, steps.end());
    EXPECT_EQ(login->code, world->code("001"));
    EXPECT_EQ(steps.back().outcome, ProbeOutcome::skipped);
}

}  // namespace
}  // namespace fairgate::conformance
