#include "daemon/upkeep.hpp"

#include "base/run.hpp"
#include "store/memory/store.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace fairgate::daemon {
namespace {

using namespace std::chrono_literals;

TimePoint noon() { return std::chrono::sys_days(std::chrono::year{2026} / 2 / 6) + 12h; }

/// One network holds every address.
class OneNetwork final : public NetworkTable {
public:
    Asn asn_of(const Address&) const override { return Asn{64500}; }
    NetworkInfo info_of(const Address&) const override { return {}; }
};

class UpkeepTest : public testing::Test {
public:
    UpkeepTest() { world.units.push_back(make_unit()); }

    std::unique_ptr<Unit> make_unit() const {
        auto unit = std::make_unique<Unit>();
        unit->backend = make_local_backend("local", logs::Names::standard);
        unit->engine = std::make_unique<Engine>(
            Engine::Settings{"local", {}, {}, {}},
            networks,
            Rules{},
            [](std::string_view name) {
                AccountFacts facts;
                facts.key = {"local", std::string(name)};
                return facts;
            }
        );
        return unit;
    }

    /// Each account shows so many addresses of the network at once.
    void browse(int accounts, int origins) {
        for (int account = 0; account < accounts; ++account) {
            const std::string name = "user" + std::to_string(account);
            for (int i = 0; i < origins; ++i) {
                Observation seen;
                seen.time = clock.now();
                seen.account = name;
                seen.address = *Address::parse("198.51." + std::to_string(i) + ".7");
                world.units.front()->engine->observe(seen, "de-1");
            }
        }
    }

    void pass(Duration time) {
        for (Duration step = 0s; step < time; step += 1s) {
            machine.wall += 1s;
            machine.running += 1s;
            run(io, [this]() -> boost::asio::awaitable<bool> { return tick(); });
        }
    }
    boost::asio::awaitable<bool> tick() {
        co_await upkeep.tick(std::chrono::steady_clock::time_point(machine.running));
        co_return true;
    }
    boost::asio::awaitable<void> told(Duration by) {
        leaps.push_back(by);
        co_return;
    }
    std::vector<std::string> messages() const {
        std::vector<std::string> texts;
        for (const auto& entry : events.after(0, 100)) {
            texts.push_back(entry.happening.message);
        }
        return texts;
    }

    boost::asio::io_context io;
    WatchedClock::Reading machine{noon(), 1h};
    WatchedClock clock{[this] { return machine; }};
    std::unique_ptr<store::Store> store = store::memory::make_store();
    control::EventLog events{io.get_executor()};
    std::shared_ptr<const NetworkTable> networks = std::make_shared<OneNetwork>();
    World world;
    std::vector<Duration> leaps;
    Upkeep upkeep{Upkeep::Parts{
        io.get_executor(),
        io.get_executor(),
        clock,
        *store,
        events,
        world,
        Supervisor(),
        [this](Duration by) { return told(by); }
    }};
};

TEST_F(UpkeepTest, what_was_learned_about_networks_survives_a_restart) {
    pass(4min);
    browse(12, 4);
    pass(2min);
    const auto stored = store->rotating_networks().all().value();
    ASSERT_EQ(stored.size(), 1U);
    EXPECT_EQ(to_text(stored[0].scope), "AS64500");
    EXPECT_EQ(stored[0].accounts, 12);
    ASSERT_EQ(messages().size(), 1U);
    EXPECT_TRUE(messages()[0].starts_with("AS64500 gives each connection another address"));

    auto unit = make_unit();
    unit->engine->restore(stored[0], Asn{64500});
    const tracker::Networks& known = unit->engine->tracker().networks();
    EXPECT_EQ(known.habit(Asn{64500}), tracker::NetworkHabit::rotating);
    world.units.clear();
    world.units.push_back(std::move(unit));
    pass(5min);
    EXPECT_EQ(store->rotating_networks().all().value(), stored)
        << "known since then, not since now";
}

TEST_F(UpkeepTest, a_network_that_no_longer_rotates_is_unlearned) {
    RotatingNetwork network;
    network.scope = Asn{64500};
    network.learned = noon() - 240h;
    network.accounts = 12;
    network.median_origins = 4;
    ASSERT_TRUE(store->rotating_networks().set(network));
    world.rotating["AS64500"] = network;
    world.units.front()->engine->restore(network, Asn{64500});
    pass(4min);
    browse(30, 1);
    pass(2min);
    EXPECT_TRUE(store->rotating_networks().all().value().empty());
    EXPECT_EQ(messages(), std::vector<std::string>{"AS64500 no longer rotates addresses"});
}

TEST_F(UpkeepTest, what_an_operator_confirmed_stays) {
    RotatingNetwork network;
    network.scope = Asn{64500};
    network.learned = noon() - 240h;
    network.confirmed_by = "root";
    world.rotating["AS64500"] = network;
    world.units.front()->engine->restore(network, Asn{64500});
    browse(30, 1);
    pass(6min);
    EXPECT_TRUE(world.rotating.contains("AS64500"));
    EXPECT_EQ(
        world.units.front()->engine->tracker().networks().habit(Asn{64500}),
        tracker::NetworkHabit::rotating
    );
}

TEST_F(UpkeepTest, old_rows_go_in_the_first_minutes_and_every_hour) {
    const auto add = [this](TimePoint opened) {
        Violation violation;
        violation.account = {"local", "eve"};
        violation.opened = opened;
        violation.closed = opened + 1min;
        ASSERT_TRUE(store->violations().add(violation));
    };
    for (int i = 0; i < 450; ++i) {
        add(noon() - 100 * 24h);
    }
    add(noon());
    pass(2min);
    EXPECT_EQ(store->violations().list({}, {}).value().rows.size(), 1U);
    add(noon() - 100 * 24h);
    pass(61min);
    EXPECT_EQ(store->violations().list({}, {}).value().rows.size(), 1U);
}

TEST_F(UpkeepTest, a_clock_that_is_set_is_noticed_told_and_shown) {
    pass(10s);
    machine.wall -= 2h;
    pass(5s);
    EXPECT_EQ(leaps, std::vector<Duration>{-2h});
    ASSERT_TRUE(world.leap);
    EXPECT_EQ(world.leap->by, -2h);
    ASSERT_EQ(messages().size(), 1U);
    EXPECT_TRUE(
        messages()[0].starts_with("FG-DOC-009: the clock of this machine was set back by 2 h")
    ) << messages()[0];
}

TEST_F(UpkeepTest, a_table_of_networks_that_is_replaced_is_taken_up_and_a_broken_one_is_not) {
    const std::string file =
        testing::TempDir() + "fairgate-upkeep-" + std::to_string(::getpid()) + ".mmdb";
    const auto replace_with = [&file](const char* from) {
        std::filesystem::copy_file(
            std::string("tests/data/geo/") + from,
            file + ".new",
            std::filesystem::copy_options::overwrite_existing
        );
        std::filesystem::rename(file + ".new", file);
    };
    replace_with("asn.mmdb");
    world.tables = *geo::MmdbTable::open({file});
    world.table_file = file;
    pass(62s);
    EXPECT_TRUE(messages().empty());
    replace_with("flat.mmdb");
    pass(62s);
    ASSERT_EQ(messages().size(), 1U);
    EXPECT_TRUE(messages()[0].starts_with("the table of networks was replaced")) << messages()[0];
    std::filesystem::resize_file(file, 100);
    pass(130s);
    ASSERT_EQ(messages().size(), 2U) << "told once";
    EXPECT_TRUE(messages()[1].starts_with("FG-GEO-002")) << messages()[1];
    EXPECT_EQ(world.tables_refused->code, "FG-GEO-002");
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace fairgate::daemon
