#include "backends/xray/hindrance.hpp"
#include "backends/xray/roster.hpp"
#include "core/rig.hpp"
#include "sim/core/server.hpp"

#include <gtest/gtest.h>

#include <algorithm>

// What no real core does on demand: releases between, faults, and panels that get in between.
namespace fairgate::core_test {
namespace {

namespace sim = fairgate::sim::core;
using sim::Fault;
using sim::Release;

class World {
public:
    explicit World(Release release, EnforcerSettings chosen = {})
        : state(release), client(connect()), settings(std::move(chosen)) {
        state.inbounds()["vless"].package = "xray.proxy.vless";
        state.inbounds()["trojan"].package = "xray.proxy.trojan";
        state.inbounds()["api"];
        state.add_user("vless", "Ali", "id-1");
        state.add_user("vless", "bea", "id-2");
        state.add_user("trojan", "Ali", "pw-1");
        state.save_configuration();
    }

    std::unique_ptr<grpc::Client> connect() {
        grpc::ClientSettings chosen;
        chosen.base = server.base();
        chosen.call_timeout = std::chrono::milliseconds(300);
        chosen.answer_limit = 1U << 20U;
        return grpc::make_client(io.get_executor(), chosen).value();
    }
    template <class Start>
    auto ask(Start question) {
        return run(io, std::move(question));
    }
    Result<Roster::News> sync() {
        return ask([&] { return roster.read_accounts(); });
    }

    Measure block(const std::string& account) {
        Measure measure;
        measure.account = {"main", account};
        auto reading = ask([&] { return enforcer.read(measure); });
        if (!reading) {
            failure = reading.error();
            return measure;
        }
        measure.before = reading->now;
        measure.after = reading->after;
        auto acted = ask([&] { return enforcer.act(measure); });
        if (!acted) {
            failure = acted.error();
            return measure;
        }
        outcome = acted->kind;
        measure.acted = clock.now();
        measure.after = acted->after;
        return measure;
    }
    Verification::Kind verify(const Measure& measure) {
        return ask([&] { return enforcer.verify(measure); }).value().kind;
    }
    Restored restore(const Measure& measure) {
        return ask([&] { return enforcer.restore(measure); }).value();
    }
    std::vector<std::string>& users(const std::string& tag) { return state.inbounds()[tag].users; }

    boost::asio::io_context io;
    ManualClock clock{TimePoint(std::chrono::seconds(1'785'960'000))};
    sim::CoreState state;
    sim::Server server{io.get_executor(), state};
    CoreClient client;
    EnforcerSettings settings;
    CoreWatch watch;
    Directory directory{"main"};
    CounterBook counters;
    Roster roster{client, watch, directory, counters, {{}, settings.inbounds}};
    CoreEnforcer enforcer{"main", client, watch, directory, clock, settings};
    Error failure;  ///< of block()
    std::optional<Acted::Kind> outcome;
};

std::string range_of(Release release) {
    World world(release);
    return release_range(world.ask([&] { return world.client.find_out(); }).value());
}

TEST(simulated, every_release_range_is_told_from_the_others) {
    EXPECT_EQ(range_of(Release::v24_9), "Xray before 24.11.5");
    EXPECT_EQ(range_of(Release::v24_11), "Xray 24.11.5 or newer, before 25.6.7");
    EXPECT_EQ(range_of(Release::v25_6), "Xray 25.6.7 or newer, before 26.4.13");
    EXPECT_EQ(range_of(Release::v26_4), "Xray 26.4.13 or newer");
}

TEST(simulated, what_is_put_back_is_what_was_there_byte_for_byte) {
    World world(Release::v26_4);
    auto before = world.users("vless");
    const Measure measure = world.block("ali");
    EXPECT_EQ(world.users("vless").size(), 1U);
    EXPECT_TRUE(world.users("trojan").empty());
    EXPECT_EQ(world.restore(measure).kind, Restored::Kind::restored);
    std::ranges::sort(before);
    std::ranges::sort(world.users("vless"));
    EXPECT_EQ(world.users("vless"), before);
    EXPECT_EQ(world.users("trojan").size(), 1U);
}

TEST(simulated, whom_a_panel_adds_again_is_removed_again) {
    World world(Release::v25_6);
    const Measure measure = world.block("Ali");
    EXPECT_EQ(world.verify(measure), Verification::Kind::held);
    world.state.add_user("trojan", "Ali", "pw-1");
    EXPECT_EQ(world.verify(measure), Verification::Kind::ineffective);
    const auto again = world.ask([&] { return world.enforcer.act(measure); });
    EXPECT_EQ(again.value().kind, Acted::Kind::done);
    EXPECT_TRUE(world.users("trojan").empty());
}

TEST(simulated, whom_a_panel_removes_in_the_same_moment_is_not_ours_to_put_back) {
    World world(Release::v25_6);
    Measure measure;
    measure.account = {"main", "Ali"};
    const auto reading = world.ask([&] { return world.enforcer.read(measure); });
    measure.before = reading.value().now;
    measure.after = reading.value().after;
    world.users("vless").erase(world.users("vless").begin());
    world.users("trojan").clear();
    EXPECT_EQ(
        world.ask([&] { return world.enforcer.act(measure); }).value().kind, Acted::Kind::gone
    );
    EXPECT_EQ(world.restore(measure).kind, Restored::Kind::gone);
    EXPECT_EQ(world.users("vless").size(), 1U);
}

TEST(simulated, an_order_of_a_program_that_was_killed_is_ours) {
    World world(Release::v25_6);
    const Measure measure = world.block("Ali");
    CoreEnforcer next("main", world.client, world.watch, world.directory, world.clock, {});
    EXPECT_EQ(world.ask([&] { return next.act(measure); }).value().kind, Acted::Kind::done);
    EXPECT_EQ(
        world.ask([&] { return next.restore(measure); }).value().kind, Restored::Kind::restored
    );
}

TEST(simulated, one_whom_a_panel_gives_another_id_is_read_anew) {
    World world(Release::v25_6);
    const Measure measure = world.block("Ali");
    world.state.add_user("vless", "Ali", "another-id");
    const auto again = world.ask([&] { return world.enforcer.act(measure); });
    EXPECT_EQ(again.value().kind, Acted::Kind::changed);
    const auto reading = world.ask([&] { return world.enforcer.read(measure); });
    EXPECT_NE(reading.value().now, measure.before);
    const Restored restored = world.restore(measure);
    EXPECT_EQ(restored.kind, Restored::Kind::conflict) << restored.text;
    EXPECT_EQ(world.users("vless").size(), 2U);
    EXPECT_EQ(world.users("trojan").size(), 1U);
}

TEST(simulated, an_account_of_another_kind_is_never_added) {
    for (const Release release : {Release::v24_11, Release::v25_6}) {
        EnforcerSettings settings;
        settings.inbounds = {"vless", "trojan", "api"};
        World world(release, settings);
        const Measure measure = world.block("Ali");
        ASSERT_EQ(world.outcome, Acted::Kind::done) << to_line(world.failure);
        // The same tag, another protocol.
        world.users("trojan").clear();
        world.state.inbounds()["trojan"].package = "xray.proxy.hysteria";
        world.state.add_user("trojan", "bea", "pw-2");
        EXPECT_EQ(world.restore(measure).kind, Restored::Kind::conflict);
        EXPECT_FALSE(world.state.panicked());
    }
}

TEST(simulated, whom_a_restarted_core_no_longer_has_stays_away) {
    World world(Release::v25_6);
    const Measure measure = world.block("Ali");
    world.state.save_configuration();
    world.state.restart();
    EXPECT_EQ(world.restore(measure).kind, Restored::Kind::gone);
    EXPECT_TRUE(world.users("trojan").empty());
}

TEST(simulated, two_who_share_an_id_are_left_alone) {
    World world(Release::v25_6);
    world.state.add_user("vless", "cem", "id-1");
    ASSERT_TRUE(world.sync());
    world.block("Ali");
    EXPECT_EQ(world.failure.code, "FG-XRY-006");
    EXPECT_EQ(world.users("vless").size(), 3U);
}

TEST(simulated, the_last_of_a_hysteria_inbound_is_left_alone) {
    World world(Release::v26_4);
    world.state.inbounds()["hy"].package = "xray.proxy.hysteria";
    world.state.add_user("hy", "dan", "pw");
    world.block("dan");
    EXPECT_EQ(world.failure.code, "FG-XRY-007");
    world.state.add_user("hy", "eve", "pw2");
    world.block("dan");
    EXPECT_EQ(world.outcome, Acted::Kind::done);
}

TEST(simulated, one_who_is_twice_in_shadowsocks_is_removed_twice_and_comes_back_twice) {
    World world(Release::v25_6);
    world.state.inbounds()["ss"].package = "xray.proxy.shadowsocks";
    world.state.add_user("ss", "fay", "one");
    world.state.add_user("ss", "fay", "two");
    const Measure measure = world.block("fay");
    EXPECT_TRUE(world.users("ss").empty());
    EXPECT_EQ(world.restore(measure).kind, Restored::Kind::restored);
    EXPECT_EQ(world.users("ss").size(), 2U);
}

TEST(simulated, an_old_core_that_cannot_give_back_is_not_touched) {
    World world(Release::v24_9);
    world.block("Ali");
    EXPECT_EQ(world.failure.code, "FG-XRY-005");
    EXPECT_EQ(world.users("vless").size(), 2U);
    EXPECT_EQ(
        std::ranges::count_if(
            world.state.calls(),
            [](const std::string& call) { return call.ends_with("AlterInbound"); }
        ),
        0
    );
}

TEST(simulated, what_hinders_a_block_is_known_before_one_is_tried) {
    World old(Release::v24_9);
    const auto abilities = old.ask([&] { return old.client.find_out(); }).value();
    EXPECT_EQ(hindrance("here", abilities, "", {})->code, "FG-XRY-005");
    EXPECT_FALSE(hindrance("here", abilities, "/etc/v2ray/config.json", {}));
    World newer(Release::v24_11);
    const auto of_newer = newer.ask([&] { return newer.client.find_out(); }).value();
    EXPECT_EQ(hindrance("here", of_newer, "", {})->code, "FG-XRY-013");
    EXPECT_FALSE(hindrance("here", of_newer, "", {"vless"}));
}

TEST(simulated, accounts_of_an_old_core_come_from_its_counters) {
    World world(Release::v24_9);
    world.state.counters()["user>>>gus>>>traffic>>>uplink"] = 5;
    ASSERT_TRUE(world.sync());
    EXPECT_EQ(world.directory.find("gus"), "gus");
}

TEST(simulated, another_core_on_the_port_is_not_touched) {
    World world(Release::v25_6);
    ASSERT_TRUE(world.sync());
    auto inbounds = std::move(world.state.inbounds());
    world.state.inbounds() = {};
    world.state.inbounds()["strange"].package = "xray.proxy.vless";
    world.state.add_user("strange", "Ali", "x");
    const auto synced = world.sync();
    ASSERT_FALSE(synced);
    EXPECT_EQ(synced.error().code, "FG-XRY-003");
    world.block("Ali");
    EXPECT_EQ(world.failure.code, "FG-XRY-003");
    EXPECT_EQ(world.users("strange").size(), 1U);
    world.state.inbounds() = std::move(inbounds);
    EXPECT_TRUE(world.sync());
}

TEST(simulated, a_restart_begins_counting_anew_and_asks_what_the_core_is) {
    World world(Release::v25_6);
    world.state.counters()["user>>>Ali>>>traffic>>>uplink"] = 100;
    ASSERT_TRUE(world.sync());
    world.state.restart();
    world.state.counters()["user>>>Ali>>>traffic>>>uplink"] = 150;
    ASSERT_EQ(world.ask([&] { return world.roster.look(); }).value(), Process::same);
    world.state.uptime() = 1'010;
    ASSERT_EQ(world.ask([&] { return world.roster.look(); }).value(), Process::same);
    world.state.uptime() = 3;
    ASSERT_EQ(world.ask([&] { return world.roster.look(); }).value(), Process::restarted);
    ASSERT_TRUE(world.ask([&] { return world.roster.read_counters(); }));
    EXPECT_EQ(world.counters.totals().at("Ali").up, 150U);
}

TEST(simulated, online_addresses_come_without_brackets) {
    World world(Release::v26_4);
    world.state.online() = {{"Ali", "[2001:db8::1]"}, {"Ali", "198.51.100.7"}};
    const auto online = world.ask([&] { return world.client.online(); });
    ASSERT_TRUE(online);
    ASSERT_EQ(online->size(), 2U);
    EXPECT_EQ(online->at(0).address, "2001:db8::1");
    EXPECT_EQ(online->at(1).address, "198.51.100.7");
}

TEST(simulated, an_older_core_tells_of_each_account_for_itself) {
    World world(Release::v25_6);
    world.state.online(
    ) = {{"Ali", "[2001:db8::1]"}, {"bob", "203.0.113.5"}, {"Ali", "198.51.100.7"}};
    const auto online = world.ask([&] { return world.client.online_one_by_one(); });
    ASSERT_TRUE(online);
    ASSERT_EQ(online->size(), 3U);
    EXPECT_EQ(online->at(0).email, "Ali");
    EXPECT_EQ(online->at(0).address, "2001:db8::1");
    EXPECT_EQ(online->at(2).email, "bob");
}

TEST(simulated, nothing_but_the_listed_calls_is_ever_sent) {
    World world(Release::v26_4);
    ASSERT_TRUE(world.sync());
    world.restore(world.block("Ali"));
    for (const std::string& call : world.state.calls()) {
        EXPECT_TRUE(std::ranges::any_of(methods(), [&call](Method method) {
            return path_of(Core::xray, method) == call || path_of(Core::v2ray, method) == call;
        })) << call;
    }
}

std::string code_under(Fault fault) {
    World world(Release::v25_6);
    if (!world.ask([&] { return world.client.find_out(); })) {
        return "the core does not answer at all";
    }
    if (fault == Fault::page) {
        World broken(Release::v25_6);
        broken.server.fault = fault;
        return broken.ask([&] { return broken.client.uptime(); }).error().code;
    }
    world.server.fault = fault;
    const auto answer = world.ask([&] { return world.client.counters(""); });
    return answer ? "" : answer.error().code;
}

TEST(faults, each_has_its_own_name) {
    EXPECT_EQ(code_under(Fault::none), "");
    EXPECT_EQ(code_under(Fault::silent), "FG-GRPC-003");
    EXPECT_EQ(code_under(Fault::garbage), "FG-GRPC-005");
    EXPECT_EQ(code_under(Fault::huge), "FG-GRPC-004");
    EXPECT_EQ(code_under(Fault::compressed), "FG-GRPC-005");
    EXPECT_EQ(code_under(Fault::cut), "FG-GRPC-005");
    EXPECT_EQ(code_under(Fault::page), "FG-GRPC-001");
}

TEST(faults, a_server_that_says_goodbye_is_called_again_on_another_connection) {
    for (const Fault fault : {Fault::goaway, Fault::refused}) {
        World world(Release::v25_6);
        ASSERT_TRUE(world.ask([&] { return world.client.uptime(); }));
        world.server.fault = fault;
        const auto uptime = world.ask([&] { return world.client.uptime(); });
        ASSERT_TRUE(uptime) << to_line(uptime.error());
        ASSERT_TRUE(world.ask([&] { return world.client.uptime(); }));
        EXPECT_EQ(world.client.connections(), 2U);
    }
}

TEST(faults, after_a_silence_the_next_call_does_not_wait_on_the_dead_connection) {
    World world(Release::v25_6);
    ASSERT_TRUE(world.ask([&] { return world.client.uptime(); }));
    world.server.fault = Fault::silent;
    ASSERT_FALSE(world.ask([&] { return world.client.uptime(); }));
    world.server.fault = Fault::none;
    EXPECT_TRUE(world.ask([&] { return world.client.uptime(); }));
    EXPECT_EQ(world.client.connections(), 2U);
}

TEST(faults, a_big_answer_comes_whole) {
    World world(Release::v25_6);
    for (int i = 0; i < 10'000; ++i) {
        world.state.counters()["user>>>account-" + std::to_string(i) + ">>>traffic>>>uplink"] = i;
    }
    const auto counters = world.ask([&] { return world.client.counters("user>>>"); });
    ASSERT_TRUE(counters) << to_line(counters.error());
    EXPECT_EQ(counters->size(), 10'000U);
}

}  // namespace
}  // namespace fairgate::core_test
