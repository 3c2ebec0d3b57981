// What a node denies in its own core for its hub: from the order to the bytes that come back,
// whatever dies in between.
#include "core_in_memory.hpp"
#include "node_under_test.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::agent {
namespace {

using namespace std::chrono_literals;
namespace sim = fairgate::sim::core;
namespace xray = backends::xray;

using Users = std::map<std::string, std::vector<std::string>>;

/// A node with a core, a journal and maybe a firewall, and a hub that says again what it wants.
class World {
public:
    explicit World(std::string firewall = "") {
        state.inbounds()["vless"].package = "xray.proxy.vless";
        state.inbounds()["trojan"].package = "xray.proxy.trojan";
        state.inbounds()["api"];
        state.add_user("vless", "7.Ali", "id-1");
        state.add_user("vless", "8.bea", "id-2");
        state.add_user("trojan", "7.Ali", "pw-1");
        state.save_configuration();
        node.driver = std::move(firewall);
        node.make_core = [this] {
            xray::CoreSettings settings;
            settings.name = "core";
            auto client = std::make_unique<CoreInMemory>(state, node.crash, away);
            core = std::make_unique<xray::RunningCore>(clock, settings, std::move(client));
            return core.get();
        };
    }

    link::Order order(std::int64_t measure, Duration length) {
        link::Order one;
        one.key = {measure, "ali"};
        one.until = clock.now() + length;
        one.names = {"7.ali"};
        return one;
    }
    void want(const link::Order& one) {
        wanted[one.key] = one;
        node.take(one);
    }
    void lift(std::int64_t measure) {
        link::Order one;
        one.key = {measure, "ali"};
        one.kind = link::OrderKind::lift;
        wanted.erase(one.key);
        node.take(one);
    }
    /// What the hub does: whatever is wanted and not held is ordered, and what is not is lifted.
    void compare() {
        std::set<link::OrderKey> held;
        for (const link::Done& done : node.measures().held()) {
            held.insert(done.key);
            if (!wanted.contains(done.key) && done.state != MeasureState::lifting) {
                lift(done.key.measure);
            }
        }
        std::erase_if(wanted, [&](const auto& each) { return *each.second.until <= clock.now(); });
        for (const auto& [key, one] : std::map(wanted)) {
            if (!held.contains(key) && !node.crash.dead()) {
                node.take(one);
            }
        }
    }
    void pass(Duration time) {
        for (; time > Duration(0) && !node.crash.dead(); time -= 5s) {
            state.uptime() += 5;
            node.pass(5s);
            if (!node.crash.dead()) {
                compare();
            }
        }
    }
    /// What RunningCore does by itself: reads who there is.
    void sync() {
        boost::asio::io_context io;
        xray::RunningCore::Listener listener;
        listener.accounts_changed = [this] { node.measures().core_changed(); };
        listener.saw = [](const std::string&, const xray::Sighting&) {};
        {
            const auto ignore = [](const std::string&, const std::exception_ptr&) {};
            Task task = spawn(
                io.get_executor(),
                "core",
                [&] { return core->run(io.get_executor(), listener); },
                ignore
            );
            io.poll();
            task.cancel();
            io.restart();
            io.poll();
        }
        node.measures().look_at_core();
        node.settle();
    }
    Users users() {
        Users all;
        for (const auto& [tag, inbound] : state.inbounds()) {
            all[tag] = inbound.users;
            std::ranges::sort(all[tag]);
        }
        return all;
    }
    bool has_ali() { return users()["vless"].size() > 1 || !users()["trojan"].empty(); }
    const link::Done& told() const { return node.told.back(); }

    ManualClock clock{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)};
    std::unique_ptr<store::Store> kept = store::memory::make_store();
    sim::CoreState state{sim::Release::v26_4};
    bool away = false;
    std::unique_ptr<xray::RunningCore> core;
    NodeUnderTest node{*kept, clock};
    std::map<link::OrderKey, link::Order> wanted;
};

TEST(NodeCore, an_account_is_denied_in_the_core_and_comes_back_byte_for_byte) {
    World world("memory");
    const Users before = world.users();
    world.node.start();
    world.want(world.order(7, 10min));
    EXPECT_FALSE(world.has_ali());
    EXPECT_EQ(world.users()["vless"].size(), 1U) << "the neighbour stays";
    EXPECT_TRUE(world.node.rules.empty()) << "no address is refused";
    EXPECT_EQ(world.told().state, MeasureState::active);
    EXPECT_EQ(world.told().by, "core");
    EXPECT_EQ(world.told().text.find("removed from"), 0U) << world.told().text;
    world.node.restart();
    world.pass(9min);
    EXPECT_FALSE(world.has_ali());
    world.pass(2min);
    EXPECT_EQ(world.users(), before);
    EXPECT_EQ(world.told().state, MeasureState::lifted);
}

TEST(NodeCore, whom_a_restarted_core_lets_in_again_is_removed_again) {
    World world;
    const Users before = world.users();
    world.node.start();
    world.want(world.order(7, 10min));
    world.pass(1min);
    world.state.restart();
    EXPECT_TRUE(world.has_ali());
    world.pass(15s);
    EXPECT_FALSE(world.has_ali());
    world.lift(7);
    EXPECT_EQ(world.users(), before);
}

TEST(NodeCore, an_account_is_removed_under_each_of_its_names) {
    World world;
    world.state.add_user("vless", "9.ali", "id-9");
    const Users before = world.users();
    world.node.start();
    auto one = world.order(7, 10min);
    one.names = {"7.ali", "9.ali"};
    world.want(one);
    EXPECT_EQ(world.users()["vless"].size(), 1U);
    world.node.restart();
    world.lift(7);
    EXPECT_EQ(world.users(), before);
}

TEST(NodeCore, of_two_orders_for_one_account_the_last_gives_back) {
    World world;
    const Users before = world.users();
    world.node.start();
    world.want(world.order(7, 10min));
    world.want(world.order(8, 20min));
    EXPECT_EQ(world.node.measures().held().size(), 2U);
    EXPECT_EQ(world.told().by, "core");
    world.node.restart();
    world.pass(15min);
    EXPECT_FALSE(world.has_ali());
    world.pass(6min);
    EXPECT_EQ(world.users(), before);
}

TEST(NodeCore, whom_the_core_does_not_know_the_firewall_refuses_and_says_so) {
    World world("memory");
    world.node.start();
    auto one = world.order(7, 1h);
    one.names = {"9.ali"};
    one.denials = {Denial{.address = *Address::parse("203.0.113.5")}};
    world.want(one);
    EXPECT_EQ(world.node.rules.size(), 1U);
    EXPECT_EQ(world.told().by, "firewall:memory");
    EXPECT_EQ(world.told().text.find("its core has no such account; "), 0U) << world.told().text;
    world.state.add_user("vless", "9.ali", "id-9");
    world.sync();
    EXPECT_TRUE(world.node.rules.empty()) << "the core has it now, and denies it";
    EXPECT_EQ(world.users()["vless"].size(), 2U);
    EXPECT_EQ(world.node.measures().held().at(0).by, "core");
}

TEST(NodeCore, whom_nothing_here_could_refuse_is_refused_as_an_order) {
    World world;
    world.node.start();
    auto one = world.order(7, 1h);
    one.names = {"9.ali"};
    world.want(one);
    EXPECT_EQ(world.told().state, MeasureState::failed);
    EXPECT_EQ(world.told().error->code, "FG-AGT-025");
    EXPECT_TRUE(world.node.measures().held().empty());
}

TEST(NodeCore, a_core_that_is_away_is_asked_again_and_the_hub_is_told) {
    World world;
    const Users before = world.users();
    world.away = true;
    world.node.start();
    world.sync();
    EXPECT_EQ(world.node.measures().enforcing().core_error->code, "FG-XRY-002");
    world.want(world.order(7, 10min));
    EXPECT_EQ(world.told().state, MeasureState::pending);
    EXPECT_EQ(world.told().error->code, "FG-AGT-026");
    EXPECT_NE(world.told().error->cause.find("FG-XRY-002"), std::string::npos)
        << to_line(*world.told().error);
    EXPECT_FALSE(world.told().error->next.empty());
    world.away = false;
    world.clock.advance(15s);
    world.sync();
    EXPECT_EQ(world.told().state, MeasureState::active);
    EXPECT_FALSE(world.has_ali());
    world.away = true;
    world.pass(11min);
    EXPECT_EQ(world.told().state, MeasureState::lifting);
    EXPECT_EQ(world.told().error->code, "FG-AGT-026");
    world.away = false;
    world.pass(2min);
    EXPECT_EQ(world.users(), before);
}

TEST(NodeCore, while_the_core_is_away_the_firewall_refuses_until_it_is_back) {
    World world("memory");
    world.away = true;
    world.node.start();
    world.sync();
    auto one = world.order(7, 10min);
    one.denials = {Denial{.address = *Address::parse("203.0.113.5")}};
    world.want(one);
    EXPECT_EQ(world.node.rules.size(), 1U);
    EXPECT_EQ(world.told().text.find("its core cannot: FG-XRY-002; "), 0U) << world.told().text;
    world.away = false;
    world.clock.advance(15s);
    world.sync();
    EXPECT_TRUE(world.node.rules.empty());
    EXPECT_FALSE(world.has_ali());
}

TEST(NodeCore, another_core_on_the_port_is_not_touched) {
    World world;
    const Users before = world.users();
    world.node.start();
    world.sync();
    world.want(world.order(7, 10min));
    auto ours = std::exchange(world.state.inbounds(), {});
    world.state.inbounds()["strange"].package = "xray.proxy.vless";
    world.state.add_user("strange", "7.ali", "x");
    world.pass(30s);
    EXPECT_EQ(world.users()["strange"].size(), 1U);
    EXPECT_EQ(world.told().error->code, "FG-AGT-026");
    EXPECT_NE(world.told().error->cause.find("FG-XRY-003"), std::string::npos);
    world.state.inbounds() = std::move(ours);
    world.pass(11min);
    EXPECT_EQ(world.users(), before);
}

TEST(NodeCore, without_its_core_what_is_removed_there_is_told_and_given_back_later) {
    World world;
    const Users before = world.users();
    world.node.start();
    world.want(world.order(7, 10min));
    world.node.end();
    const auto make = std::exchange(world.node.make_core, [] { return nullptr; });
    world.node.start();
    world.pass(20s);
    ASSERT_EQ(world.node.measures().held().size(), 1U);
    EXPECT_EQ(world.node.measures().held()[0].error->code, "FG-AGT-027");
    world.node.end();
    world.node.make_core = make;
    world.wanted.clear();
    world.node.start();
    world.pass(3min);
    EXPECT_EQ(world.users(), before);
}

TEST(NodeCore, wherever_it_is_killed_the_account_is_given_back_in_time) {
    int reached = 0;
    for (int point = 1; point < 300; ++point) {
        World world;
        const Users before = world.users();
        world.node.start();
        world.node.crash.crash_at(point);
        world.want(world.order(7, 5min));
        if (point % 2 == 0) {
            world.state.restart();
        }
        world.pass(6min);
        const bool died = world.node.crash.dead();
        reached += died ? 1 : 0;
        world.node.restart();
        if (!world.wanted.empty() &&
            *world.wanted.begin()->second.until > world.clock.now() + 1min) {
            world.pass(20s);
            EXPECT_FALSE(world.has_ali()) << "killed at point " << point;
        }
        world.pass(8min);
        EXPECT_EQ(world.users(), before) << "killed at point " << point;
        EXPECT_TRUE(world.node.measures().held().empty()) << "killed at point " << point;
        EXPECT_FALSE(world.state.panicked());
        if (!died) {
            break;
        }
    }
    EXPECT_GT(reached, 20);
}

RC_GTEST_PROP(NodeCoreProperty, whatever_happens_the_bytes_come_back, ()) {
    World world(*rc::gen::element<std::string>("", "memory"));
    const Users before = world.users();
    world.node.start();
    const int events = *rc::gen::inRange(1, 12);
    for (int i = 0; i < events; ++i) {
        switch (*rc::gen::inRange(0, 7)) {
            case 0:
            case 1:
                world.want(world.order(*rc::gen::inRange(7, 10), 1min * *rc::gen::inRange(1, 6)));
                break;
            case 2:
                world.lift(*rc::gen::inRange(7, 10));
                break;
            case 3:
                world.state.restart();
                break;
            case 4:
                world.node.crash.crash_at(*rc::gen::inRange(1, 60));
                break;
            case 5:
                world.away = !world.away;
                break;
            default:
                world.pass(5s * *rc::gen::inRange(1, 20));
                break;
        }
        if (world.node.crash.dead()) {
            world.node.restart();
        }
    }
    world.node.restart();
    world.away = false;
    world.sync();
    world.pass(80s);
    if (!world.wanted.empty()) {
        RC_ASSERT(!world.has_ali() || *world.wanted.rbegin()->second.until <= world.clock.now());
    }
    world.pass(10min);
    RC_ASSERT(world.users() == before);
    RC_ASSERT(world.node.measures().held().empty());
    RC_ASSERT(!world.state.panicked());
}

}  // namespace
}  // namespace fairgate::agent
