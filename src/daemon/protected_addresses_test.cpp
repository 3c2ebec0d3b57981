#include "daemon/protected_addresses.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace fairgate::daemon {
namespace {

TEST(ProtectedAddresses, who_is_never_to_be_blocked_and_panels_are_protected) {
    World world;
    world.settings = std::make_shared<const config::Settings>();
    world.servers[*Address::parse("2001:db8::5")] = {
        Server::Kind::panel, "panel main", "panel.example.com"
    };
    world.networks = std::make_shared<NoNetworkTable>();
    control::Placed<TrustEntry> office;
    office.entry.scope = *Network::parse("203.0.113.0/24");
    office.entry.effect = TrustEffect::never_blocked;
    world.in_force.trust.push_back(office);
    office.entry.scope = *Network::parse("198.51.100.0/24");
    office.entry.effect = TrustEffect::never_counted;
    world.in_force.trust.push_back(office);

    const std::vector asked{
        *Address::parse("203.0.113.7"),
        *Address::parse("198.51.100.7"),
        *Address::parse("192.0.2.7"),
    };
    const auto targets = told_to_protect(world, asked, TimePoint{});
    EXPECT_EQ(targets.why(asked[0]), kernel::Protection::trusted);
    EXPECT_EQ(targets.why(asked[1]), kernel::Protection::trusted)
        << "never counted, so never blocked";
    EXPECT_FALSE(targets.why(asked[2]));
    EXPECT_EQ(targets.why(*Address::parse("2001:db8::5")), kernel::Protection::panel);
}

}  // namespace
}  // namespace fairgate::daemon
