#include "backends/pasarguard/errors.hpp"
#include "panel/rig.hpp"

#include <gtest/gtest.h>

namespace fairgate::panel_test {
namespace {

using sim::CallFault;
using sim::FaultKind;
using sim::Release;

CallFault fault(FaultKind kind, std::string path_start, int times = 1) {
    CallFault result;
    result.kind = kind;
    result.path_start = std::move(path_start);
    result.times = times;
    return result;
}

Result<std::optional<PanelUser>> ask_ali(Rig& rig) {
    return rig.ask([&] { return rig.client->user(1); });
}

class ClientOnEveryRelease : public testing::TestWithParam<Release> {};
INSTANTIATE_TEST_SUITE_P(
    Releases,
    ClientOnEveryRelease,
    testing::Values(Release::v4_0, Release::v5_0, Release::v5_1, Release::v5_2)
);

TEST_P(ClientOnEveryRelease, logs_in_once_and_reads_a_user) {
    Rig rig(GetParam());
    rig.ali().next_plan = some_plan();
    const auto user = ask_ali(rig);
    ASSERT_TRUE(user && *user) << to_line(user.error());
    EXPECT_EQ((**user).username, "ali.phone");
    EXPECT_FALSE((**user).next_plan.is_null());
    EXPECT_TRUE(ask_ali(rig));
    EXPECT_EQ(rig.panel.count("POST", "/api/admin/token"), 1U);
    EXPECT_EQ(rig.panel.count("GET", "/api/system"), 1U);
}

TEST_P(ClientOnEveryRelease, finds_a_user_by_its_exact_name_only) {
    Rig rig(GetParam());
    EXPECT_TRUE(*rig.ask([&] { return rig.client->user_by_name("ali.phone"); }));
    EXPECT_FALSE(*rig.ask([&] { return rig.client->user_by_name("Ali.phone"); }));
    EXPECT_FALSE(*rig.ask([&] { return rig.client->user(99); }));
}

TEST(Login, by_key_needs_no_token) {
    RigSettings settings;
    settings.by_key = true;
    Rig rig(settings);
    EXPECT_TRUE(ask_ali(rig));
    EXPECT_EQ(rig.panel.count("POST", "/api/admin/token"), 0U);
    rig.panel.auth().revoke_api_keys();
    EXPECT_EQ(ask_ali(rig).error().code, "FG-PG-005");
}

TEST(Login, happens_again_when_the_token_has_expired) {
    Rig rig;
    rig.panel.auth().token_lifetime = std::chrono::minutes(1);
    ASSERT_TRUE(ask_ali(rig));
    rig.clock.advance(std::chrono::minutes(10));
    EXPECT_TRUE(ask_ali(rig));
    EXPECT_EQ(rig.panel.count("POST", "/api/admin/token"), 2U);
}

TEST(Login, is_shared_by_all_calls_under_way) {
    Rig rig;
    ASSERT_TRUE(ask_ali(rig));
    rig.panel.auth().end_all_tokens();
    rig.panel.forget_calls();
    int answered = 0;
    std::vector<Task> tasks;
    tasks.reserve(20);
    for (int i = 0; i < 20; ++i) {
        tasks.push_back(spawn(
            rig.io.get_executor(),
            "asks",
            // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): spawn keeps it
            [&]() -> boost::asio::awaitable<void> {
                const auto user = co_await rig.client->user(1);
                answered += user ? 1 : 0;
            },
            {}
        ));
    }
    rig.io.restart();
    while (answered < 20 && rig.io.run_one() > 0) {
    }
    EXPECT_EQ(answered, 20);
    EXPECT_EQ(rig.panel.count("POST", "/api/admin/token"), 1U);
}

TEST(Login, a_cancelled_one_does_not_leave_the_others_waiting) {
    Rig rig;
    rig.panel.add_fault(fault(FaultKind::hang, "/api/admin/token"));
    bool answered = false;
    Task first = spawn(
        rig.io.get_executor(),
        "first",
        // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): spawn keeps it
        [&]() -> boost::asio::awaitable<void> { co_await rig.client->user(1); },
        {}
    );
    const Task second = spawn(
        rig.io.get_executor(),
        "second",
        // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): spawn keeps it
        [&]() -> boost::asio::awaitable<void> {
            const auto user = co_await rig.client->user(1);
            answered = user.has_value();
        },
        {}
    );
    rig.io.restart();
    while (rig.panel.calls().empty() && rig.io.run_one() > 0) {
    }
    first.cancel();
    while (!second.finished() && rig.io.run_one() > 0) {
    }
    EXPECT_TRUE(answered);
}

TEST(Login, refused_is_not_tried_again_and_again) {
    RigSettings settings;
    settings.password = "wrong-password";
    Rig rig(settings);
    for (int i = 0; i < 5; ++i) {
        const auto user = ask_ali(rig);
        ASSERT_FALSE(user);
        EXPECT_EQ(user.error().code, "FG-PG-001");
        EXPECT_EQ(to_line(user.error()).find("wrong-password"), std::string::npos);
    }
    EXPECT_EQ(rig.panel.count("POST", "/api/admin/token"), 1U);
    EXPECT_TRUE(ask_ali(rig).error().retry_in);
}

TEST(Login, says_which_account_cannot_be_used) {
    Rig disabled;
    disabled.state().find_admin("root")->is_disabled = true;
    EXPECT_EQ(ask_ali(disabled).error().code, "FG-PG-003");
    Rig environment;
    environment.state().find_admin("root")->from_environment = true;
    EXPECT_EQ(ask_ali(environment).error().code, "FG-PG-002");
    RigSettings nobody;
    nobody.username.clear();
    Rig empty(nobody);
    EXPECT_EQ(ask_ali(empty).error().code, "FG-PG-006");
}

TEST(Login, a_fresh_token_that_is_refused_ends_the_attempts) {
    Rig rig;
    rig.panel.add_fault(
        {.kind = FaultKind::status, .path_start = "/api/system", .times = -1, .status = 401}
    );
    EXPECT_EQ(ask_ali(rig).error().code, "FG-PG-004");
    EXPECT_EQ(ask_ali(rig).error().code, "FG-PG-004");
    EXPECT_EQ(rig.panel.count("POST", "/api/admin/token"), 2U);
}

TEST(Rights, forbidden_is_not_asked_for_again) {
    RigSettings settings;
    settings.username = "seller";
    settings.password = "seller-pass";
    Rig rig(settings);
    const auto nodes = rig.ask([&] { return rig.client->nodes(); });
    ASSERT_FALSE(nodes);
    EXPECT_EQ(nodes.error().code, "FG-PG-403");
    EXPECT_EQ(nodes.error().cause, "Permission denied: nodes.read");
    EXPECT_EQ(rig.panel.count("GET", "/api/nodes"), 1U);
    EXPECT_EQ(rig.panel.count("POST", "/api/admin/token"), 1U);
}

TEST(Rights, a_hidden_version_is_told_by_our_own_account) {
    for (const Release release : {Release::v4_0, Release::v5_2}) {
        Rig rig(release);
        rig.panel.add_fault(
            {.kind = FaultKind::status, .path_start = "/api/system", .times = -1, .status = 403}
        );
        const auto dialect = rig.ask([&] { return rig.client->dialect(); });
        ASSERT_TRUE(dialect);
        EXPECT_EQ(dialect->has_disable_switch(), release == Release::v5_2);
    }
}

class PassingFault : public testing::TestWithParam<FaultKind> {};
INSTANTIATE_TEST_SUITE_P(
    Kinds,
    PassingFault,
    testing::Values(FaultKind::status, FaultKind::drop, FaultKind::drop_after, FaultKind::hang)
);

TEST_P(PassingFault, a_question_is_repeated) {
    Rig rig;
    ASSERT_TRUE(ask_ali(rig));
    rig.panel.add_fault(fault(GetParam(), "/api/user/"));
    EXPECT_TRUE(ask_ali(rig));
    EXPECT_EQ(rig.panel.count("GET", "/api/user/by-id/1"), 3U);
}

TEST_P(PassingFault, is_given_up_after_three_attempts) {
    Rig rig;
    ASSERT_TRUE(ask_ali(rig));
    rig.panel.add_fault(fault(GetParam(), "/api/user/", -1));
    const auto user = ask_ali(rig);
    ASSERT_FALSE(user);
    EXPECT_TRUE(is_passing(user.error())) << to_line(user.error());
    EXPECT_EQ(rig.panel.count("GET", "/api/user/by-id/1"), 4U);
}

TEST_P(PassingFault, a_put_of_fields_is_not_repeated) {
    Rig rig;
    const auto user = ask_ali(rig);
    rig.panel.add_fault(fault(GetParam(), "/api/user/by-id/1"));
    UserChange change;
    change.status = "disabled";
    EXPECT_FALSE(rig.ask([&] { return rig.client->change(**user, change); }));
    EXPECT_EQ(rig.panel.count("PUT", "/api/user/by-id/1"), 1U);
}

TEST(Faults, html_and_half_an_answer_are_recognised) {
    Rig rig;
    ASSERT_TRUE(ask_ali(rig));
    rig.panel.add_fault({.kind = FaultKind::html, .path_start = "/api/user/", .status = 200});
    EXPECT_EQ(ask_ali(rig).error().code, "FG-PG-010");
    rig.panel.add_fault(fault(FaultKind::garbage, "/api/user/"));
    EXPECT_EQ(ask_ali(rig).error().code, "FG-PG-010");
    rig.panel.add_fault({.kind = FaultKind::html, .path_start = "/api/user/", .status = 404});
    const auto user = ask_ali(rig);
    ASSERT_FALSE(user) << "a proxy's 404 must not mean that the user is gone";
    EXPECT_EQ(user.error().code, "FG-PG-404");
}

TEST(Faults, a_panel_that_is_down_is_an_error_and_then_is_not) {
    Rig rig;
    ASSERT_TRUE(ask_ali(rig));
    rig.panel.stop();
    EXPECT_EQ(ask_ali(rig).error().code, "FG-NET-003");
    rig.panel.start();
    EXPECT_TRUE(ask_ali(rig));
}

TEST(Upgrade, under_us_is_noticed) {
    const RigSettings settings = of_release(Release::v4_0);
    Rig rig(settings);
    EXPECT_FALSE(rig.ask([&] { return rig.client->dialect(); })->has_disable_switch());
    rig.state().upgrade(Release::v5_2, start);
    rig.client->forget_dialect();
    EXPECT_TRUE(rig.ask([&] { return rig.client->dialect(); })->has_disable_switch());
}

TEST(Bulk, is_never_sent_without_users) {
    Rig rig;
    const std::vector<std::int64_t> none;
    const std::vector<std::int64_t> one{1};
    const auto code = [](const auto& result) { return result ? "" : result.error().code; };
    EXPECT_EQ(code(rig.ask([&] { return rig.client->add_to_groups(one, none); })), "FG-PG-020");
    EXPECT_EQ(
        code(rig.ask([&] { return rig.client->remove_from_groups(one, none); })), "FG-PG-020"
    );
    EXPECT_EQ(code(rig.ask([&] { return rig.client->add_to_groups(none, one); })), "FG-PG-020");
    EXPECT_EQ(
        code(rig.ask([&] { return rig.client->bulk_set_disabled(none, Disabled::yes); })),
        "FG-PG-020"
    );
    UserChange nothing;
    nothing.group_ids.emplace();
    PanelUser ali;
    ali.id = 1;
    EXPECT_EQ(code(rig.ask([&] { return rig.client->change(ali, nothing); })), "FG-PG-020");
    EXPECT_EQ(rig.panel.count("POST", "/api/groups"), 0U);
    EXPECT_EQ(rig.panel.count("POST", "/api/users/bulk"), 0U);
    EXPECT_EQ(rig.panel.count("PUT", ""), 0U);
}

TEST(Secrets, stand_in_no_error) {
    Rig rig;
    ASSERT_TRUE(ask_ali(rig));
    for (const FaultKind kind : {FaultKind::garbage, FaultKind::html, FaultKind::drop}) {
        rig.panel.add_fault(fault(kind, "/api/users", 3));
        UserQuery query;
        const auto users = rig.ask([&] { return rig.client->users(query); });
        ASSERT_FALSE(users);
        const std::string line = to_line(users.error());
        EXPECT_EQ(line.find("secret-of"), std::string::npos) << line;
        EXPECT_EQ(line.find("correct-horse"), std::string::npos) << line;
        EXPECT_EQ(line.find("eyJ"), std::string::npos) << line;
        rig.panel.clear_faults();
    }
}

}  // namespace
}  // namespace fairgate::panel_test
