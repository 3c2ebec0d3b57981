#include "backends/pasarguard/confirm.hpp"
#include "backends/pasarguard/directory_sync.hpp"
#include "panel/rig.hpp"

#include <gtest/gtest.h>

namespace fairgate::panel_test {
namespace {

using sim::FaultKind;
using sim::Release;

SyncSettings small_pages() {
    SyncSettings settings;
    settings.page = 10;
    settings.overlap = 3;
    return settings;
}

/// A rig with so many users more, and what reads them.
struct Reader {
    explicit Reader(int users, SyncSettings settings = small_pages())
        : sync(rig.client, rig.directory, settings) {
        for (int i = 0; i < users; ++i) {
            rig.state().add_user(sim_user("user-" + std::to_string(i)), start);
        }
    }
    Result<SyncReport> full() {
        return rig.ask([&] { return sync.full(); });
    }
    bool is_complete() {
        for (const auto& [id, user] : rig.state().users()) {
            if (rig.directory.name_of(id) != user.username) {
                return false;
            }
        }
        return rig.directory.size() == rig.state().users().size();
    }

    Rig rig;
    DirectorySync sync;
};

TEST(Sync, reads_everybody_in_pages) {
    Reader reader(95);
    const auto report = reader.full();
    ASSERT_TRUE(report) << to_line(report.error());
    EXPECT_EQ(report->added.size(), 98U);
    EXPECT_TRUE(reader.is_complete());
    const auto again = reader.full();
    EXPECT_TRUE(again->added.empty() && again->changed.empty() && again->removed.empty());
}

TEST(Sync, misses_nobody_when_users_come_and_go_between_the_pages) {
    Reader reader(200);
    int calls = 0;
    reader.rig.panel.before_call = [&](const http::Request& request) {
        if (!request.target.starts_with("/api/users") || ++calls > 15) {
            return;
        }
        // One from the beginning goes, so that all later ones move forward; another comes.
        for (int i = 0; i < 4; ++i) {
            reader.rig.state().delete_user(4 + calls * 4 + i, start);
        }
        reader.rig.state().add_user(sim_user("a-new-" + std::to_string(calls)), start);
    };
    const std::size_t stayed = 200U;
    ASSERT_TRUE(reader.full());
    reader.rig.panel.before_call = nullptr;
    for (const auto& [id, user] : reader.rig.state().users()) {
        if (user.username.starts_with("user-")) {
            EXPECT_EQ(reader.rig.directory.name_of(id), user.username);
        }
    }
    EXPECT_LT(reader.rig.state().users().size(), stayed);
    ASSERT_TRUE(reader.full());
    EXPECT_TRUE(reader.is_complete());
}

TEST(Sync, notices_the_deleted_and_those_made_again) {
    Reader reader(50);
    ASSERT_TRUE(reader.full());
    reader.rig.state().delete_user(1, start);
    const std::int64_t again = reader.rig.state().add_user(sim_user("ali.phone"), start).id;
    const auto report = reader.full();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->removed, std::vector<std::int64_t>{1});
    EXPECT_EQ(reader.rig.directory.id_of("ali.phone"), again);
    EXPECT_FALSE(reader.rig.directory.account_of_email("1"));
}

TEST(Sync, does_not_believe_a_list_that_lacks_very_many) {
    Reader reader(100);
    ASSERT_TRUE(reader.full());
    for (std::int64_t id = 10; id < 70; ++id) {
        reader.rig.state().delete_user(id, start);
    }
    EXPECT_EQ(reader.full().error().code, "FG-PG-021");
    EXPECT_EQ(reader.rig.directory.size(), 103U);
    ASSERT_TRUE(reader.rig.ask([&] { return reader.sync.full(Deletions::believed); }));
    EXPECT_TRUE(reader.is_complete());
}

TEST(Sync, forgets_nobody_when_a_page_fails) {
    Reader reader(50);
    ASSERT_TRUE(reader.full());
    for (const FaultKind kind : {FaultKind::garbage, FaultKind::html, FaultKind::status}) {
        sim::CallFault fault;
        fault.kind = kind;
        fault.path_start = "/api/users?sort=username&offset=7";
        fault.times = -1;
        reader.rig.panel.add_fault(fault);
        EXPECT_FALSE(reader.full());
        EXPECT_TRUE(reader.is_complete());
        reader.rig.panel.clear_faults();
    }
}

TEST(Sync, forgets_nobody_when_rights_are_taken_away) {
    Reader reader(5);
    ASSERT_TRUE(reader.full());
    reader.rig.state().find_admin("root")->role = sim::operator_role();
    EXPECT_EQ(reader.full().error().code, "FG-PG-021");
    EXPECT_EQ(reader.rig.directory.size(), 8U);
}

TEST(Sync, recent_changes_are_cheap) {
    Reader reader(300);
    ASSERT_TRUE(reader.full());
    auto& users = reader.rig.state().users();
    reader.rig.state().set_disabled(users.at(7), start);
    users.at(8).online_at = start;
    users.at(8).group_ids = {3};
    reader.rig.panel.forget_calls();
    const auto report = reader.rig.ask([&] { return reader.sync.recent(); });
    ASSERT_TRUE(report);
    EXPECT_EQ(report->changed, (std::vector<std::int64_t>{7, 8}));
    EXPECT_FALSE(reader.rig.directory.facts(7)->enabled);
    EXPECT_LE(reader.rig.panel.count("GET", "/api/users"), 3U);

    reader.rig.state().set_enabled(users.at(7), start);
    users.at(8).online_at = start - std::chrono::hours(1);
    ASSERT_TRUE(reader.rig.ask([&] { return reader.sync.recent(); }));
    EXPECT_TRUE(reader.rig.directory.facts(7)->enabled);
}

TEST(Sync, looks_up_whom_a_log_line_named_first) {
    Reader reader(5);
    const auto report = reader.rig.ask([&] { return reader.sync.look_up({2, 2, 77}); });
    ASSERT_TRUE(report);
    EXPECT_EQ(report->added, std::vector<std::int64_t>{2});
    EXPECT_EQ(reader.rig.directory.account_of_email("2"), (AccountKey{"main", "bea"}));
}

TEST(Sync, keeps_ids_and_names_apart_from_secrets) {
    Reader reader(20);
    ASSERT_TRUE(reader.full());
    reader.rig.directory.for_each([](const AccountFacts& facts) {
        EXPECT_EQ(facts.key.name.find("secret"), std::string::npos);
        EXPECT_EQ(facts.groups, std::vector<std::string>{"main"});
    });
}

std::vector<std::string> texts(const std::optional<OnlineNow>& online) {
    std::vector<std::string> result;
    for (const Address& address : online.value_or(OnlineNow{}).addresses) {
        result.push_back(address.text());
    }
    return result;
}

class ConfirmOnEveryRelease : public testing::TestWithParam<Release> {};
INSTANTIATE_TEST_SUITE_P(
    Releases,
    ConfirmOnEveryRelease,
    testing::Values(Release::v4_0, Release::v5_0, Release::v5_1, Release::v5_2)
);

TEST_P(ConfirmOnEveryRelease, tells_where_a_user_is_connected_from) {
    Rig rig(GetParam());
    rig.state().add_node("fi-1", start);
    rig.state().nodes().at(1).connect(1, "198.51.100.7", 40'000, start);
    rig.state().nodes().at(2).connect(1, "2001:db8::7", 40'000, start);
    rig.state().nodes().at(2).connect(1, "198.51.100.7", 40'001, start);
    OnlineCheck check(rig.client);
    const auto online = rig.ask([&] { return check.of(1, "ali.phone"); });
    ASSERT_TRUE(online) << to_line(online.error());
    EXPECT_EQ(texts(*online), (std::vector<std::string>{"198.51.100.7", "2001:db8::7"}));
    EXPECT_EQ((**online).exactness, Exactness::exact);
    const auto offline = rig.ask([&] { return check.of(2, "bea"); });
    ASSERT_TRUE(offline && *offline);
    EXPECT_TRUE((**offline).addresses.empty());
    EXPECT_FALSE(rig.ask([&] { return check.of(99, "nobody"); }));
}

TEST(Confirm, cannot_tell_where_the_cores_keep_nothing) {
    Rig rig;
    rig.panel.core().stats_user_online = false;
    rig.state().nodes().at(1).connect(1, "198.51.100.7", 40'000, start);
    OnlineCheck check(rig.client);
    EXPECT_FALSE(*rig.ask([&] { return check.of(1, "ali.phone"); }));
}

TEST(Confirm, cannot_tell_without_the_right_or_in_time) {
    for (const int status : {403, 408}) {
        Rig rig;
        sim::CallFault fault;
        fault.path_start = "/api/node/online_stats";
        fault.status = status;
        fault.times = -1;
        rig.panel.add_fault(fault);
        OnlineCheck check(rig.client);
        const auto online = rig.ask([&] { return check.of(1, "ali.phone"); });
        ASSERT_TRUE(online) << to_line(online.error());
        EXPECT_FALSE(*online);
    }
}

TEST(Confirm, nothing_is_no_proof_where_the_configuration_is_hidden) {
    Rig rig;
    sim::CallFault fault;
    fault.path_start = "/api/cores";
    fault.status = 403;
    fault.times = -1;
    rig.panel.add_fault(fault);
    OnlineCheck check(rig.client);
    EXPECT_FALSE(*rig.ask([&] { return check.of(1, "ali.phone"); }));
    rig.state().nodes().at(1).connect(1, "198.51.100.7", 40'000, start);
    EXPECT_EQ(texts(*rig.ask([&] { return check.of(1, "ali.phone"); })).size(), 1U);
}

TEST(Confirm, exactness_is_by_version) {
    EXPECT_EQ(exactness_of("26.3.23"), Exactness::exact);
    EXPECT_EQ(exactness_of("26.4.1"), Exactness::exact);
    EXPECT_EQ(exactness_of("26.3.22"), Exactness::recent);
    EXPECT_EQ(exactness_of("1.8.24"), Exactness::recent);
    EXPECT_EQ(exactness_of(""), Exactness::recent);
}

}  // namespace
}  // namespace fairgate::panel_test
