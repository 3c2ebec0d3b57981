#include "daemon/acting.hpp"

#include "store/memory/store.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace fairgate::daemon {
namespace {

class ActingTest : public testing::Test {
public:
    Acting acting_with(config::FirewallDriver driver) {
        auto settings = std::make_shared<config::Settings>();
        settings->firewall.driver = driver;
        world.settings = settings;
        for (const char* name : {"local", "other"}) {
            auto unit = std::make_unique<Unit>();
            unit->backend = make_local_backend(name, logs::Names::standard);
            world.units.push_back(std::move(unit));
        }
        return Acting(
            {io.get_executor(), io.get_executor(), clock, world, *store, io.get_executor()}
        );
    }

    boost::asio::io_context io;
    SystemClock clock;
    World world;
    std::unique_ptr<store::Store> store = store::memory::make_store();
};

TEST_F(ActingTest, what_is_only_recorded_cuts_nothing) {
    const Acting acting = acting_with(config::FirewallDriver::off);
    for (const auto& unit : world.units) {
        EXPECT_EQ(&unit->acting(), &unit->backend->enforcer());
    }
    EXPECT_EQ(acting.enforcers().size(), 2U);
}

TEST_F(ActingTest, one_firewall_acts_for_every_log_without_a_backend) {
    const Acting acting = acting_with(config::FirewallDriver::nftables);
    ASSERT_EQ(acting.enforcers().size(), 1U);
    EXPECT_EQ(acting.enforcers().front()->name(), "firewall:nftables");
    for (const auto& unit : world.units) {
        EXPECT_EQ(unit->acting().name(), "firewall:nftables");
    }
}

}  // namespace
}  // namespace fairgate::daemon
